import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { hexFromBytes } from "@pyralog/chain/base";
import { consensusMessageWire, type MessageValue } from "@pyralog/chain/codec";
import {
  createHeight,
  createRound,
  decodeConsensusMessage,
  encodeConsensusMessage,
  nil,
  partSetFromBytes,
  type ConsensusMessage,
} from "@pyralog/chain/types";
import { codeOf } from "./code-of.ts";
import { readVectors } from "./read-vectors.ts";
import { aBlockId, aSigner, aVote, startTime } from "./values.ts";

const place = { height: createHeight(5n), round: createRound(1) };
const votes = { ...place, type: "prevote" } as const;
const blockId = aBlockId();
const { header, parts } = partSetFromBytes(new Uint8Array(70_000));
const [part] = parts;
assert.ok(part !== undefined);

const bits = (length: number): readonly boolean[] =>
  Array.from({ length }, (_, index) => index % 3 === 0);

const messages: readonly ConsensusMessage[] = [
  { kind: "new-round-step", ...place, step: 8, secondsSinceStart: -3n, lastCommitRound: nil },
  {
    kind: "new-round-step",
    ...place,
    step: 1,
    secondsSinceStart: 3n,
    lastCommitRound: createRound(2),
  },
  { kind: "new-valid-block", ...place, header, parts: [true, false], isCommit: true },
  {
    kind: "proposal",
    proposal: {
      ...place,
      validRound: nil,
      blockId,
      time: startTime,
      signature: part.proof.leafHash,
    },
  },
  { kind: "proposal-pol", height: place.height, validRound: place.round, prevotes: bits(65) },
  { kind: "part", ...place, part },
  { kind: "vote", vote: aVote(aSigner("a")) },
  { kind: "has-vote", ...votes, validatorIndex: 7 },
  { kind: "vote-set-maj23", ...votes, blockId: nil },
  { kind: "vote-set-bits", ...votes, type: "precommit", blockId, votes: bits(128) },
  { kind: "vote-set-bits", ...votes, blockId, votes: [] },
];

type Wire = MessageValue<typeof consensusMessageWire>;

function refusal(change: Partial<Wire>): string {
  const wire = { ...consensusMessageWire.empty(), ...change };
  return codeOf(() => decodeConsensusMessage(consensusMessageWire.encode(wire)));
}

function wireOf(message: ConsensusMessage | undefined): Wire {
  assert.ok(message !== undefined);
  return consensusMessageWire.decode(encodeConsensusMessage(message));
}

describe("messages between nodes in consensus", () => {
  it("are decoded to what was encoded", () => {
    for (const message of messages) {
      assert.deepEqual(decodeConsensusMessage(encodeConsensusMessage(message)), message);
    }
  });

  it("carry any bits", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 300 }), (some) => {
        const message = { kind: "vote-set-bits", ...votes, blockId, votes: some } as const;
        assert.deepEqual(decodeConsensusMessage(encodeConsensusMessage(message)), message);
      }),
    );
  });

  it("are CometBFT's, where those hold for themselves", () => {
    const published = readVectors("cometbft/p2p_privval_wire.json")
      .get("cases")
      .list()
      .filter((entry) => entry.get("channel").text() === "consensus");
    const codes = published.map((entry) => {
      const bytes = entry.get("hex").hex();
      const code = codeOf(() => decodeConsensusMessage(bytes));
      if (code !== "accepted") return `${entry.get("name").text()}: ${code}`;
      const again = encodeConsensusMessage(decodeConsensusMessage(bytes));
      assert.equal(hexFromBytes(again), entry.get("hex").text());
      return "accepted";
    });
    // These are published for their bytes alone: CometBFT's ValidateBasic refuses them as well.
    assert.deepEqual(
      codes.filter((code) => code !== "accepted"),
      [
        "NewRoundStep Max: VALUE_RANGE",
        "ProposalPol: LENGTH",
        "BlockPart: PROOF_INVALID",
        "Vote_without_ext: SIGNATURE_LENGTH",
        "Vote_with_ext: SIGNATURE_LENGTH",
      ],
    );
  });

  it("are one of the known kinds, and one only", () => {
    assert.equal(refusal({}), "ONEOF_INVALID");
    const [step, , valid] = messages.map(wireOf);
    assert.equal(refusal({ ...step, newValidBlock: valid?.newValidBlock }), "ONEOF_INVALID");
    assert.equal(
      codeOf(() => decodeConsensusMessage(Uint8Array.of(0x52, 0))),
      "ONEOF_INVALID",
    );
    assert.equal(refusal({ vote: { vote: undefined } }), "FIELD_MISSING");
  });

  it("have steps, rounds and indexes in their ranges", () => {
    const { newRoundStep } = wireOf(messages[0]);
    assert.ok(newRoundStep !== undefined);
    for (const step of [0, 9, 257]) {
      assert.equal(refusal({ newRoundStep: { ...newRoundStep, step } }), "VALUE_RANGE");
    }
    const lastCommitRound = -2;
    assert.equal(refusal({ newRoundStep: { ...newRoundStep, lastCommitRound } }), "VALUE_RANGE");
    const { hasVote } = wireOf(messages[7]);
    assert.ok(hasVote !== undefined);
    assert.equal(refusal({ hasVote: { ...hasVote, index: -1 } }), "VALUE_RANGE");
    assert.equal(refusal({ hasVote: { ...hasVote, height: -1n } }), "VALUE_RANGE");
    assert.equal(refusal({ hasVote: { ...hasVote, type: 32 } }), "VOTE_TYPE_UNKNOWN");
  });

  it("have as many bits as they say, and as places (ASA-2025-003)", () => {
    const { newValidBlock } = wireOf(messages[2]);
    assert.ok(newValidBlock !== undefined);
    const withParts = (blockParts: typeof newValidBlock.blockParts): string =>
      refusal({ newValidBlock: { ...newValidBlock, blockParts } });
    assert.equal(withParts(undefined), "FIELD_MISSING");
    assert.equal(withParts({ bits: 0n, elems: [] }), "LENGTH");
    assert.equal(withParts({ bits: 3n, elems: [0n] }), "LENGTH");
    assert.equal(withParts({ bits: 2n, elems: [] }), "LENGTH");
    assert.equal(withParts({ bits: 2n, elems: [0n, 0n] }), "LENGTH");
    assert.equal(withParts({ bits: -1n, elems: [] }), "VALUE_RANGE");
    assert.equal(withParts({ bits: 1602n, elems: [] }), "VALUE_RANGE");
    const { voteSetBits } = wireOf(messages[9]);
    assert.ok(voteSetBits !== undefined);
    const many = { bits: 10_001n, elems: [] };
    assert.equal(refusal({ voteSetBits: { ...voteSetBits, votes: many } }), "VALUE_RANGE");
    const { proposalPol } = wireOf(messages[4]);
    assert.ok(proposalPol !== undefined);
    const none = { ...proposalPol, proposalPol: { bits: 0n, elems: [] } };
    assert.equal(refusal({ proposalPol: none }), "LENGTH");
  });

  it("are taken from random bytes or refused with a coded error, nothing else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        codeOf(() => decodeConsensusMessage(bytes));
      }),
    );
  });
});
