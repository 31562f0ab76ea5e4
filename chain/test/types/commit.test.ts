import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { emptyBytes } from "@pyralog/chain/base";
import { commitWire, extendedCommitWire, type MessageValue } from "@pyralog/chain/codec";
import {
  checkCommitBasic,
  commitFromVotes,
  createAddress,
  createHeight,
  createRound,
  decodeCommit,
  decodeExtendedCommit,
  emptyCommit,
  encodeCommit,
  encodeExtendedCommit,
  medianTime,
  nil,
  verifyCommit,
  verifyCommitLight,
  verifyCommitTrusting,
  voteFromCommit,
  zeroTime,
  type Commit,
  type CommitSig,
} from "@pyralog/chain/types";
import { codeOf } from "./code-of.ts";
import { aBlockId, aCommit, aTime, aValidatorSet, aVote, chainId, crypto, sign } from "./values.ts";

const { set: validators, signers } = aValidatorSet();
const [first, second, third, fourth] = signers;
assert.ok(first && second && third && fourth);
const height = createHeight(5n);
const blockId = aBlockId();
const absent: CommitSig = { kind: "absent" };

describe("a commit", () => {
  const wire = commitWire.decode(encodeCommit(aCommit(signers)));
  const refusal = (change: Partial<MessageValue<typeof commitWire>>): string =>
    codeOf(() => decodeCommit(commitWire.encode({ ...wire, ...change })));
  const entry = wire.signatures[0] ?? assert.fail();
  const withEntry = (change: Partial<typeof entry>): string =>
    refusal({ signatures: [{ ...entry, ...change }] });

  it("is decoded to what was encoded, with entries of each kind", () => {
    const votes = [aVote(first), aVote(second, { blockId: nil }), undefined, aVote(fourth)];
    const commit = commitFromVotes({ height, round: createRound(0), blockId, votes });
    assert.deepEqual(
      commit.signatures.map(({ kind }) => kind),
      ["commit", "nil", "absent", "commit"],
    );
    assert.deepEqual(decodeCommit(encodeCommit(commit)), commit);
    assert.deepEqual(decodeCommit(encodeCommit(emptyCommit)), emptyCommit);
  });

  it("leaves out votes for another block", () => {
    const votes = [aVote(first), aVote(second, { blockId: aBlockId("other") })];
    const commit = commitFromVotes({ height, round: createRound(0), blockId, votes });
    assert.equal(commit.signatures[1]?.kind, "absent");
  });

  it("gives back the votes that it was made of", () => {
    const votes = [aVote(first), aVote(second, { blockId: nil, validatorIndex: 1 }), undefined];
    const commit = commitFromVotes({ height, round: createRound(0), blockId, votes });
    assert.deepEqual(
      [0, 1, 2, 3].map((place) => voteFromCommit(commit, place)),
      [...votes, undefined],
    );
  });

  it("is refused without a block or entries above height 0, and outside ranges", () => {
    const noBlock = { hash: emptyBytes, parts: { total: 0, hash: emptyBytes } };
    assert.equal(refusal({}), "accepted");
    assert.equal(refusal({ blockId: noBlock }), "COMMIT_NIL");
    assert.equal(refusal({ signatures: [] }), "COMMIT_EMPTY");
    assert.equal(
      codeOf(() => checkCommitBasic({ ...emptyCommit, height })),
      "COMMIT_NIL",
    );
    assert.equal(refusal({ height: -1n }), "VALUE_RANGE");
    assert.equal(refusal({ round: -1 }), "VALUE_RANGE");
    const many = Array.from({ length: 10_001 }, () => entry);
    assert.equal(refusal({ signatures: many }), "VALUE_RANGE");
  });

  it("is refused with an entry that is none", () => {
    assert.equal(withEntry({ blockIdFlag: 0 }), "BLOCK_ID_FLAG_UNKNOWN");
    assert.equal(withEntry({ blockIdFlag: 4 }), "BLOCK_ID_FLAG_UNKNOWN");
    assert.equal(withEntry({ validatorAddress: emptyBytes }), "LENGTH");
    assert.equal(withEntry({ signature: emptyBytes }), "SIGNATURE_LENGTH");
    assert.equal(withEntry({ signature: new Uint8Array(65) }), "SIGNATURE_LENGTH");
    assert.equal(withEntry({ blockIdFlag: 1 }), "ABSENT_NOT_EMPTY");
    const blank = { blockIdFlag: 1, validatorAddress: emptyBytes, signature: emptyBytes };
    assert.equal(withEntry(blank), "ABSENT_NOT_EMPTY");
    const timestamp = { seconds: -62_135_596_800n, nanos: 0 };
    assert.equal(withEntry({ ...blank, timestamp }), "accepted");
  });

  it("travels with extensions, signed ones at votes for the block only", () => {
    const commit = {
      ...aCommit([first, second]),
      signatures: [...aCommit([first]).signatures, absent],
    };
    const none = { extension: emptyBytes, extensionSignature: emptyBytes };
    const some = { extension: Uint8Array.of(1), extensionSignature: Uint8Array.of(2) };
    const extended = { commit, extensions: [some, none] };
    assert.deepEqual(decodeExtendedCommit(encodeExtendedCommit(extended)), extended);
    const bare = decodeExtendedCommit(encodeExtendedCommit({ commit, extensions: [] }));
    assert.deepEqual(bare.extensions, [none, none]);
    const refused = (extensions: typeof extended.extensions): string =>
      codeOf(() => decodeExtendedCommit(encodeExtendedCommit({ commit, extensions })));
    assert.equal(refused([none, some]), "EXTENSION_UNEXPECTED");
    assert.equal(refused([{ ...some, extensionSignature: emptyBytes }]), "EXTENSION_UNSIGNED");
    const { extendedSignatures, ...rest } = extendedCommitWire.decode(
      encodeExtendedCommit(extended),
    );
    const noEntries = extendedCommitWire.encode({ ...rest, extendedSignatures: [] });
    assert.equal(extendedSignatures.length, 2);
    assert.equal(
      codeOf(() => decodeExtendedCommit(noEntries)),
      "COMMIT_EMPTY",
    );
  });
});

