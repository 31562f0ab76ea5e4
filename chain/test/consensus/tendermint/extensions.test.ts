/** Vote extensions: signed beside the precommit, judged by the application, from one height on. */
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { consensusParamsDefault, createHeight, createRound } from "#types";
import { Bench, type BenchOptions } from "../bench.ts";
import { aVote } from "../some-validators.ts";

const extension = Uint8Array.of(1, 2);

function extended(options: BenchOptions = {}, enableHeight = 1n): Bench {
  const abci = { voteExtensionsEnableHeight: createHeight(enableHeight) };
  return new Bench({ ...options, params: { ...consensusParamsDefault, abci } }).start();
}

const precommits = (bench: Bench): readonly boolean[] | undefined =>
  bench.engine.roundState().votesOf(createRound(0), "precommit")?.bits;

describe("Tendermint: vote extensions", () => {
  it("are asked for and signed with our precommit for a block, after the lock is on", () => {
    const bench = extended()
      .propose("A")
      .vote("prevote", { by: [0, 1], for: "A" });
    const kinds = bench.effects.map(({ kind }) => kind);
    assert.deepEqual(bench.asked, ["precommit 0 A, locked A in 0"]);
    assert.ok(kinds.indexOf("extend-vote") < kinds.indexOf("sync-wal"));
    assert.ok(kinds.indexOf("sync-wal") < kinds.indexOf("sign"));
    const request = bench.of("sign")[0]?.request;
    assert.ok(request?.kind === "vote" && request.extended);
    const own = bench.engine.roundState().votesOf(createRound(0), "precommit")?.get(3);
    assert.deepEqual(own?.extension, Uint8Array.of(9));
    assert.equal(own?.extensionSignature.length, 64);
  });

  it("are not on prevotes, precommits of nil, or before the enabling height", () => {
    const nil = extended()
      .timeout("propose")
      .vote("prevote", { by: [0, 1] });
    assert.deepEqual(nil.asked, ["precommit 0 nil, unlocked"]);
    assert.equal(nil.of("extend-vote").length, 0);
    const before = extended({}, 2n)
      .propose("A")
      .vote("prevote", { by: [0, 1], for: "A" });
    assert.equal(before.of("extend-vote").length, 0);
    const never = extended({}, 0n)
      .propose("A")
      .vote("prevote", { by: [0, 1], for: "A" });
    assert.equal(never.of("extend-vote").length, 0);
  });

  it("come too late once the round has ended", () => {
    const bench = extended({ unanswered: ["extend-vote"] }).propose("A");
    bench.vote("prevote", { by: [0, 1], for: "A" }).vote("precommit", { by: [0, 1, 2] });
    const height = createHeight(1n);
    bench.command("late", { kind: "vote-extended", height, round: createRound(0), extension });
    assert.deepEqual(bench.effects, []);
  });

  it("are judged before the precommit counts", () => {
    const bench = extended({ unanswered: ["check-extension"] });
    bench.vote("precommit", { by: [0], for: "A", extension });
    const [asked] = bench.of("check-extension");
    assert.ok(asked !== undefined);
    assert.equal(precommits(bench), undefined);
    bench.vote("precommit", { by: [0], for: "A", extension });
    assert.deepEqual(bench.effects, [], "asked once");
    bench.command("yes", { kind: "extension-checked", vote: asked.vote, accepted: true });
    assert.deepEqual(precommits(bench), [true, false, false, false]);
  });

  it("that are refused leave their precommit uncounted, and are not asked about again", () => {
    const bench = extended({ unanswered: ["check-extension"] });
    bench.vote("precommit", { by: [0], for: "A", extension });
    const [asked] = bench.of("check-extension");
    assert.ok(asked !== undefined);
    bench.command("no", { kind: "extension-checked", vote: asked.vote, accepted: false });
    bench.vote("precommit", { by: [0], for: "A", extension });
    assert.deepEqual(bench.effects, []);
    assert.equal(precommits(bench), undefined);
  });

  it("that are missing leave the precommit uncounted, without blame for who relays it", () => {
    const bench = extended().vote("precommit", { by: [0], for: "A" });
    assert.deepEqual(bench.effects, []);
  });

  it("VOTE_SIGNATURE: an extension that the voter did not sign", () => {
    const bench = extended();
    const { blockId } = bench.block("A");
    const vote = aVote(bench.validators, { type: "precommit", by: 0, blockId, extension });
    const forged = { ...vote, extension: Uint8Array.of(3) };
    bench.command("forged", { kind: "vote", from: "peer", vote: forged });
    assert.equal(bench.of("punish")[0]?.reason, "VOTE_SIGNATURE");
  });

  it("VOTE_MALFORMED: an extension on a prevote or on nil", () => {
    const bench = extended();
    bench.vote("prevote", { by: [0], for: "A", extension });
    assert.equal(bench.of("punish")[0]?.reason, "VOTE_MALFORMED");
    bench.vote("precommit", { by: [0], extension });
    assert.equal(bench.of("punish")[0]?.reason, "VOTE_MALFORMED");
  });

  it("waiting for their verdict are few, however many rounds a liar votes in", () => {
    const bench = extended({ unanswered: ["check-extension"] });
    let asked = 0;
    for (let round = 0; round < 100; round++) {
      bench.vote("precommit", { by: [0], round, for: "A", extension });
      asked += bench.of("check-extension").length;
    }
    assert.equal(asked, 3);
  });
});
