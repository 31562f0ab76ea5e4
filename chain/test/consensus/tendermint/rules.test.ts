/** The rules of Algorithm 1 (arXiv 1807.04938), one by one. Proposers take turns: v0, v1, v2, v3. */
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { Bench } from "../bench.ts";
import { someValidators } from "../some-validators.ts";

/** v3 has locked A in round 0, and is in round 1 without a decision. */
function lockedInRoundZero(): Bench {
  const bench = new Bench()
    .start()
    .propose("A")
    .vote("prevote", { by: [0, 1], for: "A" });
  assert.deepEqual(bench.asked, ["precommit 0 A, locked A in 0"]);
  bench.vote("precommit", { by: [0, 1] }).timeout("precommit");
  assert.equal(bench.place, "1/propose");
  return bench;
}

/** One greater round, by the timeouts of a round in which nothing happens. */
function passRound(bench: Bench, round: number): Bench {
  return bench
    .timeout("propose", round)
    .vote("prevote", { by: [0, 1], round })
    .vote("precommit", { by: [0, 1], round });
}

describe("Tendermint: proposing", () => {
  it("L18: the proposer of a round builds, signs and prevotes a new block", () => {
    const bench = new Bench({ self: 0 }).start();
    assert.deepEqual(bench.asked, ["proposal 0 C, unlocked", "prevote 0 C, unlocked"]);
    assert.equal(bench.of("build-block").length, 1);
  });

  it("L21: everybody waits for a proposal, in each round half a second longer", () => {
    const waits = [3000, 3500, 4000];
    const bench = new Bench().start();
    for (const [round, durationMs] of waits.entries()) {
      const found = bench.of("schedule-timeout").filter(({ step }) => step === "propose");
      assert.deepEqual(
        found.map((effect) => effect.durationMs),
        [durationMs],
      );
      passRound(bench, round);
    }
  });

  it("L15–L16: a valid value is proposed again with its round, and nothing is built", () => {
    const bench = new Bench({ self: 1 }).start().propose("A");
    bench.vote("prevote", { by: [0, 2], for: "A" }).vote("precommit", { by: [0, 2] });
    bench.timeout("precommit");
    assert.deepEqual(bench.asked, [
      "proposal 1 A on 0, locked A in 0",
      "prevote 1 A, locked A in 0",
    ]);
    assert.equal(bench.of("build-block").length, 0);
  });

  it("L15, L42: the valid value of a node that precommitted nil is proposed again", () => {
    const bench = new Bench({ self: 1 }).start().propose("A", { parts: false });
    bench
      .timeout("propose")
      .vote("prevote", { by: [0, 2, 3], for: "A" })
      .timeout("prevote");
    assert.deepEqual(bench.asked, ["precommit 0 nil, unlocked"]);
    bench.parts("A");
    assert.equal(bench.engine.roundState().valid.kind, "lock");
    assert.equal(bench.engine.roundState().locked.kind, "nil");
    bench.vote("precommit", { by: [0, 2] });
    assert.deepEqual(bench.asked, ["proposal 1 A on 0, unlocked", "prevote 1 A, unlocked"]);
  });

  it("proposes the valid value if the quorum for it shows while its own block is built", () => {
    const bench = new Bench({ self: 1, unanswered: ["build-block"] }).start();
    bench.propose("A", { parts: false }).timeout("propose");
    bench.vote("prevote", { by: [0, 2, 3], for: "A" }).vote("precommit", { by: [0, 2, 3] });
    assert.equal(bench.of("build-block").length, 1);
    bench.parts("A");
    assert.deepEqual(bench.asked, ["proposal 1 A on 0, unlocked", "prevote 1 A, unlocked"]);
  });

  it("goes on without a proposal when no block is built in time, and ignores a late one", () => {
    const bench = new Bench({ self: 0, unanswered: ["build-block"] }).start().timeout("propose");
    assert.deepEqual(bench.asked, ["prevote 0 nil, unlocked"]);
    const { height, round } = bench.engine.roundState();
    bench.command("late block", { kind: "block-built", height, round, ...bench.block("C") });
    assert.deepEqual(bench.asked, []);
  });
});

