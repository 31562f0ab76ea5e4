import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, it } from "mocha";
import { describeFailure, drawOptions, faultKinds, runSeed, type SeedResult } from "#simulator";

/** A slice; `npm run soak -- sim` runs hundreds of seeds for longer. */
const seeds = 50;
const faultyMs = 12_000;

async function run(seed: number): Promise<SeedResult> {
  const result = await runSeed(drawOptions(seed, { faultyMs }));
  assert.equal(result.violation, undefined, describeFailure(result));
  return result;
}

describe("simulated validators", function () {
  this.timeout(600_000);

  it(`agree, sign once and go on after ${seeds} seeds of faults`, async () => {
    let [heights, laterRounds, txs] = [0, 0, 0];
    const faults = new Set<string>();
    for (let seed = 1; seed <= seeds; seed++) {
      const result = await run(seed);
      heights += result.heights;
      laterRounds += result.laterRounds;
      txs += result.txs;
      for (const kind of result.faults.keys()) faults.add(kind);
    }
    // Idle runs prove nothing.
    assert.ok(heights > seeds * 5, `${heights} heights`);
    assert.ok(laterRounds > seeds, `${laterRounds} later rounds`);
    assert.ok(txs > seeds * 5, `${txs} transactions`);
    assert.deepEqual([...faults].toSorted(), [...faultKinds].toSorted());
  });

  it("give the same trace for the same seed, in this process and in another", async () => {
    const seed = 1000;
    const first = await runSeed(drawOptions(seed));
    const again = await runSeed(drawOptions(seed));
    assert.equal(first.trace, again.trace);
    const entry = fileURLToPath(new URL("../../src/commands/sim.ts", import.meta.url));
    const args = [entry, "--seed", String(seed)];
    const printed = execFileSync(process.execPath, args, { encoding: "utf8" });
    assert.match(printed, new RegExp(`, 1 seeds, 0 violations, trace ${first.trace}\\n$`));
  });
});