function verify(commit: Commit): string {
  return codeOf(() => verifyCommit({ chainId, validators, blockId, height, commit, crypto }));
}

function light(commit: Commit): string {
  return codeOf(() => verifyCommitLight({ chainId, validators, blockId, height, commit, crypto }));
}

function trust(commit: Commit, numerator = 1n): string {
  const trustLevel = { numerator, denominator: 3n };
  return codeOf(() => verifyCommitTrusting({ chainId, validators, commit, trustLevel, crypto }));
}

/** Signed so many seconds after the start; absent where there is no number. */
function commitAt(seconds: readonly (number | undefined)[]): Commit {
  const signatures = signers.map((signer, place): CommitSig => {
    const after = seconds[place];
    if (after === undefined) return absent;
    const { validatorAddress, time, signature } = aVote(signer, { time: aTime(after) });
    return { kind: "commit", validatorAddress, time, signature };
  });
  return { ...aCommit(signers), signatures };
}

describe("verifying a commit", () => {
  const whole = aCommit(signers);
  const withEntries = (entries: readonly (CommitSig | undefined)[]): Commit => ({
    ...whole,
    signatures: whole.signatures.map((sig, place) => entries[place] ?? sig),
  });
  const forNil = (place: number): Exclude<CommitSig, { kind: "absent" }> => {
    const vote = aVote(signers[place] ?? assert.fail(), { blockId: nil });
    const { validatorAddress, time, signature } = vote;
    return { kind: "nil", validatorAddress, time, signature };
  };
  const forged = (place: number): CommitSig => {
    const sig = whole.signatures[place];
    assert.ok(sig?.kind === "commit");
    return { ...sig, signature: new Uint8Array(64) };
  };

  it("asks for more than two thirds of the power", () => {
    assert.equal(verify(whole), "accepted");
    assert.equal(verify(withEntries([absent])), "accepted");
    assert.equal(verify(withEntries([absent, absent])), "POWER_INSUFFICIENT");
    assert.equal(light(withEntries([absent, absent])), "POWER_INSUFFICIENT");
    // 2 of 3 are not more than two thirds.
    const three = aValidatorSet([1n, 1n, 1n]);
    const two = {
      ...aCommit(three.signers),
      signatures: [absent, ...aCommit(three.signers).signatures.slice(1)],
    };
    const options = { chainId, validators: three.set, blockId, height, commit: two, crypto };
    assert.equal(
      codeOf(() => verifyCommit(options)),
      "POWER_INSUFFICIENT",
    );
  });

  it("does not count votes for nil, but verifies them", () => {
    assert.equal(verify(withEntries([forNil(0)])), "accepted");
    assert.equal(verify(withEntries([forNil(0), forNil(1)])), "POWER_INSUFFICIENT");
    const mislabelled = whole.signatures[0];
    assert.ok(mislabelled?.kind === "commit");
    assert.equal(verify(withEntries([{ ...mislabelled, kind: "nil" }])), "SIGNATURE_WRONG");
  });

  it("verifies every signature; a light client only as many as it needs", () => {
    assert.equal(
      verify(withEntries([undefined, undefined, undefined, forged(3)])),
      "SIGNATURE_WRONG",
    );
    assert.equal(light(withEntries([undefined, undefined, undefined, forged(3)])), "accepted");
    assert.equal(light(withEntries([undefined, undefined, forged(2)])), "SIGNATURE_WRONG");
    const badNil: CommitSig = { ...forNil(0), signature: new Uint8Array(64) };
    assert.equal(light(withEntries([badNil])), "accepted");
    assert.equal(verify(withEntries([badNil])), "SIGNATURE_WRONG");
  });

  it("takes no signature at another validator's place", () => {
    const [one, two, ...rest] = whole.signatures;
    assert.ok(one && two);
    const swapped = { ...whole, signatures: [two, one, ...rest] };
    assert.equal(verify(swapped), "COMMIT_ADDRESS");
    assert.equal(light(swapped), "COMMIT_ADDRESS");
  });

  it("takes no commit of another size, height, block or chain (CVE-2020-15091)", () => {
    assert.equal(verify({ ...whole, signatures: whole.signatures.slice(1) }), "COMMIT_SIZE");
    assert.equal(verify({ ...whole, height: createHeight(6n) }), "COMMIT_HEIGHT");
    assert.equal(verify({ ...whole, blockId: aBlockId("other") }), "COMMIT_BLOCK_ID");
    const options = { chainId: "other", validators, blockId, height, commit: whole, crypto };
    assert.equal(
      codeOf(() => verifyCommit(options)),
      "SIGNATURE_WRONG",
    );
    assert.equal(verify({ ...whole, round: createRound(1) }), "SIGNATURE_WRONG");
  });

  it("by trust finds signers by address, passes strangers over, counts nobody twice", () => {
    const other = aValidatorSet([10n, 10n, 10n, 10n, 5n]);
    assert.equal(trust(aCommit(other.signers)), "accepted");
    const one = { ...whole, signatures: whole.signatures.slice(0, 1) };
    assert.equal(trust(one), "POWER_INSUFFICIENT");
    assert.equal(trust({ ...whole, signatures: whole.signatures.slice(0, 2) }), "accepted");
    assert.equal(trust(whole, 3n), "POWER_INSUFFICIENT");
    const twice = { ...whole, signatures: [...one.signatures, ...one.signatures] };
    assert.equal(trust(twice), "VOTE_REPEATED");
    assert.equal(trust({ ...whole, signatures: [forged(0)] }), "SIGNATURE_WRONG");
  });
});

