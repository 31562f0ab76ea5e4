import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { createRound, incrementProposerPriority } from "#types";
import { Proposals } from "../../../src/consensus/tendermint/proposals.ts";
import { someValidators } from "../some-validators.ts";

describe("the proposer of a round", () => {
  it("is the same in whatever order rounds are asked for", () => {
    const powers = fc.array(fc.bigInt({ min: 1n, max: 1000n }), { minLength: 1, maxLength: 7 });
    const rounds = fc.array(fc.nat(60), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(powers, rounds, (given, asked) => {
        const { set } = someValidators({ powers: given });
        const proposals = new Proposals(set);
        for (const round of asked) {
          const wanted = round === 0 ? set : incrementProposerPriority(set, round);
          const { address } = proposals.proposerOf(createRound(round));
          assert.deepEqual(address, wanted.proposer.address);
        }
      }),
    );
  });
});
