import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { emptyBytes } from "@pyralog/chain/base";
import { proposalWire, voteWire, type MessageValue } from "@pyralog/chain/codec";
import { sha256 } from "@pyralog/chain/crypto";
import {
  blockIdKey,
  checkProposalBasic,
  checkVoteBasic,
  createHeight,
  createPower,
  createRound,
  decodeProposal,
  decodeVote,
  encodeProposal,
  encodeVote,
  equalBlockIds,
  nil,
  timeToRfc3339,
  verifySignature,
  verifyVote,
  verifyVoteExtension,
  voteExtensionSignBytes,
  zeroTime,
  type Proposal,
  type Vote,
} from "@pyralog/chain/types";
import { codeOf } from "./code-of.ts";
import { aBlockId, aHash, aSigner, aVote, chainId, crypto, startTime } from "./values.ts";

const signer = aSigner("voter");
const signature = new Uint8Array(64).fill(1);

const someVote: fc.Arbitrary<Vote> = fc.record(
  {
    type: fc.constantFrom("prevote" as const, "precommit" as const),
    height: fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(createHeight),
    round: fc.nat(2 ** 31 - 1).map(createRound),
    blockId: fc.constantFrom(nil, aBlockId(), aBlockId("other")),
    time: fc.constantFrom(startTime, zeroTime),
    validatorAddress: fc.constant(aVote(signer).validatorAddress),
    validatorIndex: fc.nat(2 ** 31 - 1),
    signature: fc.uint8Array({ minLength: 1, maxLength: 64 }),
    extension: fc.constant(emptyBytes),
    extensionSignature: fc.constant(emptyBytes),
  },
  { noNullPrototype: true },
);

describe("a vote", () => {
  const wire = voteWire.decode(encodeVote(aVote(signer)));
  const refusal = (change: Partial<MessageValue<typeof voteWire>>): string =>
    codeOf(() => decodeVote(voteWire.encode({ ...wire, ...change })));

  it("is decoded to what was encoded", () => {
    fc.assert(
      fc.property(someVote, (vote) => {
        assert.deepEqual(decodeVote(encodeVote(vote)), vote);
      }),
    );
  });

  it("is refused outside the ranges of its fields", () => {
    assert.equal(refusal({}), "accepted");
    assert.equal(refusal({ type: 0 }), "VOTE_TYPE_UNKNOWN");
    assert.equal(refusal({ type: 32 }), "VOTE_TYPE_UNKNOWN");
    assert.equal(refusal({ height: 0n }), "VALUE_RANGE");
    assert.equal(refusal({ height: -1n }), "VALUE_RANGE");
    assert.equal(refusal({ round: -1 }), "VALUE_RANGE");
    assert.equal(refusal({ validatorIndex: -1 }), "VALUE_RANGE");
    assert.equal(refusal({ validatorAddress: new Uint8Array(19) }), "LENGTH");
    assert.equal(refusal({ blockId: { ...wire.blockId, hash: emptyBytes } }), "BLOCK_ID_PARTIAL");
    assert.equal(refusal({ timestamp: { seconds: 0n, nanos: 1_000_000_000 } }), "TIME_RANGE");
    assert.equal(refusal({ timestamp: { seconds: 253_402_300_800n, nanos: 0 } }), "TIME_RANGE");
  });

  it("carries a signature of 1 to 64 bytes", () => {
    assert.equal(refusal({ signature: emptyBytes }), "SIGNATURE_LENGTH");
    assert.equal(refusal({ signature: new Uint8Array(64) }), "accepted");
    assert.equal(refusal({ signature: new Uint8Array(65) }), "SIGNATURE_LENGTH");
  });

  it("carries an extension on precommits for a block only, signed and up to a mebibyte", () => {
    const extension = Uint8Array.of(1);
    const extended = { extension, extensionSignature: signature };
    assert.equal(refusal(extended), "accepted");
    assert.equal(refusal({ extension }), "EXTENSION_UNSIGNED");
    assert.equal(refusal({ ...extended, type: 1 }), "EXTENSION_UNEXPECTED");
    const noBlock = { hash: emptyBytes, parts: { total: 0, hash: emptyBytes } };
    assert.equal(refusal({ ...extended, blockId: noBlock }), "EXTENSION_UNEXPECTED");
    const long = { ...extended, extensionSignature: new Uint8Array(65) };
    assert.equal(refusal(long), "SIGNATURE_LENGTH");
    assert.equal(refusal({ ...extended, extension: new Uint8Array(1_048_577) }), "LENGTH");
  });

  it("is taken from random bytes or refused with a coded error, nothing else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        codeOf(() => decodeVote(bytes));
        codeOf(() => decodeProposal(bytes));
      }),
    );
  });

  it("is its signer's alone, for one chain", () => {
    const vote = aVote(signer);
    const { publicKey } = signer;
    assert.ok(verifyVote({ chainId, vote, publicKey, crypto }));
    assert.ok(!verifyVote({ chainId: "other", vote, publicKey, crypto }));
    const stranger = aSigner("stranger").publicKey;
    assert.ok(!verifyVote({ chainId, vote, publicKey: stranger, crypto }));
    const other = checkVoteBasic({ ...vote, round: createRound(1) });
    assert.ok(!verifyVote({ chainId, vote: other, publicKey, crypto }));
  });

  it("has an extension with a signature of its own", () => {
    const vote = { ...aVote(signer), extension: Uint8Array.of(7) };
    const message = voteExtensionSignBytes({ chainId, vote });
    const extensionSignature = crypto.signEd25519({ secretKey: signer.secretKey, message });
    const { publicKey } = signer;
    const extended = { ...vote, extensionSignature };
    assert.ok(verifyVoteExtension({ chainId, vote: extended, publicKey, crypto }));
    const changed = { ...extended, extension: Uint8Array.of(8) };
    assert.ok(!verifyVoteExtension({ chainId, vote: changed, publicKey, crypto }));
  });

  it("may be signed with secp256k1 where the parameters allow such keys", () => {
    const secretKey = aHash("secp256k1");
    const bytes = crypto.secp256k1PublicKey(secretKey);
    const message = aHash("message");
    const signed = crypto.signSecp256k1Digest({ secretKey, digest: sha256(message) });
    const publicKey = { type: "secp256k1", bytes } as const;
    assert.ok(verifySignature(crypto, { publicKey, message, signature: signed }));
    assert.ok(!verifySignature(crypto, { publicKey, message: signed, signature: signed }));
  });
});