describe("median time", () => {
  it("is what half of the power is not later than; absent votes do not count", () => {
    assert.equal(medianTime(commitAt([1, 2, 3, 4]), validators), aTime(2));
    assert.equal(medianTime(commitAt([4, 3, 2, 1]), validators), aTime(2));
    assert.equal(medianTime(commitAt([undefined, 3, 2, 1]), validators), aTime(2));
    assert.equal(medianTime(commitAt([undefined, undefined, undefined, 9]), validators), aTime(9));
    assert.equal(medianTime(emptyCommit, validators), zeroTime);
  });

  it("weighs by power, and counts votes for nil", () => {
    const weighed = aValidatorSet([100n, 1n, 1n]);
    const votes = weighed.signers.map((signer, place) => aVote(signer, { time: aTime(place) }));
    const commit = commitFromVotes({ height, round: createRound(0), blockId, votes });
    assert.equal(medianTime(commit, weighed.set), aTime(0));
    const nils = votes.map((vote, place) =>
      sign(weighed.signers[place] ?? assert.fail(), { ...vote, blockId: nil }),
    );
    const ofNils = commitFromVotes({ height, round: createRound(0), blockId, votes: nils });
    assert.equal(medianTime(ofNils, weighed.set), aTime(0));
  });

  it("is refused where a stranger signed", () => {
    const [sig] = aCommit(signers).signatures;
    assert.ok(sig?.kind === "commit");
    const stranger = { ...sig, validatorAddress: createAddress(new Uint8Array(20)) };
    const commit = { ...aCommit(signers), signatures: [stranger] };
    assert.equal(
      codeOf(() => medianTime(commit, validators)),
      "VALIDATOR_UNKNOWN",
    );
  });
});
