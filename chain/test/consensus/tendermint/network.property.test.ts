/** Many engines against chance. A failure names its seed: `SEED=n` runs just that one. */
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { Network, type NetworkOptions } from "../network/network.ts";

const { SEED } = process.env;
const only = SEED === undefined ? undefined : Number(SEED);

interface Totals {
  heights: bigint;
  roundsAboveZero: number;
  equivocations: number;
}

interface Runs extends Omit<NetworkOptions, "seed"> {
  readonly seeds: number;
  /** Without it only what must never happen is looked at. */
  readonly goesOn: boolean;
}

function runSeeds({ seeds, goesOn, ...options }: Runs): Totals {
  const totals: Totals = { heights: 0n, roundsAboveZero: 0, equivocations: 0 };
  const chosen = only === undefined ? Array.from({ length: seeds }, (_, seed) => seed) : [only];
  for (const seed of chosen) {
    const network = new Network({ seed, ...options });
    try {
      const healedMs = goesOn ? 60_000 : 5000;
      assert.ok(network.run({ faultyMs: 12_000, healedMs }) || !goesOn, "all go on once healed");
    } catch (cause) {
      throw new Error(`seed ${seed} of ${JSON.stringify(options)}`, { cause });
    }
    totals.heights += network.highest - 1n;
    totals.roundsAboveZero += network.oracle.roundsAboveZero;
    totals.equivocations += network.oracle.equivocations;
  }
  return totals;
}

/** That faults, rounds and lies did happen: idle seeds would pass for anything. */
function assertBusy({ heights, roundsAboveZero, equivocations }: Totals, liar: boolean): void {
  if (only !== undefined) return;
  assert.ok(heights > 200n && roundsAboveZero > 10, `${heights} heights, ${roundsAboveZero} late`);
  assert.equal(equivocations > 50, liar);
}

describe("Tendermint: engines against chance", () => {
  it("four agree, sign once and go on, with loss, cuts, crashes and a lost WAL", function () {
    this.timeout(120_000);
    const totals = runSeeds({ count: 4, liar: false, losing: "one", goesOn: true, seeds: 60 });
    assertBusy(totals, false);
  });

  it("four agree, sign once and go on, with loss, cuts, crashes and a liar", function () {
    this.timeout(120_000);
    const totals = runSeeds({ count: 4, liar: true, losing: "none", goesOn: true, seeds: 60 });
    assertBusy(totals, true);
  });

  it("four agree and sign once, with a liar, and every WAL lost again and again", function () {
    this.timeout(120_000);
    const totals = runSeeds({ count: 4, liar: true, losing: "all", goesOn: false, seeds: 50 });
    assertBusy(totals, true);
  });

  it("seven agree, sign once and go on, with all of it, a lost WAL and a liar", function () {
    this.timeout(120_000);
    const totals = runSeeds({ count: 7, liar: true, losing: "one", goesOn: true, seeds: 30 });
    assertBusy(totals, true);
  });
});
