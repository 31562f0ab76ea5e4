/** What is taken from peers, what is refused, and what is bounded. */
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { brand, emptyBytes } from "#base";
import type { Effect } from "#consensus";
import { createHeight, createRound, nil, type Part, type Proposal, type Vote } from "#types";
import { aBlock } from "../a-block.ts";
import { Bench } from "../bench.ts";
import {
  aKey,
  aProposal,
  aVote,
  later,
  genesisTime,
  realCrypto,
  someValidators,
} from "../some-validators.ts";

function takeVote(bench: Bench, vote: Vote): Bench {
  return bench.command("vote", { kind: "vote", from: "peer", vote });
}

interface SentPart {
  readonly part: Part;
  readonly from?: string;
  readonly round?: number;
}

function takePart(bench: Bench, { part, from = "peer", round = 0 }: SentPart): Bench {
  const height = createHeight(1n);
  return bench.command("part", { kind: "part", from, height, round: createRound(round), part });
}

function takeProposal(bench: Bench, proposal: Proposal): Bench {
  return bench.command("proposal", { kind: "proposal", from: "peer", proposal });
}

function punishments(bench: Bench): readonly string[] {
  return bench.of("punish").map(({ from, reason }) => `${from}: ${reason}`);
}

const kinds = (effects: readonly Effect[]): readonly string[] => effects.map(({ kind }) => kind);

