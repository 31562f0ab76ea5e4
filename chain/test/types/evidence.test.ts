import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { emptyBytes } from "@pyralog/chain/base";
import { duplicateVoteEvidenceWire, evidenceWire } from "@pyralog/chain/codec";
import { sha256 } from "@pyralog/chain/crypto";
import { merkleRoot } from "@pyralog/chain/merkle";
import {
  checkEvidenceBasic,
  createPower,
  decodeEvidence,
  decodeEvidenceList,
  encodeEvidence,
  encodeEvidenceList,
  evidenceHash,
  hashEvidence,
  nil,
  orderVotes,
  type Evidence,
} from "@pyralog/chain/types";
import { codeOf } from "./code-of.ts";
import { aBlockId, aSigner, aVote, startTime } from "./values.ts";

const signer = aSigner("double voter");
const [voteA, voteB] = orderVotes([
  aVote(signer, { blockId: aBlockId("one") }),
  aVote(signer, { blockId: aBlockId("two") }),
]);
const evidence: Evidence = {
  kind: "duplicate-vote",
  voteA,
  voteB,
  powerTotal: createPower(40n),
  validatorPower: createPower(10n),
  time: startTime,
};

describe("evidence of duplicate votes", () => {
  const wire = evidenceWire.decode(encodeEvidence(evidence));
  const { duplicateVote } = wire;
  assert.ok(duplicateVote !== undefined);
  const refusal = (change: Partial<typeof wire>): string =>
    codeOf(() => decodeEvidence(evidenceWire.encode({ ...wire, ...change })));

  it("is decoded to what was encoded, alone and in a list", () => {
    assert.deepEqual(decodeEvidence(encodeEvidence(evidence)), evidence);
    assert.deepEqual(decodeEvidenceList(encodeEvidenceList([evidence])), [evidence]);
  });

  it("is hashed without the envelope that tells kinds apart", () => {
    const bytes = duplicateVoteEvidenceWire.encode(duplicateVote);
    assert.deepEqual(evidenceHash(evidence), sha256(bytes));
    assert.deepEqual(hashEvidence([evidence]), merkleRoot([bytes]));
    assert.deepEqual(hashEvidence([]), sha256(emptyBytes));
  });

  it("holds its votes in the order of their block ids, nil first", () => {
    const backwards = { ...evidence, voteA: voteB, voteB: voteA };
    assert.equal(
      codeOf(() => checkEvidenceBasic(backwards)),
      "EVIDENCE_ORDER",
    );
    assert.equal(
      codeOf(() => checkEvidenceBasic({ ...evidence, voteB: voteA })),
      "EVIDENCE_ORDER",
    );
    const forNil = aVote(signer, { blockId: nil });
    assert.deepEqual(orderVotes([voteA, forNil]), [forNil, voteA]);
    assert.deepEqual(orderVotes([forNil, voteA]), [forNil, voteA]);
  });

  it("is refused without a vote, with an odd one, or with a negative power", () => {
    assert.equal(refusal({}), "accepted");
    const withPart = (change: Partial<typeof duplicateVote>): string =>
      refusal({ duplicateVote: { ...duplicateVote, ...change } });
    assert.equal(withPart({ voteA: undefined }), "FIELD_MISSING");
    assert.equal(withPart({ voteB: undefined }), "FIELD_MISSING");
    const { voteA: first } = duplicateVote;
    assert.ok(first !== undefined);
    assert.equal(withPart({ voteA: { ...first, signature: emptyBytes } }), "SIGNATURE_LENGTH");
    assert.equal(withPart({ totalVotingPower: -1n }), "VALUE_RANGE");
    assert.equal(withPart({ validatorPower: -1n }), "VALUE_RANGE");
  });

  it("is the one kind that is handled", () => {
    const lightClientAttack = {
      conflictingBlock: undefined,
      commonHeight: 1n,
      byzantineValidators: [],
      totalVotingPower: 1n,
      timestamp: { seconds: 0n, nanos: 0 },
    };
    assert.equal(refusal({ duplicateVote: undefined, lightClientAttack }), "EVIDENCE_UNKNOWN");
    assert.equal(refusal({ lightClientAttack }), "ONEOF_INVALID");
    assert.equal(refusal({ duplicateVote: undefined }), "ONEOF_INVALID");
  });
});
