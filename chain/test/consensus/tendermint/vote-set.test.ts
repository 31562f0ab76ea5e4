import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { blockIdKey, createHeight, createRound, nil, type BlockIdOrNil, type Vote } from "#types";
import { HeightVotes } from "../../../src/consensus/tendermint/height-votes.ts";
import { VoteSet, voteSetFromCommit } from "../../../src/consensus/tendermint/vote-set.ts";
import { aBlock } from "../a-block.ts";
import { aVote, someValidators } from "../some-validators.ts";

const ids: readonly BlockIdOrNil[] = [nil, aBlock("A").blockId, aBlock("B").blockId];
const validators = someValidators({ powers: [10n, 7n, 5n, 3n, 1n] });
const { set } = validators;

function anEmptySet(): VoteSet {
  const place = { height: createHeight(1n), round: createRound(0) };
  return new VoteSet({ ...place, type: "precommit", validators: set });
}

function powerOf(votes: readonly Vote[]): bigint {
  const voters = new Set(votes.map(({ validatorIndex }) => validatorIndex));
  return [...voters].reduce((sum, index) => sum + (set.validators[index]?.power ?? 0n), 0n);
}

const ballot = fc.record({ by: fc.nat(4), choice: fc.nat(2) });

describe("a set of votes", () => {
  it("has a majority at just more than two thirds of the power, not at two thirds", () => {
    const thirds = someValidators({ powers: [2n, 2n, 2n] });
    const edge = new VoteSet({
      height: createHeight(1n),
      round: createRound(0),
      type: "precommit",
      validators: thirds.set,
    });
    edge.add(aVote(thirds, { type: "precommit", by: 0 }));
    edge.add(aVote(thirds, { type: "precommit", by: 1 }));
    assert.equal(edge.hasTwoThirdsFor(nil), false, "4 of 6");
    assert.equal(edge.hasTwoThirdsAny, false);
    edge.add(aVote(thirds, { type: "precommit", by: 2 }));
    assert.equal(edge.majority?.kind, "nil");
    assert.equal(edge.isComplete, true);
  });

  it("counts each validator once for anything and once for each of its blocks", () => {
    fc.assert(
      fc.property(fc.array(ballot, { maxLength: 20 }), (ballots) => {
        const votes = anEmptySet();
        const counted: Vote[] = [];
        for (const { by, choice } of ballots) {
          const vote = aVote(validators, { type: "precommit", by, blockId: ids[choice] ?? nil });
          const standing = votes.standing(vote);
          if (standing !== "first" && standing !== "contradicts") continue;
          const before = votes.add(vote);
          assert.equal(before === undefined, standing === "first");
          counted.push(vote);
        }
        const { powerTotal } = set;
        assert.equal(votes.hasTwoThirdsAny, powerOf(counted) * 3n > powerTotal * 2n);
        for (const id of ids) {
          const forIt = counted.filter(({ blockId }) => blockIdKey(blockId) === blockIdKey(id));
          assert.equal(votes.hasTwoThirdsFor(id), powerOf(forIt) * 3n > powerTotal * 2n);
          const voted = new Set(forIt.map(({ validatorIndex }) => validatorIndex));
          const bits = set.validators.map((_, index) => voted.has(index));
          assert.deepEqual(votes.bitsFor(id), bits);
        }
      }),
    );
  });

  it("forgets a validator as if it had never voted", () => {
    fc.assert(
      fc.property(fc.array(ballot, { maxLength: 20 }), fc.nat(4), (ballots, gone) => {
        const [all, without] = [anEmptySet(), anEmptySet()];
        for (const { by, choice } of ballots) {
          const vote = aVote(validators, { type: "precommit", by, blockId: ids[choice] ?? nil });
          for (const votes of by === gone ? [all] : [all, without]) {
            const standing = votes.standing(vote);
            // A third value counts or not by what others voted, whom the removed one may be.
            if (standing === "first") votes.add(vote);
          }
        }
        all.remove(gone);
        assert.deepEqual(all.bits, without.bits);
        assert.deepEqual(all.list(), without.list());
        assert.equal(all.majority?.kind, without.majority?.kind);
        assert.equal(all.hasTwoThirdsAny, without.hasTwoThirdsAny);
      }),
    );
  });

  it("makes a commit of which it is made again", () => {
    const votes = anEmptySet();
    const [, blockId] = ids;
    assert.ok(blockId?.kind === "block");
    for (const by of [0, 1, 2]) votes.add(aVote(validators, { type: "precommit", by, blockId }));
    votes.add(aVote(validators, { type: "precommit", by: 3 }));
    const commit = votes.toCommit(blockId);
    assert.deepEqual(voteSetFromCommit(commit, set).toCommit(blockId), commit);
    assert.deepEqual(voteSetFromCommit(commit, set).bits, [true, true, true, true, false]);
  });
});

describe("the votes of a height", () => {
  it("lose a quorum of a later round when its voters have newer messages", () => {
    const votes = new HeightVotes(createHeight(1n), set);
    const [, blockId] = ids;
    assert.ok(blockId !== undefined);
    for (const by of [0, 1, 2]) {
      votes.add(aVote(validators, { type: "prevote", by, round: 3, blockId }), 0);
    }
    assert.equal(votes.quorums.length, 1);
    for (const round of [5, 6]) {
      votes.add(aVote(validators, { type: "prevote", by: 0, round, blockId }), 0);
    }
    assert.equal(votes.quorums.length, 0);
    assert.equal(votes.votesOf(createRound(3), "prevote")?.has(0), false);
  });

  it("list quorums for blocks with the latest round first, and none for nil", () => {
    const votes = new HeightVotes(createHeight(1n), set);
    for (const { round, choice } of [
      { round: 1, choice: 1 },
      { round: 4, choice: 2 },
      { round: 2, choice: 0 },
    ]) {
      for (const by of [0, 1, 2]) {
        const blockId = ids[choice] ?? nil;
        votes.add(aVote(validators, { type: "prevote", by, round, blockId }), 9);
      }
    }
    assert.deepEqual(
      votes.quorums.map(({ round }) => round),
      [4, 1],
    );
  });
});
