/** Locks against a scheduler and a liar that are after them. `SEED=n` runs just one seed. */
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { Lockstep } from "../network/lockstep.ts";

const { SEED } = process.env;

describe("Tendermint: locks against a scheduler that hides decisions", () => {
  it("four agree and sign once, when one decides unseen and a liar proposes another block", function () {
    this.timeout(60_000);
    const seeds = SEED === undefined ? Array.from({ length: 300 }, (_, seed) => seed) : [+SEED];
    let decisions = 0;
    let locksReplaced = 0;
    for (const seed of seeds) {
      const height = new Lockstep(seed);
      height.run(8);
      assert.ok(new Set(height.decided.values()).size < 2, `SEED=${seed}: two blocks decided`);
      assert.equal(height.doubleSignatures, 0, `SEED=${seed}: a key signed twice`);
      decisions += height.decided.size;
      locksReplaced += height.locksReplaced;
    }
    assert.ok(SEED !== undefined || (decisions > 250 && locksReplaced > 40), "locks mattered");
  });
});