describe("Tendermint: votes from peers", () => {
  it("are written, told to others and counted once; the same again does nothing", () => {
    const bench = new Bench().start();
    const vote = aVote(bench.validators, { type: "prevote", by: 0 });
    takeVote(bench, vote);
    assert.deepEqual(kinds(bench.effects), ["append-wal", "gained"]);
    assert.deepEqual(kinds(takeVote(bench, vote).effects), []);
    const again = aVote(bench.validators, { type: "prevote", by: 0, time: later(genesisTime, 9) });
    assert.deepEqual(kinds(takeVote(bench, again).effects), []);
  });

  it("hold under the real ed25519", () => {
    const validators = someValidators({ crypto: realCrypto });
    const bench = new Bench({ validators }).start().propose("A");
    bench.vote("prevote", { by: [0, 1], for: "A" }).vote("precommit", { by: [0, 1], for: "A" });
    assert.equal(bench.of("decided").length, 1);
  });

  it("VOTE_FOREIGN: no such place, or the address of another place, without a signature check", () => {
    const bench = new Bench().start();
    const vote = aVote(bench.validators, { type: "prevote", by: 0 });
    const stranger = aKey(9).address;
    for (const foreign of [
      { ...vote, validatorIndex: 4 },
      { ...vote, validatorIndex: 1 },
      { ...vote, validatorIndex: 2 ** 31 - 1 },
      { ...vote, validatorAddress: stranger },
    ]) {
      assert.deepEqual(punishments(takeVote(bench, foreign)), ["peer: VOTE_FOREIGN"]);
    }
  });

  it("VOTE_SIGNATURE: a forged signature, another chain's, or a changed field", () => {
    const bench = new Bench().start();
    const vote = aVote(bench.validators, { type: "prevote", by: 0 });
    for (const forged of [
      { ...vote, signature: emptyBytes },
      { ...vote, signature: new Uint8Array(64) },
      { ...vote, round: createRound(1) },
      { ...vote, time: later(vote.time, 1) },
      { ...vote, blockId: bench.block("A").blockId },
      aVote(bench.validators, { type: "prevote", by: 0, chainId: "another-chain" }),
    ]) {
      assert.deepEqual(punishments(takeVote(bench, forged)), ["peer: VOTE_SIGNATURE"]);
    }
  });

  it("VOTE_MALFORMED: an extension where the chain has none", () => {
    const bench = new Bench().start();
    const { blockId } = bench.block("A");
    const vote = aVote(bench.validators, {
      type: "precommit",
      by: 0,
      blockId,
      extension: Uint8Array.of(1),
    });
    assert.deepEqual(punishments(takeVote(bench, vote)), ["peer: VOTE_MALFORMED"]);
  });

  it("of other heights are ignored without blame", () => {
    const bench = new Bench().start();
    for (const height of [2n, 3n, 2n ** 63n - 1n]) {
      takeVote(bench, aVote(bench.validators, { type: "prevote", by: 0, height }));
      assert.deepEqual(bench.effects, []);
    }
  });

  it("that differ are evidence, in the order of their block ids, and count for each block", () => {
    const bench = new Bench().start();
    const ids = [bench.block("A").blockId, nil];
    for (const blockId of ids) {
      takeVote(bench, aVote(bench.validators, { type: "prevote", by: 0, blockId }));
    }
    const [pair] = bench.of("equivocation");
    assert.equal(pair?.voteA.blockId.kind, "nil");
    assert.equal(pair?.voteB.blockId.kind, "block");
    const votes = bench.engine.roundState().votesOf(createRound(0), "prevote");
    assert.deepEqual(votes?.bitsFor(nil), [true, false, false, false]);
    assert.deepEqual(votes?.bitsFor(bench.block("A").blockId), [true, false, false, false]);
  });

  it("of a liar who told us nil first still make the quorum that others saw (L36)", () => {
    const bench = new Bench()
      .start()
      .propose("A")
      .vote("prevote", { by: [0], for: "B" });
    bench.vote("prevote", { by: [0], for: "A" });
    assert.equal(bench.of("equivocation").length, 1);
    bench.vote("prevote", { by: [1], for: "A" });
    assert.deepEqual(bench.asked, ["precommit 0 A, locked A in 0"]);
  });

  it("for a third block of one liar are dropped unless a correct validator voted for it", () => {
    const bench = new Bench().start().vote("prevote", { by: [0], for: "A" });
    bench.vote("prevote", { by: [0], for: "B" });
    assert.equal(bench.of("equivocation").length, 1);
    bench.vote("prevote", { by: [0], for: "C" });
    assert.deepEqual(bench.effects, []);
    bench.vote("prevote", { by: [1, 2], for: "C" }).vote("prevote", { by: [0], for: "C" });
    assert.equal(bench.of("equivocation").length, 1);
  });

  it("of later rounds are kept of each validator's two newest rounds only", () => {
    const bench = new Bench().start();
    for (const round of [7, 3, 9, 5, 90_000, 4]) {
      bench.vote("prevote", { by: [0], round });
    }
    assert.deepEqual([...bench.engine.roundState().rounds], [9, 90_000]);
    assert.equal(bench.place, "0/propose");
  });

  it("of rounds that no correct validator can be in are ignored, a third of the power or not", () => {
    const bench = new Bench().start().vote("prevote", { by: [0, 1, 2], round: 2 ** 31 - 1 });
    assert.equal(bench.place, "0/propose");
    bench.vote("prevote", { by: [0, 1], round: 100_000 });
    assert.equal(bench.place, "100000/propose");
  });

  it("of later rounds cost nothing when older than two that are kept", () => {
    const bench = new Bench().start();
    bench.vote("prevote", { by: [0], round: 8 }).vote("prevote", { by: [0], round: 9 });
    const vote = aVote(bench.validators, { type: "prevote", by: 0, round: 7 });
    takeVote(bench, { ...vote, signature: new Uint8Array(64) });
    assert.deepEqual(bench.effects, [], "dropped before its signature was looked at");
  });

  it("do not grow the memory, however many a liar sends", () => {
    const bench = new Bench().start();
    for (let round = 1; round < 500; round++) {
      bench.vote("prevote", { by: [0], round }).vote("precommit", { by: [0], round, for: "A" });
    }
    assert.equal(bench.engine.roundState().rounds.length, 2);
  });
});

