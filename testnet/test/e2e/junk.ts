/** Messages between nodes that are well formed and worth nothing. */
import { randomBytes } from "node:crypto";
import { byteStrings, bytes, int64, message, optional } from "@pyralog/chain/codec";
import {
  createAddress,
  createHeight,
  createRound,
  createTime,
  encodeConsensusMessage,
  type ConsensusMessage,
  type Vote,
} from "@pyralog/chain/types";

const consensusFrame = message("test.ConsensusFrame", { messages: byteStrings(2) });
const txsFrame = message("test.TxsFrame", {
  txs: optional(1, message("test.Txs", { txs: byteStrings(1) })),
});
const heightOnly = { height: int64(1) };
const syncFrame = message("test.SyncFrame", {
  request: optional(1, message("test.BlockRequest", heightOnly)),
  response: optional(
    3,
    message("test.BlockResponse", { block: bytes(1), height: int64(3), commit: bytes(4) }),
  ),
  status: optional(5, message("test.StatusResponse", { height: int64(1), base: int64(2) })),
});
const noSync = { request: undefined, response: undefined, status: undefined };

export function randomly(length: number): Uint8Array {
  return new Uint8Array(randomBytes(length));
}

function framed(messages: readonly ConsensusMessage[]): Uint8Array {
  return consensusFrame.encode({ messages: messages.map(encodeConsensusMessage) });
}

/** A vote in a validator's name, under a signature of nobody. */
export function forgedVote(about: {
  readonly height: bigint;
  readonly validator: { readonly address: Uint8Array; readonly index: number };
}): Uint8Array {
  const vote: Vote = {
    type: "prevote",
    height: createHeight(about.height),
    round: createRound(0),
    blockId: { kind: "block", hash: randomly(32), parts: { total: 1, hash: randomly(32) } },
    time: createTime(1_800_000_000_000_000_000n),
    validatorAddress: createAddress(about.validator.address),
    validatorIndex: about.validator.index,
    signature: randomly(64),
    extension: new Uint8Array(0),
    extensionSignature: new Uint8Array(0),
  };
  return framed([{ kind: "vote", vote }]);
}

/** A part of a block that nobody has proposed, as large as parts are. */
export function strayPart(height: bigint): Uint8Array {
  const proof = { total: 3, index: 1, leafHash: randomly(32), aunts: [randomly(32), randomly(32)] };
  const part = { index: 1, bytes: randomly(65_536), proof };
  return framed([{ kind: "part", height: createHeight(height), round: createRound(0), part }]);
}

export function junkTxs(count: number): Uint8Array {
  return txsFrame.encode({ txs: { txs: Array.from({ length: count }, () => randomly(200)) } });
}

export function blockRequest(height: bigint): Uint8Array {
  return syncFrame.encode({ ...noSync, request: { height } });
}

/** The claim to have blocks up to this height. */
export function boast(height: bigint): Uint8Array {
  return syncFrame.encode({ ...noSync, status: { height, base: 1n } });
}

export function unaskedBlock(height: bigint): Uint8Array {
  const response = { block: randomly(1_000_000), height, commit: randomly(1000) };
  return syncFrame.encode({ ...noSync, response });
}
