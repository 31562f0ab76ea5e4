/** Valid CometBFT values for tests, signed with keys that follow from a seed. */
import { brand, bytesFromText, emptyBytes } from "@pyralog/chain/base";
import { createNativeCrypto, sha256 } from "@pyralog/chain/crypto";
import {
  blockProtocol,
  createHeight,
  createPower,
  createRound,
  createTime,
  createValidatorSet,
  emptyCommit,
  hashCommit,
  hashEvidence,
  hashTxs,
  hashValidatorSet,
  nil,
  timeFromRfc3339,
  validatorAddress,
  voteSignBytes,
  type Address,
  type Block,
  type BlockId,
  type Commit,
  type Header,
  type PublicKey,
  type ValidatorSet,
  type Vote,
} from "@pyralog/chain/types";

export const chainId = "values-1";
export const crypto = createNativeCrypto();
export const startTime = timeFromRfc3339("2024-01-31T12:00:00Z");

export interface Signer {
  readonly secretKey: Uint8Array;
  readonly publicKey: PublicKey;
}

export function aHash(name: string): Uint8Array {
  return sha256(bytesFromText(name));
}

export function aSigner(name: string): Signer {
  const secretKey = aHash(name);
  return { secretKey, publicKey: { type: "ed25519", bytes: crypto.ed25519PublicKey(secretKey) } };
}

export function aBlockId(name = "block"): BlockId {
  return { kind: "block", hash: aHash(name), parts: { total: 1, hash: aHash(`${name} parts`) } };
}

export function aTime(seconds: number): ReturnType<typeof createTime> {
  return createTime(startTime + BigInt(seconds) * 1_000_000_000n);
}

/** A set with its signers in the set's order. */
export function aValidatorSet(
  powers: readonly bigint[] = [10n, 10n, 10n, 10n],
  name = "validator",
): { readonly set: ValidatorSet; readonly signers: readonly Signer[] } {
  const made = powers.map((power, index) => ({ power, signer: aSigner(`${name} ${index}`) }));
  const set = createValidatorSet(
    made.map(({ power, signer }) => ({
      publicKey: signer.publicKey,
      power: createPower(power),
    })),
  );
  const places = made.map(({ signer }) => signer);
  const placeOf = (signer: Signer): number => set.indexOf(validatorAddress(signer.publicKey)) ?? -1;
  return { set, signers: places.toSorted((left, right) => placeOf(left) - placeOf(right)) };
}

export function sign(signer: Signer, vote: Vote): Vote {
  const message = voteSignBytes({ chainId, vote });
  const signature = crypto.signEd25519({ secretKey: signer.secretKey, message });
  return { ...vote, signature };
}

export function aVote(signer: Signer, fields: Partial<Vote> = {}): Vote {
  return sign(signer, {
    type: "precommit",
    height: createHeight(5n),
    round: createRound(0),
    blockId: aBlockId(),
    time: startTime,
    validatorAddress: validatorAddress(signer.publicKey),
    validatorIndex: 0,
    signature: emptyBytes,
    extension: emptyBytes,
    extensionSignature: emptyBytes,
    ...fields,
  });
}

/** A commit of the height's block that all of the signers signed. */
export function aCommit(signers: readonly Signer[], fields: Partial<Vote> = {}): Commit {
  const votes = signers.map((signer) => aVote(signer, fields));
  return {
    height: fields.height ?? createHeight(5n),
    round: fields.round ?? createRound(0),
    blockId: fields.blockId ?? aBlockId(),
    signatures: votes.map(({ validatorAddress: address, time, signature }) => ({
      kind: "commit",
      validatorAddress: address,
      time,
      signature,
    })),
  };
}

export function aHeader(fields: Partial<Header> = {}): Header {
  const { set } = aValidatorSet();
  return {
    version: { block: blockProtocol, app: 1n },
    chainId,
    height: createHeight(1n),
    time: startTime,
    lastBlockId: nil,
    lastCommitHash: hashCommit(emptyCommit),
    dataHash: hashTxs([]),
    validatorsHash: hashValidatorSet(set),
    nextValidatorsHash: hashValidatorSet(set),
    consensusHash: aHash("consensus"),
    appHash: aHash("application"),
    lastResultsHash: hashTxs([]),
    evidenceHash: hashEvidence([]),
    proposerAddress: set.proposer.address,
    ...fields,
  };
}

/** A block whose header commits to the rest of it. */
export function aBlock(fields: Partial<Block> = {}): Block {
  const block = { txs: [], evidence: [], lastCommit: emptyCommit, ...fields };
  const header = aHeader({
    lastCommitHash: hashCommit(block.lastCommit),
    dataHash: hashTxs(block.txs),
    evidenceHash: hashEvidence(block.evidence),
    ...fields.header,
  });
  return { ...block, header };
}

/** Addresses of vectors that no key gives, shorter ones too. */
export function anyAddress(bytes: Uint8Array): Address {
  return brand(bytes);
}
