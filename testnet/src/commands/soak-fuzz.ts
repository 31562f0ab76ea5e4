/** Every fuzz target for minutes, one after the other, each in a process of its own. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { SoakOptions, SoakReport } from "./soak.ts";

const targets = ["tx", "rpc", "websocket", "p2p", "wal", "genesis", "evidence"];
const secondsEach = 180;
const main = fileURLToPath(new URL("../../fuzz/main.ts", import.meta.url));

export async function soakFuzz({ seed, say }: SoakOptions): Promise<SoakReport> {
  const counts: string[] = [];
  const failures: string[] = [];
  for (const target of targets) {
    const { code, lines } = await run([target, "--seconds", `${secondsEach}`, "--seed", `${seed}`]);
    const executions = Number(/"executions":(\d+)/.exec(lines.at(-1) ?? "")?.[1] ?? 0);
    counts.push(`${target} ${executions}`);
    for (const line of lines) say(line);
    if (code !== 0)
      failures.push(lines.find((line) => line.startsWith("again")) ?? `${target} fails`);
  }
  const seconds = `${secondsEach} s each`;
  return {
    seeds: String(seed),
    counts: `executions in ${seconds}: ${counts.join(", ")}`,
    failures,
  };
}

function run(
  args: readonly string[],
): Promise<{ readonly code: number; readonly lines: readonly string[] }> {
  const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (chunk: string) => (text += chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, lines: text.trimEnd().split("\n") }));
  });
}