describe("Tendermint: proposals from peers", () => {
  it("PROPOSAL_SIGNATURE: of anyone but the round's proposer, or changed", () => {
    const bench = new Bench().start();
    const { blockId } = bench.block("A");
    const good = aProposal(bench.validators, { by: 0, blockId });
    for (const proposal of [
      aProposal(bench.validators, { by: 1, blockId }),
      { ...good, blockId: bench.block("B").blockId },
      { ...good, time: later(good.time, 1) },
      { ...good, signature: emptyBytes },
    ]) {
      assert.deepEqual(punishments(takeProposal(bench, proposal)), ["peer: PROPOSAL_SIGNATURE"]);
    }
    assert.deepEqual(punishments(takeProposal(bench, good)), []);
  });

  it("PROPOSAL_MALFORMED: a proof-of-lock round that is not before the round", () => {
    const bench = new Bench().start();
    const { blockId } = bench.block("A");
    for (const validRound of [0, 1]) {
      const proposal = aProposal(bench.validators, { by: 0, blockId, validRound });
      assert.deepEqual(punishments(takeProposal(bench, proposal)), ["peer: PROPOSAL_MALFORMED"]);
    }
    const empty = { ...blockId, parts: { total: 0, hash: emptyBytes } };
    const proposal = aProposal(bench.validators, { by: 0, blockId: empty });
    assert.deepEqual(punishments(takeProposal(bench, proposal)), ["peer: PROPOSAL_MALFORMED"]);
  });

  it("PROPOSAL_TOO_LARGE: more parts than the greatest block of this chain has", () => {
    const bench = new Bench();
    const params = { ...bench.params, block: { ...bench.params.block, maxBytes: 65_536n } };
    const small = new Bench({ params }).start();
    const { blockId } = aBlock("large", { bytes: 70_000 });
    const proposal = aProposal(small.validators, { by: 0, blockId });
    assert.deepEqual(punishments(takeProposal(small, proposal)), ["peer: PROPOSAL_TOO_LARGE"]);
  });

  it("prevotes nil for a block over the limit, or that is no block, or not the one it names", () => {
    const params = { ...new Bench().params, block: { maxBytes: 1000n, maxGas: -1n } };
    const large = aBlock("large", { bytes: 2000 });
    const { blockId, parts } = aBlock("A");
    const other = { ...blockId, hash: aBlock("B").blockId.hash };
    for (const { name, proposed } of [
      { name: "large", proposed: large },
      { name: "misnamed", proposed: { ...aBlock("A"), blockId: other, parts } },
    ]) {
      const bench = new Bench({ params });
      bench.blocks.set(name, proposed);
      bench.start().propose(name);
      assert.equal(bench.asked.length, 1);
      assert.match(bench.asked[0] ?? "", /^prevote 0 nil/);
      assert.equal(bench.of("check-block").length, 0);
    }
  });

  it("of a round are taken once: a second one changes nothing, whoever is to blame", () => {
    const bench = new Bench().start().propose("A", { parts: false });
    bench.propose("B", { parts: false });
    assert.deepEqual(bench.effects, []);
    assert.equal(
      bench.engine.roundState().proposalOf(createRound(0))?.blockId,
      bench.block("A").blockId,
    );
  });

  it("of other heights, and of rounds far ahead, are ignored before any work", () => {
    const bench = new Bench().start();
    const { blockId } = bench.block("A");
    for (const options of [{ height: 2n }, { round: 3 }, { round: 2 ** 31 - 1 }]) {
      takeProposal(bench, aProposal(bench.validators, { by: 0, blockId, ...options }));
      assert.deepEqual(bench.effects, []);
    }
  });

  it("of the next rounds wait for them", () => {
    const bench = new Bench().start().propose("A", { round: 2 });
    assert.deepEqual(bench.asked, []);
    bench.vote("prevote", { by: [0], round: 2 });
    assert.deepEqual(bench.asked, ["prevote 2 A, unlocked"]);
  });
});