describe("Tendermint: prevoting", () => {
  it("L22–L24: prevotes a valid block of the round's proposer", () => {
    const bench = new Bench().start().propose("A");
    assert.deepEqual(bench.asked, ["prevote 0 A, unlocked"]);
  });

  it("L22–L26: prevotes nil for a block that is not valid", () => {
    const bench = new Bench();
    bench.verdicts.set("A", false);
    bench.start().propose("A");
    assert.deepEqual(bench.asked, ["prevote 0 nil, unlocked"]);
  });

  it("waits for the verdict, and prevotes nil when the proposal times out first (L57)", () => {
    const bench = new Bench({ unanswered: ["check-block"] }).start().propose("A");
    assert.deepEqual(bench.asked, []);
    bench.timeout("propose");
    assert.deepEqual(bench.asked, ["prevote 0 nil, unlocked"]);
  });

  it("L23: a lock without a proof of lock is kept against another block", () => {
    const bench = lockedInRoundZero().propose("B", { round: 1 });
    assert.deepEqual(bench.asked, ["prevote 1 nil, locked A in 0"]);
  });

  it("L23: the locked block is prevoted again, also as a new proposal", () => {
    const bench = lockedInRoundZero().propose("A", { round: 1, parts: false });
    assert.deepEqual(bench.asked, ["prevote 1 A, locked A in 0"]);
  });

  it("L28: a proposal with a valid round waits for its prevotes, and does not prevote nil", () => {
    const bench = new Bench().start();
    passRound(bench, 0).propose("A", { round: 1, validRound: 0 });
    assert.deepEqual(bench.asked, []);
    bench.vote("prevote", { by: [2], round: 0, for: "A" });
    assert.deepEqual(bench.asked, []);
  });

  it("L28: prevotes when the proof of lock was there before the proposal", () => {
    const bench = new Bench().start().timeout("propose");
    bench.vote("prevote", { by: [0, 1, 2], for: "A" }).timeout("prevote");
    bench.vote("precommit", { by: [0, 1, 2] }).propose("A", { round: 1, validRound: 0 });
    assert.deepEqual(bench.asked, ["prevote 1 A, unlocked"]);
  });

  it("L28: prevotes when the proof of lock comes after the proposal", () => {
    const bench = new Bench()
      .start()
      .timeout("propose")
      .vote("precommit", { by: [0, 1, 2] });
    bench.propose("A", { round: 1, validRound: 0 });
    assert.deepEqual(bench.asked, []);
    bench.vote("prevote", { by: [0, 1, 2], for: "A" });
    assert.deepEqual(bench.asked, ["prevote 1 A, unlocked"]);
  });

  it("L29: a proof of lock from before the lock does not open it", () => {
    const bench = new Bench().start().timeout("propose");
    bench.vote("precommit", { by: [0, 1, 2] }).propose("A", { round: 1 });
    bench.vote("prevote", { by: [0, 1], round: 1, for: "A" });
    assert.deepEqual(bench.asked, ["precommit 1 A, locked A in 1"]);
    bench.vote("precommit", { by: [0, 1], round: 1 }).timeout("precommit", 1);
    bench.vote("prevote", { by: [0, 1, 2], round: 0, for: "B" });
    bench.propose("B", { round: 2, validRound: 0 });
    assert.deepEqual(bench.asked, ["prevote 2 nil, locked A in 1"]);
  });

  it("L29: a later proof of lock opens the lock, and a new one takes its place", () => {
    const bench = lockedInRoundZero().timeout("propose", 1);
    bench.vote("prevote", { by: [0, 1, 2], round: 1, for: "B" }).timeout("prevote", 1);
    bench.vote("precommit", { by: [0, 1, 2], round: 1 });
    bench.propose("B", { round: 2, validRound: 1 });
    assert.deepEqual(bench.asked, ["prevote 2 B, locked A in 0"]);
    bench.vote("prevote", { by: [0, 1], round: 2, for: "B" });
    assert.deepEqual(bench.asked, ["precommit 2 B, locked B in 2"]);
  });

  it("L57–L60: prevotes nil when no proposal came in time", () => {
    const bench = new Bench().start().timeout("propose");
    assert.deepEqual(bench.asked, ["prevote 0 nil, unlocked"]);
  });
});

