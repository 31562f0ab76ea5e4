/** What a crash may cost, and what never: a signature twice, or the lock. */
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { encodeWalEntry, decodeWalEntry, type WalEntry } from "#consensus";
import { createHeight, createRound, nil } from "#types";
import { aBlock } from "../a-block.ts";
import { Bench, type BenchOptions } from "../bench.ts";
import { aVote } from "../some-validators.ts";

/** The same validator once more: with its record, and with a WAL or without. */
function restarted(
  before: Bench,
  options: BenchOptions & { readonly wal?: readonly WalEntry[] } = {},
): Bench {
  const { wal, ...rest } = options;
  const bench = new Bench({ self: before.self ?? "none", record: before.record, ...rest });
  for (const [name, block] of before.blocks) bench.blocks.set(name, block);
  bench.now = before.now;
  bench.start({ replay: wal !== undefined });
  for (const entry of wal ?? []) {
    bench.command("recorded", { kind: "recorded", entry: decodeWalEntry(encodeWalEntry(entry)) });
    const told = bench.effects.filter(({ kind }) => kind !== "equivocation");
    assert.deepEqual(told, [], "a replay does nothing outside");
  }
  return wal === undefined ? bench : bench.command("replayed", { kind: "replay-ended" });
}

/** v3 has locked A in round 0, and is in round 1. */
function locked(): Bench {
  const bench = new Bench()
    .start()
    .propose("A")
    .vote("prevote", { by: [0, 1], for: "A" });
  return bench.vote("precommit", { by: [0, 1] }).timeout("precommit");
}

