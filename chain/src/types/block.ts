/**
 * Headers and blocks. Decoding checks each part for itself; whether the header commits to the rest
 * of its block is `checkBlockHashes`, which costs a hash per transaction.
 */
import { bytesFromText, equalBytes } from "#base";
import { blockIdWire, blockWire, headerWire, type MessageValue } from "#codec";
import { blockIdFromWire, blockIdToWire } from "./block-id.ts";
import { commitFromWire, commitToWire } from "./commit.ts";
import { createAddress, createHash, createHeight } from "./create.ts";
import { evidenceFromWire, evidenceToWire } from "./evidence.ts";
import { hashCommit, hashEvidence, hashHeader, hashTxs } from "./hash.ts";
import { blockItemsMax, blockProtocol, bytesPerBlockItem, chainIdLengthMax } from "./limits.ts";
import type { Block, BlockId, BlockIdOrNil, Header, Part } from "./model.ts";
import { partSetFromBytes } from "./part-set.ts";
import { timeFromWire, timeToWire } from "./time.ts";
import { typesError } from "./types-error.ts";

type HeaderWire = MessageValue<typeof headerWire>;

function headerToWire(header: Header): HeaderWire {
  return {
    ...header,
    time: timeToWire(header.time),
    lastBlockId: blockIdToWire(header.lastBlockId),
  };
}

function headerFromWire(wire: HeaderWire): Header {
  return checkHeaderBasic({
    version: wire.version,
    chainId: wire.chainId,
    height: createHeight(wire.height),
    time: timeFromWire(wire.time),
    lastBlockId: blockIdFromWire(wire.lastBlockId),
    lastCommitHash: createHash(wire.lastCommitHash, "last commit"),
    dataHash: createHash(wire.dataHash, "data"),
    validatorsHash: createHash(wire.validatorsHash, "validators"),
    nextValidatorsHash: createHash(wire.nextValidatorsHash, "next validators"),
    consensusHash: createHash(wire.consensusHash, "consensus"),
    appHash: wire.appHash,
    lastResultsHash: createHash(wire.lastResultsHash, "last results"),
    evidenceHash: createHash(wire.evidenceHash, "evidence"),
    proposerAddress: createAddress(wire.proposerAddress),
  });
}

/** The header, if it is of our block protocol and of a block that exists. */
export function checkHeaderBasic(header: Header): Header {
  const { version, chainId, height } = header;
  if (version.block !== blockProtocol) throw typesError("BLOCK_VERSION", { got: version.block });
  const { length } = bytesFromText(chainId);
  if (length > chainIdLengthMax) throw typesError("LENGTH", { field: "chain id", length });
  if (height === 0n) throw typesError("VALUE_RANGE", { field: "height", value: 0 });
  return header;
}

export function encodeHeader(header: Header): Uint8Array {
  return headerWire.encode(headerToWire(header));
}

/** @throws CodecError | TypesError unless it is a well-formed header. */
export function decodeHeader(bytes: Uint8Array): Header {
  return headerFromWire(headerWire.decode(bytes));
}

export function encodeBlock(block: Block): Uint8Array {
  return blockWire.encode({
    header: headerToWire(block.header),
    data: { txs: block.txs },
    evidence: { evidence: block.evidence.map(evidenceToWire) },
    lastCommit: commitToWire(block.lastCommit),
  });
}

/**
 * Transactions and hashes are views of the bytes given, which therefore must not change. Millions
 * of empty transactions in a few megabytes are no block: they would take gigabytes of memory.
 * @throws CodecError | TypesError unless its parts are well-formed, each for itself.
 */
export function decodeBlock(bytes: Uint8Array): Block {
  const itemsMax = blockItemsMax + Math.floor(bytes.length / bytesPerBlockItem);
  const { header, data, evidence, lastCommit } = blockWire.decode(bytes, { itemsMax });
  if (lastCommit === undefined) throw typesError("FIELD_MISSING", { field: "last commit" });
  return {
    header: headerFromWire(header),
    txs: data.txs,
    evidence: evidence.evidence.map(evidenceFromWire),
    lastCommit: commitFromWire(lastCommit),
  };
}

/** The block, if its header commits to what it carries. @throws TypesError `HASH_MISMATCH` */
export function checkBlockHashes(block: Block): Block {
  const { header, txs, evidence, lastCommit } = block;
  const mismatch = [
    { field: "last commit", want: header.lastCommitHash, got: hashCommit(lastCommit) },
    { field: "data", want: header.dataHash, got: hashTxs(txs) },
    { field: "evidence", want: header.evidenceHash, got: hashEvidence(evidence) },
  ].find(({ want, got }) => !equalBytes(want, got));
  if (mismatch !== undefined) throw typesError("HASH_MISMATCH", { field: mismatch.field });
  return block;
}

/** The block's name and its parts. It encodes and hashes the whole block: keep the answer. */
export function blockIdOf(block: Block): {
  readonly blockId: BlockId;
  readonly parts: readonly Part[];
} {
  const { header, parts } = partSetFromBytes(encodeBlock(block));
  return { blockId: { kind: "block", hash: hashHeader(block.header), parts: header }, parts };
}

export function encodeBlockId(id: BlockIdOrNil): Uint8Array {
  return blockIdWire.encode(blockIdToWire(id));
}

/** @throws CodecError | TypesError unless it is nil or complete. */
export function decodeBlockId(bytes: Uint8Array): BlockIdOrNil {
  return blockIdFromWire(blockIdWire.decode(bytes));
}