describe("Tendermint: precommitting", () => {
  it("L34–L35: starts the prevote timeout once, on 2f+1 prevotes for anything", () => {
    const bench = new Bench()
      .start()
      .propose("A")
      .vote("prevote", { by: [0] });
    assert.equal(bench.of("schedule-timeout").length, 0);
    bench.vote("prevote", { by: [1], for: "A" });
    assert.equal(bench.of("schedule-timeout")[0]?.step, "prevote");
    bench.vote("prevote", { by: [2] });
    assert.equal(bench.of("schedule-timeout").length, 0);
  });

  it("L36–L41: locks and precommits a block on 2f+1 prevotes, the WAL synced before", () => {
    const bench = new Bench()
      .start()
      .propose("A")
      .vote("prevote", { by: [0, 1], for: "A" });
    const order = bench.effects.map(({ kind }) => kind);
    assert.deepEqual(bench.asked, ["precommit 0 A, locked A in 0"]);
    assert.ok(order.indexOf("append-wal") < order.indexOf("sync-wal"));
    assert.ok(order.indexOf("sync-wal") < order.indexOf("sign"));
  });

  it("L36: waits for the block that 2f+1 prevoted, and precommits nil by the timeout (L61)", () => {
    const bench = new Bench().start().timeout("propose");
    bench.vote("prevote", { by: [0, 1, 2], for: "A" });
    assert.deepEqual(bench.asked, []);
    assert.equal(bench.engine.roundState().wanted.length, 1);
    bench.timeout("prevote");
    assert.deepEqual(bench.asked, ["precommit 0 nil, unlocked"]);
  });

  it("L36: takes the parts of a block that only its prevotes name", () => {
    const bench = new Bench().start().timeout("propose");
    bench.vote("prevote", { by: [0, 1, 2], for: "A" }).parts("A");
    assert.deepEqual(bench.asked, ["precommit 0 A, locked A in 0"]);
  });

  it("L37: a quorum that shows after a precommit of nil makes no lock", () => {
    const bench = new Bench().start().propose("A");
    bench
      .vote("prevote", { by: [0] })
      .vote("prevote", { by: [1], for: "A" })
      .timeout("prevote");
    assert.deepEqual(bench.asked, ["precommit 0 nil, unlocked"]);
    bench.vote("prevote", { by: [2], for: "A" });
    assert.deepEqual(bench.asked, []);
    assert.equal(bench.describeLock(bench.engine.roundState().locked), "unlocked");
    assert.equal(bench.describeLock(bench.engine.roundState().valid), "locked A in 0");
  });

  it("never locks a block that 2f+1 prevoted but that is not valid here", () => {
    const bench = new Bench();
    bench.verdicts.set("A", false);
    bench
      .start()
      .propose("A")
      .vote("prevote", { by: [0, 1, 2], for: "A" })
      .timeout("prevote");
    assert.deepEqual(bench.asked, ["precommit 0 nil, unlocked"]);
  });

  it("L44–L46: precommits nil on 2f+1 prevotes nil, and keeps its lock", () => {
    const bench = lockedInRoundZero().timeout("propose", 1);
    bench.vote("prevote", { by: [0, 1], round: 1 });
    assert.deepEqual(bench.asked, ["precommit 1 nil, locked A in 0"]);
  });
});

describe("Tendermint: rounds", () => {
  it("L47–L48: starts the precommit timeout in any step, on 2f+1 precommits for anything", () => {
    const bench = new Bench().start().vote("precommit", { by: [0], for: "A" });
    bench.vote("precommit", { by: [1] }).vote("precommit", { by: [2], for: "A" });
    assert.equal(bench.place, "0/propose");
    assert.equal(bench.of("schedule-timeout")[0]?.step, "precommit");
    bench.timeout("precommit");
    assert.equal(bench.place, "1/propose");
  });

  it("ends a round at once on 2f+1 precommits nil (ADR 006)", () => {
    const bench = new Bench().start().vote("precommit", { by: [0, 1, 2] });
    assert.equal(bench.place, "1/propose");
  });

  it("L55: skips to a round of which f+1 have sent any message, over several rounds", () => {
    const bench = new Bench().start().vote("prevote", { by: [0], round: 5 });
    assert.equal(bench.place, "0/propose");
    bench.vote("precommit", { by: [1], round: 5, for: "A" });
    assert.equal(bench.place, "5/propose");
  });

  it("L55: counts a proposal as a message, and a sender once", () => {
    const bench = new Bench().start().propose("A", { round: 1 });
    bench.vote("prevote", { by: [1], round: 1 }).vote("precommit", { by: [1], round: 1 });
    assert.equal(bench.place, "0/propose");
    bench.vote("prevote", { by: [2], round: 1 });
    assert.equal(bench.place, "1/prevote");
  });

  it("L55, L37: a quorum of prevotes of a skipped round makes no lock, but a valid value", () => {
    const bench = new Bench()
      .start()
      .propose("A")
      .vote("prevote", { by: [0, 1], round: 2 });
    assert.equal(bench.place, "2/propose");
    bench.vote("prevote", { by: [0, 1, 2], round: 0, for: "A" });
    const { locked, valid } = bench.engine.roundState();
    assert.equal(bench.describeLock(locked), "unlocked");
    assert.equal(bench.describeLock(valid), "locked A in 0");
    assert.deepEqual(bench.asked, []);
  });

  it("L58, L62, L66: ignores timeouts of past rounds, past steps and other heights", () => {
    const bench = new Bench().start().vote("precommit", { by: [0, 1, 2] });
    for (const step of ["propose", "prevote", "precommit", "new-height"] as const) {
      bench.timeout(step, 0);
      assert.equal(bench.place, "1/propose");
    }
    bench.timeout("prevote", 1);
    assert.equal(bench.place, "1/propose");
  });

  it("decides with one node that is a third: its silence stops rounds, its voice moves them", () => {
    const bench = new Bench({ validators: someValidators({ powers: [5n, 4n, 3n, 3n] }) }).start();
    bench.vote("precommit", { by: [1, 2] });
    assert.equal(bench.place, "0/propose");
    bench.vote("prevote", { by: [0], round: 1 });
    assert.equal(bench.place, "0/propose", "5 of 15 is not more than a third");
    bench.vote("prevote", { by: [2], round: 1 });
    assert.equal(bench.place, "1/propose");
  });
});

