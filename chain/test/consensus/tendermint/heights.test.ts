/** From one height to the next: last commits, pauses, validator sets, blocks out of peers' stores. */
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { PreviousHeight, StartHeight } from "#consensus";
import {
  createHeight,
  createPower,
  createRound,
  emptyCommit,
  incrementProposerPriority,
  nil,
  updateValidatorSet,
  verifyCommit,
  type Commit,
  type ValidatorSet,
} from "#types";
import { aBlock } from "../a-block.ts";
import { Bench, type BenchOptions } from "../bench.ts";
import { aVote, chainId, later, someValidators, withSet } from "../some-validators.ts";

/** A is decided at height 1 by our precommit and the first two others; the last one is missing. */
function decidedA(options: BenchOptions = {}): Bench {
  const bench = new Bench(options).start().propose("A");
  const by = [0, 1, 2].filter((index) => index !== bench.self).slice(0, 2);
  bench.vote("prevote", { by, for: "A" }).vote("precommit", { by, for: "A" });
  assert.equal(bench.of("decided").length, 1);
  return bench;
}

function previousOf(bench: Bench): PreviousHeight {
  const commit = bench.of("decided")[0]?.commit;
  assert.ok(commit !== undefined);
  return { kind: "previous", validators: bench.validators.set, commit };
}

function nextHeight(previous: PreviousHeight, validators: ValidatorSet): Partial<StartHeight> {
  const set = incrementProposerPriority(validators, 1);
  return { height: createHeight(2n), previous, validators: set };
}

const signers = (commit: Commit): readonly string[] => commit.signatures.map(({ kind }) => kind);

/** The commit comes from a peer's store, with block A. */
function received(bench: Bench, commit: Commit): Bench {
  const { block } = bench.block("A");
  return bench.command("commit", { kind: "commit-received", from: "peer", block, commit });
}

describe("Tendermint: the end of a height", () => {
  it("hands out block, parts and a commit that verifies", () => {
    const bench = decidedA();
    const [decided] = bench.of("decided");
    assert.ok(decided !== undefined);
    const { blockId, height, commit } = decided;
    const { set: validators, crypto } = bench.validators;
    assert.deepEqual(signers(commit), ["commit", "commit", "absent", "commit"]);
    const verdict = verifyCommit({ chainId, validators, blockId, height, commit, crypto });
    assert.equal(verdict.kind, "ok");
    assert.deepEqual(decided.parts, bench.block("A").parts);
    assert.deepEqual(decided.block, bench.block("A").block);
  });

  it("puts a nil precommit into the commit as nil, and one for another block not at all", () => {
    const bench = new Bench()
      .start()
      .propose("A")
      .vote("precommit", { by: [0], for: "B" });
    bench.vote("prevote", { by: [0, 1], for: "A" }).vote("precommit", { by: [1, 2], for: "A" });
    const [decided] = bench.of("decided");
    assert.deepEqual(signers(decided?.commit ?? emptyCommit), [
      "absent",
      "commit",
      "commit",
      "commit",
    ]);
    const other = new Bench()
      .start()
      .propose("A")
      .vote("precommit", { by: [0] });
    other.vote("prevote", { by: [0, 1], for: "A" }).vote("precommit", { by: [1, 2], for: "A" });
    assert.equal(other.of("decided")[0]?.commit.signatures[0]?.kind, "nil");
  });

  it("ignores everything but late precommits until the next height is started", () => {
    const bench = decidedA()
      .propose("B", { round: 1 })
      .vote("prevote", { by: [2], for: "A" });
    bench.timeout("precommit");
    assert.deepEqual(bench.effects, []);
    bench.vote("precommit", { by: [2], for: "A" });
    assert.equal(bench.of("gained").length, 1);
    assert.equal(bench.of("append-wal").length, 0);
  });
});

