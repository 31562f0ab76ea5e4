/** Hundreds of simulated seeds, a few minutes of faults each; what idle hours hide is counted. */
import { describeFailure, drawOptions, runSeed, type SeedResult } from "#simulator";
import type { SoakOptions, SoakReport } from "./soak.ts";

const seedsCount = 500;
const faultyMs = 20_000;
const msPerHour = 3_600_000;
const sayEvery = 25;

export async function soakSimulator({ seed, say }: SoakOptions): Promise<SoakReport> {
  const failures: string[] = [];
  let [simulatedMs, heights, laterRounds, txs, faults] = [0, 0, 0, 0, 0];
  for (let offset = 0; offset < seedsCount; offset++) {
    const result = await runSeed(drawOptions(seed + offset, { faultyMs }));
    simulatedMs += result.simulatedMs;
    heights += result.heights;
    laterRounds += result.laterRounds;
    txs += result.txs;
    faults += sumOf(result);
    if (result.violation !== undefined) {
      say(describeFailure(result));
      failures.push(`seed ${result.options.seed}: ${result.violation.message}`);
    }
    if ((offset + 1) % sayEvery === 0) {
      say(`${offset + 1} seeds, ${heights} heights, ${failures.length} violations`);
    }
  }
  const hours = (simulatedMs / msPerHour).toFixed(2);
  return {
    seeds: `${seed}–${seed + seedsCount - 1}`,
    counts:
      `${hours} h simulated, ${heights} heights, ${laterRounds} decisions in later rounds, ` +
      `${txs} transactions, ${faults} faults`,
    failures,
  };
}

function sumOf({ faults }: SeedResult): number {
  let sum = 0;
  for (const count of faults.values()) sum += count;
  return sum;
}