describe("Tendermint: parts from peers", () => {
  const large = aBlock("large", { bytes: 200_000 });

  function benchWithLarge(): Bench {
    const bench = new Bench();
    bench.blocks.set("large", large);
    return bench.start();
  }

  it("make the block in any order, each told to others once", () => {
    const bench = benchWithLarge().propose("large", { parts: false });
    for (const part of large.parts.toReversed()) {
      takePart(bench, { part });
      assert.equal(bench.of("gained").filter(({ gain }) => gain.kind === "part").length, 1);
      assert.deepEqual(takePart(bench, { part }).effects, []);
    }
    assert.equal(bench.signed.length, 1);
  });

  it("that come before their proposal are held, and used when it comes", () => {
    const bench = benchWithLarge();
    for (const part of large.parts) assert.deepEqual(takePart(bench, { part }).effects, []);
    bench.propose("large", { parts: false });
    assert.deepEqual(bench.asked, ["prevote 0 large, unlocked"]);
    assert.equal(bench.of("gained").length, 1 + large.parts.length + 1);
  });

  it("PART_INVALID: an index that is not its proof's (ASA-2025-002)", () => {
    const bench = benchWithLarge().propose("large", { parts: false });
    const [part] = large.parts;
    assert.ok(part !== undefined);
    takePart(bench, { part: { ...part, index: 1 } });
    assert.deepEqual(punishments(bench), ["peer: PART_INVALID"]);
  });

  it("of another block of a two-faced proposer are no reason to blame who relays them", () => {
    const bench = new Bench().start().propose("A", { parts: false }).parts("B");
    assert.deepEqual(bench.effects, []);
    bench.vote("prevote", { by: [0, 1, 2], for: "B" });
    const wanted = bench.engine.roundState().wanted.map(({ header }) => header);
    assert.deepEqual(wanted, [bench.block("A").blockId.parts], "the held part was B's");
  });

  it("of the block that a quorum names are taken beside those of another one of as many", () => {
    const bench = new Bench().start().propose("A");
    bench.vote("precommit", { by: [0, 1, 2], for: "B" }).parts("B");
    assert.deepEqual(
      bench.of("decided").map(({ blockId }) => bench.nameOf(blockId)),
      ["B"],
    );
  });

  it("UNVERIFIED_BYTES: more that fits nothing than two greatest blocks and what is held", () => {
    const params = { ...new Bench().params, block: { maxBytes: 100_000n, maxGas: -1n } };
    const bench = new Bench({ params }).start();
    const [part] = large.parts;
    assert.ok(part !== undefined);
    const sent = Math.floor((2 * 100_000 + 1_048_576) / part.bytes.length);
    for (let index = 0; index < sent; index++) {
      assert.deepEqual(takePart(bench, { part }).effects, []);
    }
    assert.deepEqual(punishments(takePart(bench, { part })), ["peer: UNVERIFIED_BYTES"]);
    assert.deepEqual(takePart(bench, { part, from: "other" }).effects, []);
  });

  it("of rounds far ahead and of other heights are ignored", () => {
    const bench = benchWithLarge();
    const [part] = large.parts;
    assert.ok(part !== undefined);
    assert.deepEqual(takePart(bench, { part, round: 3 }).effects, []);
    bench.command("part", {
      kind: "part",
      from: "peer",
      height: createHeight(2n),
      round: createRound(0),
      part: { ...part, index: 1 },
    });
    assert.deepEqual(bench.effects, []);
  });
});

describe("Tendermint: inputs of its driver", () => {
  it("stop the node when a height is not the next, or begun in another", () => {
    const bench = new Bench().start();
    assert.throws(() => bench.start(), /Broken claim: heights are started one after the other/);
    assert.throws(
      () => bench.command("replay", { kind: "replay-ended" }),
      /Broken claim: a height that runs is not replayed/,
    );
    assert.throws(
      () => new Bench().command("early", { kind: "replay-ended" }),
      /Broken claim: the first input starts a height/,
    );
  });

  it("stop the node when a built block is not what its id says", () => {
    const bench = new Bench({ self: 0, unanswered: ["build-block"] }).start();
    const { block, parts } = bench.block("A");
    const { height, round } = bench.engine.roundState();
    const { blockId } = bench.block("B");
    assert.throws(
      () => bench.command("built", { kind: "block-built", height, round, block, blockId, parts }),
      /Broken claim: a block that was built is what its id says/,
    );
  });

  it("change nothing when they answer what was not asked", () => {
    const bench = new Bench().start();
    const { blockId } = bench.block("A");
    const height = createHeight(1n);
    const round = createRound(0);
    const vote = aVote(bench.validators, { type: "precommit", by: 0, blockId });
    bench.command("verdict", { kind: "block-checked", height, blockId, accepted: true });
    assert.deepEqual(bench.effects, []);
    bench.command("extension", { kind: "vote-extended", height, round, extension: emptyBytes });
    assert.deepEqual(bench.effects, []);
    bench.command("extension", { kind: "extension-checked", vote, accepted: true });
    assert.deepEqual(bench.effects, []);
    bench.command("timeout", { kind: "timeout", height, round: brand(99), step: "propose" });
    assert.deepEqual(bench.effects, []);
  });
});
