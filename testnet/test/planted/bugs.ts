/** All planted bugs, and for each the first seed that finds it. */
import { readFileSync, writeFileSync } from "node:fs";
import { chainBugs } from "./chain-bugs.ts";
import type { Finding, PlantedBug } from "./planted-bug.ts";
import type { SourceCopy } from "./source-copy.ts";
import { storageBugs } from "./storage-bugs.ts";
import { votingBugs } from "./voting-bugs.ts";

export const plantedBugs: readonly PlantedBug[] = [...votingBugs, ...storageBugs, ...chainBugs];

const seedsFile = new URL("seeds.json", import.meta.url);

/** By the names of the bugs; -1 where none was found. */
export type Seeds = Readonly<Record<string, number>>;

export function readSeeds(): Seeds {
  return JSON.parse(readFileSync(seedsFile, "utf8"));
}

export function writeSeeds(seeds: Seeds): void {
  writeFileSync(seedsFile, `${JSON.stringify(seeds, null, 2)}\n`);
}

/** The first of the seeds that finds the bug, and what it finds. */
export async function find(
  copy: SourceCopy,
  sought: { readonly bug: PlantedBug; readonly seeds: readonly number[] },
): Promise<Finding | undefined> {
  const { bug, seeds } = sought;
  const { findings } = await copy.probe([{ harness: bug.harness, seeds }], bug);
  return findings[0] ?? undefined;
}

export function seedsOf({ seedsMax }: PlantedBug): readonly number[] {
  return Array.from({ length: seedsMax }, (_, seed) => seed);
}
