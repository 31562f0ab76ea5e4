/**
 * `npm run soak -- planted`: looks for every planted bug from seed 0 on, and writes down the first
 * seed that finds each. Names of bugs as arguments search these alone. The last line counts.
 */
import { find, plantedBugs, readSeeds, seedsOf, writeSeeds } from "./bugs.ts";
import type { PlantedBug } from "./planted-bug.ts";
import { SourceCopy } from "./source-copy.ts";

const names = process.argv.slice(2);
const sought = plantedBugs.filter(({ name }) => names.length === 0 || names.includes(name));
const copy = new SourceCopy();
const found = new Map<string, number>();
try {
  for (const bug of sought) await search(bug);
} finally {
  copy.remove();
}
writeSeeds({ ...readSeeds(), ...Object.fromEntries(found) });
const seeds = [...found.values()];
process.stdout.write(
  `${JSON.stringify({ bugs: sought.length, found: found.size, seeds: Math.max(0, ...seeds) })}\n`,
);
process.exitCode = found.size === sought.length ? 0 : 1;

async function search(bug: PlantedBug): Promise<void> {
  const finding = await find(copy, { bug, seeds: seedsOf(bug) });
  const isExpected = finding !== undefined && bug.fires.includes(finding.code);
  const what = finding === undefined ? "nothing" : `${finding.code} with seed ${finding.seed}`;
  const wanted = isExpected ? "" : `, not ${bug.fires.join(" or ")}`;
  process.stdout.write(`${bug.name}: ${what}${wanted}\n`);
  if (isExpected) found.set(bug.name, finding.seed);
}