describe("Tendermint: deciding", () => {
  it("L49: decides a block on 2f+1 precommits", () => {
    const bench = new Bench()
      .start()
      .propose("A")
      .vote("precommit", { by: [0, 1, 2], for: "A" });
    const [decided] = bench.of("decided");
    assert.equal(decided?.blockId, bench.block("A").blockId);
    assert.equal(decided?.commit.signatures.length, 4);
    assert.equal(bench.place, "0/commit");
  });

  it("L49: decides from an earlier round while in a later one", () => {
    const bench = lockedInRoundZero().vote("precommit", { by: [2], round: 0, for: "A" });
    assert.equal(bench.of("decided").length, 0);
    const other = new Bench()
      .start()
      .propose("A")
      .vote("prevote", { by: [0, 1], round: 1 });
    assert.equal(other.place, "1/propose");
    other.vote("precommit", { by: [0, 1, 2], round: 0, for: "A" });
    assert.equal(other.of("decided")[0]?.round, 0);
  });

  it("L49: decides in a round that it never began", () => {
    const bench = new Bench().start().propose("A");
    bench.vote("precommit", { by: [0, 1, 2], round: 4, for: "A" });
    assert.equal(bench.of("decided")[0]?.round, 4);
  });

  it("L49: precommits that come before the proposal wait for it", () => {
    const bench = new Bench().start().vote("precommit", { by: [0, 1, 2], for: "A" });
    assert.equal(bench.of("decided").length, 0);
    bench.propose("A");
    assert.equal(bench.of("decided").length, 1);
  });

  it("L49: fetches a block that only its precommits name", () => {
    const bench = new Bench().start().vote("precommit", { by: [0, 1, 2], for: "A" });
    assert.deepEqual(bench.engine.roundState().wanted[0]?.header, bench.block("A").blockId.parts);
    bench.parts("A");
    assert.equal(bench.of("decided").length, 1);
  });

  it("L50: does not decide a block that is not valid here", () => {
    const bench = new Bench();
    bench.verdicts.set("A", false);
    bench
      .start()
      .propose("A")
      .vote("precommit", { by: [0, 1, 2], for: "A" });
    assert.equal(bench.of("decided").length, 0);
  });

  it("follows along without voting where its key is not in the set", () => {
    const bench = new Bench({ self: "none" }).start().propose("A");
    bench.vote("prevote", { by: [0, 1, 2], for: "A" });
    bench.vote("precommit", { by: [0, 1, 2], for: "A" });
    assert.equal(bench.of("decided").length, 1);
    assert.equal(bench.signed.length, 0);
  });

  it("asks for the verdict on a block once, also when it is proposed again", () => {
    const bench = new Bench().start().propose("A");
    bench.vote("precommit", { by: [0, 1, 2] }).propose("A", { round: 1, parts: false });
    assert.equal(bench.of("check-block").length, 0);
    assert.deepEqual(bench.asked, ["prevote 1 A, unlocked"]);
  });
});
