/**
 * CometBFT's hashes: RFC 6962 trees over encoded fields. Hashes of what never changes are kept with
 * it, so that a header or a validator set is hashed once however many ask.
 */
import { emptyBytes } from "#base";
import {
  blockIdWire,
  bytes,
  commitSigWire,
  duplicateVoteEvidenceWire,
  execTxResultWire,
  hashedParamsWire,
  int64,
  message,
  simpleValidatorWire,
  string,
  timestampWire,
  versionWire,
} from "#codec";
import { sha256 } from "#crypto";
import { merkleRoot } from "#merkle";
import { blockIdToWire } from "./block-id.ts";
import { commitSigToWire } from "./commit.ts";
import { duplicateVoteToWire } from "./evidence.ts";
import type { Commit, ConsensusParams, Evidence, Header, TxResult, Validator } from "./model.ts";
import { publicKeyToWire } from "./public-key.ts";
import { timeToWire } from "./time.ts";

interface ValidatorList {
  readonly validators: readonly Validator[];
}

/** A scalar stands in a tree as the message that would wrap it; a default is no bytes at all. */
const wrappedText = message("google.protobuf.StringValue", { value: string(1) });
const wrappedNumber = message("google.protobuf.Int64Value", { value: int64(1) });
const wrappedBytes = message("google.protobuf.BytesValue", { value: bytes(1) });

function kept<Value extends object>(
  hash: (value: Value) => Uint8Array,
): (value: Value) => Uint8Array {
  const hashes = new WeakMap<Value, Uint8Array>();
  return (value) => {
    const known = hashes.get(value);
    if (known !== undefined) return known;
    const fresh = hash(value);
    hashes.set(value, fresh);
    return fresh;
  };
}

/** The block's hash. Empty for a header that names no validators, as in CometBFT. */
export const hashHeader: (header: Header) => Uint8Array = kept((header) => {
  if (header.validatorsHash.length === 0) return emptyBytes;
  const hashes = [
    header.lastCommitHash,
    header.dataHash,
    header.validatorsHash,
    header.nextValidatorsHash,
    header.consensusHash,
    header.appHash,
    header.lastResultsHash,
    header.evidenceHash,
    header.proposerAddress,
  ];
  return merkleRoot([
    versionWire.encode(header.version),
    wrappedText.encode({ value: header.chainId }),
    wrappedNumber.encode({ value: header.height }),
    timestampWire.encode(timeToWire(header.time)),
    blockIdWire.encode(blockIdToWire(header.lastBlockId)),
    ...hashes.map((value) => wrappedBytes.encode({ value })),
  ]);
});

export function txHash(tx: Uint8Array): Uint8Array {
  return sha256(tx);
}

/** Leaves are transaction hashes, so that a proof need not carry the transaction. */
export function hashTxs(txs: readonly Uint8Array[]): Uint8Array {
  return merkleRoot(txs.map(txHash));
}

export const hashCommit: (commit: Commit) => Uint8Array = kept((commit) =>
  merkleRoot(commit.signatures.map((sig) => commitSigWire.encode(commitSigToWire(sig)))),
);

export function hashEvidence(evidence: readonly Evidence[]): Uint8Array {
  return merkleRoot(evidence.map(evidenceBytes));
}

/** What evidence is known by. */
export function evidenceHash(evidence: Evidence): Uint8Array {
  return sha256(evidenceBytes(evidence));
}

function evidenceBytes(evidence: Evidence): Uint8Array {
  return duplicateVoteEvidenceWire.encode(duplicateVoteToWire(evidence));
}

/** Block size and gas alone, so that other parameters can come without a new protocol. */
export function hashConsensusParams(params: ConsensusParams): Uint8Array {
  const { maxBytes, maxGas } = params.block;
  return sha256(hashedParamsWire.encode({ blockMaxBytes: maxBytes, blockMaxGas: maxGas }));
}

/** What every machine computes alike: code, data and gas of each result, in the block's order. */
export function hashResults(results: readonly TxResult[]): Uint8Array {
  return merkleRoot(results.map(deterministicResult));
}

function deterministicResult(result: TxResult): Uint8Array {
  const { code, data, gasWanted, gasUsed } = result;
  return execTxResultWire.encode({
    ...execTxResultWire.empty(),
    code,
    data,
    gasWanted,
    gasUsed,
  });
}

/** Keys and powers in the set's order; addresses follow from keys and priorities are local. */
export const hashValidatorSet: (set: ValidatorList) => Uint8Array = kept(({ validators }) =>
  merkleRoot(
    validators.map(({ publicKey, power }) =>
      simpleValidatorWire.encode({ publicKey: publicKeyToWire(publicKey), votingPower: power }),
    ),
  ),
);