describe("Tendermint: a restart with the WAL", () => {
  it("goes on where it stopped, with messages, lock, valid value and round", () => {
    const before = locked();
    const bench = restarted(before, { wal: before.wal });
    const { locked: lock, valid } = bench.engine.roundState();
    assert.equal(bench.place, "1/propose");
    assert.equal(bench.describeLock(lock), "locked A in 0");
    assert.equal(bench.describeLock(valid), "locked A in 0");
    assert.deepEqual(
      bench.engine.roundState().votesOf(createRound(0), "prevote")?.bits,
      before.engine.roundState().votesOf(createRound(0), "prevote")?.bits,
    );
    bench.propose("B", { round: 1 });
    assert.deepEqual(bench.asked, ["prevote 1 nil, locked A in 0"]);
  });

  it("tells once more of double votes that it had seen, as evidence was not yet made of them", () => {
    const before = new Bench().start().propose("A");
    before.vote("prevote", { by: [0], for: "A" }).vote("prevote", { by: [0] });
    const [seen] = before.of("equivocation");
    assert.ok(seen !== undefined);
    const bench = new Bench({ record: before.record }).start({ replay: true });
    const again = before.wal.flatMap((entry) =>
      bench.command("recorded", { kind: "recorded", entry }).of("equivocation"),
    );
    assert.deepEqual(again, [seen]);
    assert.deepEqual(bench.command("replayed", { kind: "replay-ended" }).of("equivocation"), []);
  });

  it("asks for no signature at or below the record, and decides with the votes it has", () => {
    const before = new Bench()
      .start()
      .propose("A")
      .vote("prevote", { by: [0, 1], for: "A" });
    const bench = restarted(before, { wal: before.wal });
    assert.deepEqual(bench.asked, []);
    assert.equal(bench.place, "0/precommit");
    bench.vote("precommit", { by: [0, 1], for: "A" });
    assert.equal(bench.of("decided").length, 1);
    assert.deepEqual(bench.signed, []);
  });

  it("asks for the signature that a crash came before", () => {
    const before = new Bench({ unanswered: ["sign"] }).start().propose("A");
    assert.deepEqual(before.asked, ["prevote 0 A, unlocked"]);
    const bench = restarted(before, { wal: before.wal });
    assert.deepEqual(bench.asked, ["prevote 0 A, unlocked"]);
  });

  it("gives the recorded vote again, which may never have left", () => {
    const before = new Bench().start().propose("A");
    const lost = before.wal.filter(({ kind }) => kind !== "vote");
    const bench = restarted(before, { wal: lost });
    const own = bench.engine.roundState().votesOf(createRound(0), "prevote")?.get(3);
    assert.deepEqual(own?.blockId, before.block("A").blockId);
    assert.deepEqual(bench.of("gained").length, 1);
    assert.deepEqual(bench.signed, []);
  });

  it("starts the timeout of the step it stands in, as others' votes may be lost", () => {
    const steps = [
      { step: "propose", bench: new Bench().start() },
      { step: "prevote", bench: new Bench().start().propose("A") },
      { step: "precommit", bench: new Bench().start().timeout("propose").timeout("prevote") },
    ];
    for (const { step, bench } of steps) {
      const after = restarted(bench, { wal: bench.wal });
      assert.equal(after.of("schedule-timeout").at(-1)?.step, step);
    }
  });

  it("proposes the block it had built, not another one", () => {
    const before = new Bench({ self: 0, unanswered: ["sign", "check-block"] });
    before.toBuild = "A";
    before.start();
    const bench = restarted(before, { wal: before.wal, unanswered: [] });
    assert.equal(bench.of("build-block").length, 0);
    assert.deepEqual(bench.asked, ["proposal 0 A, unlocked", "prevote 0 A, unlocked"]);
  });

  it("builds anew when the parts of the built block did not all reach the disk", () => {
    const before = new Bench({ self: 0, unanswered: ["sign", "check-block"] });
    before.toBuild = "A";
    before.start();
    const wal = before.wal.filter(({ kind }) => kind !== "part");
    const bench = restarted(before, { wal, unanswered: [] });
    assert.deepEqual(bench.asked, ["proposal 0 C, unlocked", "prevote 0 C, unlocked"]);
  });

  it("builds nothing in a round whose proposal the record holds", () => {
    const before = new Bench({ self: 0, unanswered: ["check-block"] }).start();
    const bench = restarted(before, { wal: before.wal, unanswered: [] });
    assert.equal(bench.of("build-block").length, 0);
    assert.deepEqual(bench.asked, ["prevote 0 C, unlocked"]);
  });

  it("reads a WAL that was cut off after any entry", () => {
    const before = locked().propose("A", { round: 1, parts: false });
    for (let length = 0; length <= before.wal.length; length++) {
      const bench = restarted(before, { wal: before.wal.slice(0, length) });
      assert.equal(bench.place, "1/prevote");
      assert.equal(bench.describeLock(bench.engine.roundState().locked), "locked A in 0");
      assert.deepEqual(bench.signed, []);
    }
  });

  it("takes nothing from peers before the replay has ended", () => {
    const bench = new Bench().start({ replay: true }).propose("A").timeout("propose");
    assert.deepEqual(bench.effects, []);
    bench.command("replayed", { kind: "replay-ended" });
    assert.equal(bench.engine.roundState().proposalOf(createRound(0)), undefined);
  });

  it("skips entries of other heights and entries that do not verify", () => {
    const bench = new Bench();
    const vote = aVote(bench.validators, { type: "prevote", by: 0 });
    const entries: readonly WalEntry[] = [
      { kind: "vote", vote: aVote(bench.validators, { type: "prevote", by: 0, height: 2n }) },
      { kind: "vote", vote: { ...vote, signature: new Uint8Array(64) } },
      { kind: "round-started", height: createHeight(7n), round: createRound(3) },
    ];
    const after = restarted(bench, { wal: entries });
    assert.equal(after.place, "0/propose");
    assert.deepEqual([...after.engine.roundState().rounds], []);
  });

  it("counts a precommit of the WAL with the extension that was judged before the crash", () => {
    const params = {
      ...new Bench().params,
      abci: { voteExtensionsEnableHeight: createHeight(1n) },
    };
    const before = new Bench({ params }).start();
    const extension = Uint8Array.of(1);
    before.vote("precommit", { by: [0], for: "A", extension });
    const after = restarted(before, { wal: before.wal, params });
    assert.equal(after.engine.roundState().votesOf(createRound(0), "precommit")?.has(0), true);
  });
});

