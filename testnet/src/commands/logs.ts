import { existsSync, readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { logPath, NetworkError } from "#processes";
import { networkIn, nodeIn } from "./running-network.ts";

const followMs = 250;

/** The log's end; with `follow` everything that is written from now on, until it is interrupted. */
export async function showLogs(
  home: string,
  options: { readonly node: string; readonly follow: boolean; readonly lines: string },
): Promise<string> {
  const path = logPath(nodeIn(networkIn(home), options.node).home);
  const lines = lineCountFrom(options.lines);
  if (!existsSync(path)) return `${options.node} has written nothing yet: ${path}`;
  const bytes = readFileSync(path);
  const end = bytes.toString("utf8").trimEnd().split("\n").slice(-lines).join("\n");
  if (!options.follow) return end;
  process.stdout.write(`${end}\n`);
  return follow(path, bytes.length);
}

/** Prints what is appended; the interrupt that ends it is the shell's. */
async function follow(path: string, from: number): Promise<never> {
  const file = await open(path);
  const piece = new Uint8Array(64 * 1024);
  for (let offset = from; ;) {
    const { bytesRead } = await file.read(piece, 0, piece.length, offset);
    process.stdout.write(piece.subarray(0, bytesRead));
    offset += bytesRead;
    if (bytesRead === 0) await sleep(followMs);
  }
}

function lineCountFrom(text: string): number {
  if (/^\d{1,7}$/.test(text) && Number(text) > 0) return Number(text);
  throw new NetworkError({
    code: "OPTION_INVALID",
    message: `--lines ${text} cannot be; write a whole number such as 100`,
  });
}