describe("Tendermint: the start of a height", () => {
  it("begins the first height at once", () => {
    assert.equal(new Bench().start().place, "0/propose");
  });

  it("pauses for timeout_commit, counted from the decision", () => {
    const bench = decidedA();
    const previous = previousOf(bench);
    bench.now = later(bench.now, 0.3);
    bench.start(nextHeight(previous, bench.validators.set));
    assert.equal(bench.place, "0/new-height");
    assert.deepEqual(bench.of("schedule-timeout")[0]?.durationMs, 700);
    bench.timeout("new-height");
    assert.equal(bench.place, "0/propose");
  });

  it("does not pause when the block took longer to apply", () => {
    const bench = decidedA();
    const previous = previousOf(bench);
    bench.now = later(bench.now, 1);
    bench.start(nextHeight(previous, bench.validators.set));
    assert.equal(bench.place, "0/propose");
  });

  it("skip_timeout_commit: goes on as soon as all precommits are in", () => {
    const bench = decidedA({ timeouts: { skipCommit: true } });
    const previous = previousOf(bench);
    bench.start(nextHeight(previous, bench.validators.set));
    assert.equal(bench.place, "0/new-height");
    bench.vote("precommit", { by: [2], for: "A" });
    assert.equal(bench.place, "0/propose");
  });

  it("joins at once when f+1 have begun (L55)", () => {
    const bench = decidedA();
    bench.start(nextHeight(previousOf(bench), bench.validators.set));
    bench.vote("prevote", { by: [0, 2], height: 2n });
    assert.equal(bench.place, "0/propose");
  });

  it("builds on the last commit with the precommits that came late", () => {
    const bench = decidedA({ self: 1, unanswered: ["build-block"] });
    const previous = previousOf(bench);
    assert.deepEqual(signers(previous.commit), ["commit", "commit", "commit", "absent"]);
    bench.start(nextHeight(previous, bench.validators.set));
    bench.vote("precommit", { by: [3], for: "A" }).timeout("new-height");
    const [build] = bench.of("build-block");
    assert.equal(build?.lastCommit.signatures[3]?.kind, "commit");
  });

  it("blames for forged and foreign late precommits, and takes two of one as evidence", () => {
    const bench = decidedA();
    bench.start(nextHeight(previousOf(bench), bench.validators.set));
    const vote = aVote(bench.validators, { type: "precommit", by: 2 });
    const send = (late: typeof vote): Bench =>
      bench.command("late", { kind: "vote", from: "peer", vote: late });
    assert.equal(send({ ...vote, round: createRound(1) }).effects.length, 0);
    assert.equal(send({ ...vote, type: "prevote" }).effects.length, 0);
    assert.equal(send({ ...vote, validatorIndex: 7 }).of("punish")[0]?.reason, "VOTE_FOREIGN");
    const forged = { ...vote, signature: new Uint8Array(64) };
    assert.equal(send(forged).of("punish")[0]?.reason, "VOTE_SIGNATURE");
    send(vote);
    const { blockId } = bench.block("A");
    send(aVote(bench.validators, { type: "precommit", by: 2, blockId }));
    assert.equal(bench.of("equivocation").length, 1);
  });

  it("at the first height builds on the empty commit", () => {
    const bench = new Bench({ self: 0 }).start();
    assert.deepEqual(bench.of("build-block")[0]?.lastCommit, emptyCommit);
  });

  it("after a restart makes the last commit of the stored one", () => {
    const before = decidedA();
    const previous = previousOf(before);
    const bench = new Bench({ self: 1, unanswered: ["build-block"] });
    bench.start(nextHeight(previous, bench.validators.set)).timeout("new-height");
    assert.deepEqual(bench.of("build-block")[0]?.lastCommit, previous.commit);
  });

  it("counts each height's votes with that height's validators", () => {
    const bench = decidedA();
    const previous = previousOf(bench);
    const heavy = bench.validators.keys[1];
    assert.ok(heavy !== undefined);
    const updates = [{ publicKey: heavy.publicKey, power: createPower(20n) }];
    const updated = updateValidatorSet(bench.validators.set, updates);
    assert.ok(updated.kind === "ok");
    bench.start({ ...nextHeight(previous, bench.validators.set), validators: updated.value });
    const after = withSet({ ...bench.validators, set: updated.value });
    const { blockId, parts } = aBlock("B2", { height: 2n });
    const by = after.keys.findIndex(({ address }) => address === heavy.address);
    const vote = aVote(after, { type: "precommit", by, height: 2n, blockId });
    bench.command("vote", { kind: "vote", from: "peer", vote });
    for (const part of parts) {
      const place = { height: createHeight(2n), round: createRound(0) };
      bench.command("part", { kind: "part", from: "peer", ...place, part });
    }
    assert.equal(bench.of("decided").length, 1, "20 of 23 is a quorum alone");
    assert.equal(bench.of("decided")[0]?.commit.signatures.length, 4);
  });

  it("signs nothing at a height when the record is of a later one", () => {
    const before = decidedA();
    const bench = new Bench({ record: before.record });
    assert.ok(bench.record.kind === "record");
    bench.record = { ...bench.record, height: createHeight(9n), lock: nil };
    bench
      .start()
      .propose("A")
      .vote("prevote", { by: [0, 1, 2], for: "A" });
    bench.vote("precommit", { by: [0, 1, 2], for: "A" });
    assert.deepEqual(bench.signed, []);
    assert.equal(bench.of("decided").length, 1);
  });
});

