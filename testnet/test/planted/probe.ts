/**
 * Runs harnesses in the copy of the sources in which this file lies: reads jobs from its standard
 * input, writes the first finding of each to its output. A process of its own, since modules that
 * are loaded stay as they are.
 */
import { text } from "node:stream/consumers";
import { ChainError, createPrng } from "@pyralog/chain/base";
import { drawOptions, exploreTwins, runSeed, schedulesCount } from "#simulator";
import type { Finding, Harness, ProbeAnswer, ProbeJob } from "./planted-bug.ts";
import { runTest } from "./run-test.ts";

const jobs: readonly ProbeJob[] = JSON.parse(await text(process.stdin));
let seedsRun = 0;
const findings: (Finding | null)[] = [];
for (const job of jobs) findings.push(await first(job));
const answer: ProbeAnswer = { findings, seedsRun };
process.stdout.write(JSON.stringify(answer));
process.exit();

async function first({ harness, seeds }: ProbeJob): Promise<Finding | null> {
  for (const seed of seeds) {
    seedsRun++;
    const found = await run(harness, seed);
    if (found !== undefined) return { seed, ...found };
  }
  return null;
}

async function run(harness: Harness, seed: number): Promise<Omit<Finding, "seed"> | undefined> {
  switch (harness.kind) {
    case "simulator": {
      const { violation } = await runSeed(drawOptions(seed, harness.fixed));
      return violation === undefined ? undefined : described(violation);
    }
    case "twins":
      return runTwins(harness, seed);
    case "test":
      return runTest(harness);
  }
}

/** Schedules that are drawn one by one out of all. */
function runTwins(
  { options, schedules }: Extract<Harness, { kind: "twins" }>,
  seed: number,
): Omit<Finding, "seed"> | undefined {
  const prng = createPrng(seed);
  const count = schedulesCount(options);
  for (let drawn = 0; drawn < schedules; drawn++) {
    const from = Math.floor((prng.below(2 ** 32) / 2 ** 32) * count);
    const [message] = exploreTwins({ ...options, from, to: from + 1 }).failures;
    if (message !== undefined) return { code: /: ([A-Z_]+)/.exec(message)?.[1] ?? "", message };
  }
  return undefined;
}

function described(error: Error): Omit<Finding, "seed"> {
  const code = error instanceof ChainError ? error.code : error.name;
  return { code, message: error.message };
}