describe("a proposal", () => {
  const proposal: Proposal = {
    height: createHeight(5n),
    round: createRound(2),
    validRound: nil,
    blockId: aBlockId(),
    time: startTime,
    signature,
  };
  const wire = proposalWire.decode(encodeProposal(proposal));
  const refusal = (change: Partial<MessageValue<typeof proposalWire>>): string =>
    codeOf(() => decodeProposal(proposalWire.encode({ ...wire, ...change })));

  it("is decoded to what was encoded, with and without a proof-of-lock round", () => {
    const locked = { ...proposal, validRound: createRound(0) };
    for (const each of [proposal, locked]) {
      assert.deepEqual(decodeProposal(encodeProposal(each)), each);
    }
    assert.equal(wire.polRound, -1);
  });

  it("is refused outside the ranges of its fields", () => {
    assert.equal(refusal({}), "accepted");
    assert.equal(refusal({ type: 1 }), "VOTE_TYPE_UNKNOWN");
    assert.equal(refusal({ height: -1n }), "VALUE_RANGE");
    assert.equal(refusal({ round: -1 }), "VALUE_RANGE");
    assert.equal(refusal({ polRound: -2 }), "VALUE_RANGE");
    assert.equal(refusal({ signature: emptyBytes }), "SIGNATURE_LENGTH");
    assert.equal(refusal({ signature: new Uint8Array(65) }), "SIGNATURE_LENGTH");
    const unsigned = { ...proposal, signature: emptyBytes };
    assert.equal(
      codeOf(() => checkProposalBasic(unsigned)),
      "SIGNATURE_LENGTH",
    );
  });

  it("is for a block", () => {
    const blockId = { hash: emptyBytes, parts: { total: 0, hash: emptyBytes } };
    assert.equal(refusal({ blockId }), "FIELD_MISSING");
  });
});

describe("block ids", () => {
  it("are equal in all of their parts or not at all", () => {
    const id = aBlockId();
    const others = [
      aBlockId("other"),
      { ...id, parts: { ...id.parts, total: 2 } },
      { ...id, parts: { ...id.parts, hash: aHash("other") } },
      nil,
    ];
    assert.ok(equalBlockIds(id, aBlockId()) && equalBlockIds(nil, nil));
    for (const other of others) {
      assert.ok(!equalBlockIds(id, other) && !equalBlockIds(other, id));
      assert.notEqual(blockIdKey(id), blockIdKey(other));
    }
    assert.equal(blockIdKey(nil), "");
    assert.ok(blockIdKey(nil) < blockIdKey(id));
  });
});

describe("numbers of the chain", () => {
  it("stay in their ranges", () => {
    assert.equal(
      codeOf(() => createHeight(2n ** 63n - 1n)),
      "accepted",
    );
    assert.equal(
      codeOf(() => createHeight(2n ** 63n)),
      "VALUE_RANGE",
    );
    assert.equal(
      codeOf(() => createHeight(-1n)),
      "VALUE_RANGE",
    );
    assert.equal(
      codeOf(() => createRound(2 ** 31)),
      "VALUE_RANGE",
    );
    assert.equal(
      codeOf(() => createRound(0.5)),
      "VALUE_RANGE",
    );
    assert.equal(
      codeOf(() => createPower(-1n)),
      "VALUE_RANGE",
    );
    assert.equal(timeToRfc3339(zeroTime), "0001-01-01T00:00:00Z");
  });
});
