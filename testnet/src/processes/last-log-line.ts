import { existsSync, readFileSync } from "node:fs";

const lengthMax = 300;

/** The last line that says something, cut to what fits; a JSON log line gives its message. */
export function lastLogLine(path: string): string {
  if (!existsSync(path)) return "nothing was logged";
  const lines = readFileSync(path, "utf8").split("\n");
  const last = lines.findLast((line) => line.trim() !== "") ?? "nothing was logged";
  return messageOf(last).slice(0, lengthMax);
}

function messageOf(line: string): string {
  if (!line.startsWith("{")) return line;
  try {
    const json: unknown = JSON.parse(line);
    const hasMessage = typeof json === "object" && json !== null && "msg" in json;
    return hasMessage ? String(json.msg) : line;
  } catch {
    return line;
  }
}
