/**
 * `npm run sim -- --seed N [--hours H] [--nodes K] [--verbose]`: exactly that seed, or with hours
 * seeds N, N+1, … until so many hours are simulated. Exits 1 if anything that must hold did not.
 */
import { createHash } from "node:crypto";
import { Command, InvalidArgumentError } from "commander";
import {
  describeFailure,
  describeOptions,
  drawOptions,
  runSeed,
  type SeedResult,
} from "#simulator";

const msPerHour = 3_600_000;

interface Arguments {
  readonly seed: number;
  readonly hours: number | undefined;
  readonly nodes: number | undefined;
  readonly verbose: boolean;
}

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("write a whole number");
  return Number(text);
}

function positive(text: string): number {
  if (!/^\d{1,6}(?:\.\d{1,6})?$/.test(text)) throw new InvalidArgumentError("write a number");
  return Number(text);
}

const command = new Command("npm run sim --")
  .description("Runs whole validators on one thread from one seed, and breaks what can break.")
  .option("--seed <n>", "the first seed", whole, 1)
  .option("--hours <h>", "go on with the next seeds until so many hours are simulated", positive)
  .option("--nodes <k>", "so many validators instead of what the seed draws", whole)
  .option("--verbose", "print what the nodes log", false)
  .parse();

const { seed, hours, nodes, verbose } = command.opts<Arguments>();
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const results: SeedResult[] = [];
const trace = createHash("sha256");
let simulatedMs = 0;
for (let next = seed; results.length === 0 || simulatedMs < (hours ?? 0) * msPerHour; next++) {
  const options = drawOptions(next, nodes === undefined ? {} : { nodes });
  if (verbose) print(describeOptions(options));
  const result = await runSeed(options, verbose ? print : undefined);
  results.push(result);
  simulatedMs += result.simulatedMs;
  trace.update(result.trace);
  if (result.violation !== undefined) print(describeFailure(result));
}
print(summary(results));
const violations = results.filter(({ violation }) => violation !== undefined).length;
const hoursText = (simulatedMs / msPerHour).toFixed(3);
const digest = results.length === 1 ? (results[0]?.trace ?? "") : trace.digest("hex");
print(
  `sim: ${hoursText} hours, ${results.length} seeds, ${violations} violations, trace ${digest}`,
);
process.exitCode = violations > 0 ? 1 : 0;

function summary(runs: readonly SeedResult[]): string {
  const sum = (of: (run: SeedResult) => number): number =>
    runs.reduce((total, run) => total + of(run), 0);
  const faults = new Map<string, number>();
  for (const run of runs) {
    for (const [kind, count] of run.faults) faults.set(kind, (faults.get(kind) ?? 0) + count);
  }
  const lies = new Map<string, number>();
  for (const run of runs) {
    for (const [kind, count] of run.lies) lies.set(kind, (lies.get(kind) ?? 0) + count);
  }
  const lied = [...lies].map(([kind, count]) => `${kind} ${count}`).join(", ");
  const told = [...faults].map(([kind, count]) => `${kind} ${count}`).join(", ");
  return [
    `heights ${sum((run) => run.heights)}, rounds above 0: ${sum((run) => run.laterRounds)}, `,
    `transactions ${sum((run) => run.txs)}\nfaults: ${told === "" ? "none" : told}`,
    `\npunished ${sum((run) => run.punished)}, lies: ${lied === "" ? "none" : lied}`,
  ].join("");
}