describe("Tendermint: a block and its commit out of a peer's store", () => {
  const { commit } = previousOf(decidedA());

  it("decides the height, as if its precommits had come one by one", () => {
    const bench = received(new Bench().start(), commit);
    const [decided] = bench.of("decided");
    assert.deepEqual(decided?.blockId, bench.block("A").blockId);
    assert.deepEqual(decided?.commit, commit);
    assert.deepEqual(decided?.parts, bench.block("A").parts);
  });

  it("decides in the pause before the height, so that a node behind never votes", () => {
    const bench = decidedA();
    bench.start(nextHeight(previousOf(bench), bench.validators.set));
    assert.equal(bench.place, "0/new-height");
    const next = someValidators();
    const validators = { ...next, set: incrementProposerPriority(next.set, 1) };
    const second = new Bench({ validators, self: 1 });
    second.toBuild = "A";
    second.start(nextHeight(previousOf(decidedA()), next.set)).timeout("new-height");
    const { round } = second.engine.roundState();
    assert.equal(round, 0);
    const votes = { height: 2n, for: "A" } as const;
    second.vote("prevote", { by: [0, 2], ...votes }).vote("precommit", { by: [0, 2], ...votes });
    const decided = second.of("decided")[0];
    assert.ok(decided !== undefined);
    received(bench, decided.commit);
    assert.equal(bench.of("decided").length, 1);
  });

  it("adds the precommits that its maker lacked", () => {
    const bench = new Bench().start().vote("precommit", { by: [2], for: "A" });
    received(bench, commit);
    assert.deepEqual(signers(bench.of("decided")[0]?.commit ?? emptyCommit), [
      "commit",
      "commit",
      "commit",
      "commit",
    ]);
  });

  it("decides although the application refused the block, as 2f+1 found it valid", () => {
    const bench = new Bench();
    bench.verdicts.set("A", false);
    bench.start().propose("A");
    assert.equal(received(bench, commit).of("decided").length, 1);
  });

  it("COMMIT_INVALID: too few, forged, misplaced or of another block", () => {
    const [first, second, , fourth] = commit.signatures;
    assert.ok(first !== undefined && second !== undefined && fourth !== undefined);
    const absent = { kind: "absent" } as const;
    const bench = new Bench().start();
    for (const signatures of [
      [first, second, absent, absent],
      [second, first, absent, fourth],
      [first, second, fourth, absent],
      [first, second, { ...fourth, signature: new Uint8Array(64) }, fourth],
      [first, second, fourth],
      [],
    ]) {
      received(bench, { ...commit, signatures });
      assert.equal(bench.of("punish")[0]?.reason, "COMMIT_INVALID");
    }
    const { block } = bench.block("B");
    bench.command("commit", { kind: "commit-received", from: "peer", block, commit });
    assert.equal(bench.of("punish")[0]?.reason, "COMMIT_INVALID");
    received(bench, { ...commit, blockId: nil });
    assert.equal(bench.of("punish")[0]?.reason, "COMMIT_INVALID");
    assert.equal(bench.of("decided").length, 0);
  });

  it("of another height changes nothing", () => {
    const bench = new Bench().start();
    received(bench, { ...commit, height: createHeight(2n) });
    assert.deepEqual(bench.effects, []);
  });
});