describe("Tendermint: a restart without the WAL", () => {
  it("is no amnesia: the lock comes with the record, and votes against it are nil", () => {
    const bench = restarted(locked());
    assert.equal(bench.place, "0/precommit");
    assert.equal(bench.describeLock(bench.engine.roundState().locked), "locked A in 0");
    bench.timeout("precommit").propose("B", { round: 1 });
    assert.deepEqual(bench.asked, ["prevote 1 nil, locked A in 0"]);
  });

  it("goes on in the record's round and step, and gives the recorded message again", () => {
    const before = locked().propose("A", { round: 1, parts: false });
    const bench = restarted(before);
    assert.equal(bench.place, "1/prevote");
    const gained = bench.of("gained").map(({ gain }) => gain.kind);
    assert.deepEqual(gained, ["vote"]);
    assert.equal(bench.of("schedule-timeout").at(-1)?.step, "prevote");
    bench.timeout("prevote", 1);
    assert.deepEqual(bench.asked, ["precommit 1 nil, locked A in 0"]);
  });

  it("asks peers for the locked block, and prevotes it once it is here", () => {
    const bench = restarted(locked());
    const wanted = bench.engine.roundState().wanted.map(({ header }) => header);
    assert.deepEqual(wanted, [bench.block("A").blockId.parts]);
    bench.timeout("precommit").parts("A", { round: 0 });
    assert.deepEqual(bench.engine.roundState().wanted, []);
    bench.propose("A", { round: 1, parts: false });
    assert.deepEqual(bench.asked, ["prevote 1 A, locked A in 0"]);
  });

  it("with a lock but without its block proposes nothing, and later the locked block", () => {
    const before = new Bench({ self: 1 }).start().propose("A");
    before.vote("prevote", { by: [0, 2], for: "A" });
    const bench = restarted(before).timeout("precommit");
    assert.equal(bench.place, "1/propose");
    assert.equal(bench.of("build-block").length, 0);
    assert.deepEqual(bench.asked, []);
    bench.parts("A");
    assert.equal(bench.asked[0], "proposal 1 A on 0, locked A in 0");
  });

  it("opens the lock by a later proof of lock, as ever (L29)", () => {
    const bench = restarted(locked()).timeout("precommit").timeout("propose", 1);
    bench.vote("prevote", { by: [0, 1, 2], round: 1, for: "B" }).timeout("prevote", 1);
    bench.vote("precommit", { by: [0, 1, 2], round: 1 });
    bench.propose("B", { round: 2, validRound: 1 });
    assert.deepEqual(bench.asked, ["prevote 2 B, locked A in 0"]);
  });

  it("gives a recorded proposal again although its block is lost, and builds no other", () => {
    const before = new Bench({ self: 0, unanswered: ["check-block"] }).start();
    const bench = restarted(before, { unanswered: [] });
    assert.equal(bench.of("build-block").length, 0);
    assert.deepEqual(bench.asked, []);
    assert.equal(bench.of("gained")[0]?.gain.kind, "proposal");
    bench.timeout("propose");
    assert.deepEqual(bench.asked, ["prevote 0 nil, unlocked"]);
  });
});

describe("Tendermint: our key, used elsewhere", () => {
  it("obeys the record of a refusal: its round, its step and its lock", () => {
    const other = locked().propose("A", { round: 1, parts: false });
    const bench = new Bench().start({ record: nil });
    bench.record = other.record;
    bench.propose("B");
    assert.equal(bench.place, "1/prevote");
    assert.equal(bench.describeLock(bench.engine.roundState().locked), "locked A in 0");
    assert.deepEqual(bench.signed, []);
  });

  it("takes the recorded vote for its own, and goes on from there", () => {
    const { record } = new Bench().start().propose("A");
    const bench = new Bench({ unanswered: ["sign"] }).start().timeout("propose");
    bench.command("refused", { kind: "sign-refused", record });
    assert.deepEqual(bench.asked, []);
    assert.equal(bench.place, "0/prevote");
    bench.vote("prevote", { by: [0, 1] });
    assert.equal(bench.place, "0/prevote", "the recorded prevote is for A");
    bench.timeout("prevote");
    assert.deepEqual(bench.asked, ["precommit 0 nil, unlocked"]);
  });

  it("asks again after a refusal that names an earlier record, once for each record", () => {
    const bench = new Bench({ unanswered: ["sign"] }).start().timeout("propose");
    assert.deepEqual(bench.asked, ["prevote 0 nil, unlocked"]);
    bench.command("refused", { kind: "sign-refused", record: nil });
    assert.deepEqual(bench.asked, ["prevote 0 nil, unlocked"]);
    bench.command("refused", { kind: "sign-refused", record: nil });
    assert.deepEqual(bench.asked, []);
  });

  it("never signs at a place where a peer shows a vote of our key, and takes over its lock", () => {
    const bench = new Bench().start().propose("B", { parts: false });
    bench.vote("precommit", { by: [3], for: "A" }).parts("B");
    assert.deepEqual(bench.asked, []);
    assert.equal(bench.describeLock(bench.engine.roundState().locked), "locked A in 0");
    bench
      .timeout("propose")
      .timeout("prevote")
      .vote("precommit", { by: [0, 1] });
    bench.timeout("precommit").propose("B", { round: 1, parts: false });
    assert.deepEqual(bench.asked, ["prevote 1 nil, locked A in 0"]);
  });

  it("keeps an unfinished round's proposal of the record, if it was our turn", () => {
    const { blockId } = aBlock("A");
    const before = new Bench({ self: 0 }).start();
    assert.ok(before.record.kind === "record");
    const record = { ...before.record, step: "propose", blockId, round: createRound(1) } as const;
    const bench = new Bench({ self: 0, record }).start();
    assert.equal(bench.engine.roundState().proposalOf(createRound(1)), undefined);
  });
});
