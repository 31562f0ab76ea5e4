/**
 * `npm run sim -- --seed N [--hours H] [--nodes K] [--cycles C]`: exactly that seed, or with hours
 * seeds N, N+1, … until so many hours are simulated. Exits 1 if anything that must hold did not, or
 * if so little happened that it proves nothing.
 */
import { Command, InvalidArgumentError } from "commander";
import {
  describeFailure,
  describeOptions,
  drawOptions,
  isFaultKind,
  minimise,
  reportOf,
  runSeed,
  Tally,
  type FaultKind,
  type FixedOptions,
} from "#simulator";

interface Arguments {
  readonly seed: number;
  readonly hours?: number;
  readonly nodes?: number;
  readonly cycles?: number;
  readonly faultyMs?: number;
  readonly withoutKinds?: readonly FaultKind[];
  readonly without?: readonly number[];
  readonly minimise: boolean;
  readonly verbose: boolean;
}

const nodesMin = 4;
const nodesMax = 16;

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("write a whole number");
  return Number(text);
}

function nodesFrom(text: string): number {
  const nodes = whole(text);
  if (nodes >= nodesMin && nodes <= nodesMax) return nodes;
  throw new InvalidArgumentError(`write a number from ${nodesMin} to ${nodesMax}`);
}

function atLeastOne(text: string): number {
  const number = whole(text);
  if (number > 0) return number;
  throw new InvalidArgumentError("write a whole number above 0");
}

function positive(text: string): number {
  if (!/^\d{1,6}(?:\.\d{1,6})?$/.test(text)) throw new InvalidArgumentError("write a number");
  return Number(text);
}

function kindsFrom(text: string): readonly FaultKind[] {
  return text.split(",").map((name) => {
    if (isFaultKind(name)) return name;
    throw new InvalidArgumentError(`there is no class of faults named ${name}`);
  });
}

function numbersFrom(text: string): readonly number[] {
  return text.split(",").map(whole);
}

const command = new Command("npm run sim --")
  .description("Runs whole validators on one thread from one seed, and breaks what can break.")
  .option("--seed <n>", "the first seed", whole, 1)
  .option("--hours <h>", "go on with the next seeds until so many hours are simulated", positive)
  .option("--nodes <k>", "so many validators instead of what the seed draws", nodesFrom)
  .option("--cycles <c>", "so many times faults, healing and calm (default: 1)", atLeastOne)
  .option("--faulty-ms <ms>", "how long faults come in each cycle", atLeastOne)
  .option("--without-kinds <names>", "leave out classes of faults", kindsFrom)
  .option("--without <numbers>", "leave out single faults", numbersFrom)
  .option("--minimise", "make a broken seed smaller while it stays broken", false)
  .option("--verbose", "print what the nodes log", false)
  .parse();

const { seed, hours = 0, minimise: isToMinimise, verbose, ...fixed } = command.opts<Arguments>();
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const tally = new Tally();
for (let next = seed; tally.seeds === 0 || tally.hours < hours; next++) await runOne(next, fixed);
for (const line of tally.lines) print(line);
print(tally.counts);
for (const shortcoming of tally.shortcomings) print(`too little: ${shortcoming}`);
print(
  `sim: ${tally.hours.toFixed(3)} hours, ${tally.seeds} seeds, ` +
    `${tally.violations} violations, trace ${tally.trace}`,
);
process.exitCode = tally.violations > 0 || tally.shortcomings.length > 0 ? 1 : 0;

async function runOne(next: number, changes: FixedOptions): Promise<void> {
  const options = drawOptions(next, changes);
  if (hours === 0 || verbose) print(describeOptions(options));
  const result = await runSeed(options, verbose ? print : undefined);
  tally.add(reportOf(result));
  if (result.violation === undefined) return;
  print(describeFailure(result));
  if (isToMinimise) print(describeFailure(await minimise(result, { say: print })));
}
