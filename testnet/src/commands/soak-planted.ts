/** Every planted bug, searched from the first seed on: the checkers are checked. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline/promises";
import { fileURLToPath } from "node:url";
import type { SoakOptions, SoakReport } from "./soak.ts";

const search = fileURLToPath(new URL("../../test/planted/search.ts", import.meta.url));

export async function soakPlanted({ say }: SoakOptions): Promise<SoakReport> {
  const child = spawn(process.execPath, [search], { stdio: ["ignore", "pipe", "inherit"] });
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    say(line);
  }
  const { bugs = 0, found = 0, seeds = 0 } = countsIn(lines.at(-1) ?? "");
  const isAll = bugs > 0 && found === bugs;
  return {
    seeds: `0–${seeds}`,
    counts: `${found} of ${bugs} planted bugs found`,
    failures: isAll ? [] : lines.filter((line) => line.includes(", not ")),
  };
}

function countsIn(line: string): Readonly<Record<string, number>> {
  const told = [...line.matchAll(/"(\w+)":(\d+)/g)];
  return Object.fromEntries(told.map(([, name = "", count]) => [name, Number(count)]));
}
