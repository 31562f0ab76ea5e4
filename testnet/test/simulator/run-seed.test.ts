import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, it } from "mocha";
import {
  describeFailure,
  drawOptions,
  faultKinds,
  minimise,
  reportOf,
  runSeed,
  Tally,
} from "#simulator";

/** A slice; `npm run soak -- sim` runs hundreds of seeds for a hundred hours. */
const seeds = 52;
const cycles = 2;
const hoursMin = 2;

describe("simulated validators", function () {
  this.timeout(600_000);

  it(`hold what must hold through ${seeds} seeds and ${hoursMin} hours of faults`, async () => {
    const tally = new Tally();
    const kinds = new Set<string>();
    for (let seed = 1; seed <= seeds; seed++) {
      const result = await runSeed(drawOptions(seed, { cycles }));
      assert.equal(result.violation, undefined, describeFailure(result));
      tally.add(reportOf(result));
      for (const kind of result.faults.keys()) kinds.add(kind);
    }
    // Idle hours prove nothing.
    assert.deepEqual(tally.shortcomings, []);
    assert.ok(tally.hours >= hoursMin, tally.counts);
    assert.deepEqual([...kinds].toSorted(), faultKinds);
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

  it("take the others' course where one fault is left out, or a class of them", async () => {
    const whole = await runSeed(drawOptions(7));
    const [kind] = whole.faults.keys();
    assert.ok(kind !== undefined);
    const fewer = await runSeed(drawOptions(7, { withoutKinds: [kind] }));
    assert.equal(fewer.faults.has(kind), false);
    assert.equal(fewer.begun, whole.begun);
    const none = Array.from({ length: whole.begun }, (_, number) => number);
    assert.equal((await runSeed(drawOptions(7, { without: none }))).faults.size, 0);
  });
});

describe("a broken run", () => {
  it("is made as small as it can be while it stays broken", async () => {
    const result = await runSeed(drawOptions(3, { cycles: 1, faultyMs: 8_000, calmMs: 1_000 }));
    const culprit = drawOptions(3).faults[1];
    assert.ok(culprit !== undefined);
    /** Broken whenever that class and the fifth fault are there. */
    const run = (options: typeof result.options) => {
      const isBroken = !options.withoutKinds.includes(culprit) && !options.without.includes(4);
      const violation = isBroken ? new Error("broken") : undefined;
      return Promise.resolve({ ...result, options, begun: 12, violation });
    };
    const broken = await run({ ...result.options, cycles: 8, faultyMs: 60_000 });
    const { options } = await minimise(broken, { say: () => undefined, run });
    assert.deepEqual(
      options.faults.filter((kind) => !options.withoutKinds.includes(kind)),
      [culprit],
    );
    assert.deepEqual([options.cycles, options.faultyMs < 4_000], [1, true]);
    assert.deepEqual(
      Array.from({ length: 12 }, (_, number) => number).filter(
        (number) => !options.without.includes(number),
      ),
      [4],
    );
  });
});
