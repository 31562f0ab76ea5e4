/**
 * What travels between nodes, opened and closed again by somebody who keeps to no rule: these
 * tables say where things are, and check nothing.
 */
import { ChainError } from "@pyralog/chain/base";
import {
  bytes,
  byteStrings,
  enumeration,
  int64,
  message,
  optional,
  repeated,
  uint32,
} from "@pyralog/chain/codec";
import {
  decodeConsensusMessage,
  encodeConsensusMessage,
  type ConsensusMessage,
} from "@pyralog/chain/types";
import type { Channel } from "@pyralog/node/ports";

export interface Frame {
  readonly channel: Channel;
  readonly bytes: Uint8Array;
}

const consensusWire = message("pyralog.gossip.v1.Frame", {
  announce: bytes(1),
  messages: byteStrings(2),
  lazy: bytes(3),
});

export interface OpenedFrame {
  readonly announce: Uint8Array;
  readonly messages: readonly ConsensusMessage[];
  readonly lazy: Uint8Array;
}

/** Nothing where another lie has made it unreadable. */
export function openConsensus(frame: Uint8Array): OpenedFrame | undefined {
  try {
    const { announce, messages, lazy } = consensusWire.decode(frame);
    return { announce, messages: messages.map(decodeConsensusMessage), lazy };
  } catch (error) {
    if (error instanceof ChainError) return undefined;
    throw error;
  }
}

/** Nothing where the frame would be empty. */
export function closeConsensus(opened: OpenedFrame): readonly Frame[] {
  const frame = consensusWire.encode({
    ...opened,
    messages: opened.messages.map(encodeConsensusMessage),
  });
  return frame.length === 0 ? [] : [{ channel: "consensus", bytes: frame }];
}

const none = new Uint8Array(0);

export function framesOf(messages: readonly ConsensusMessage[]): readonly Frame[] {
  return closeConsensus({ announce: none, messages, lazy: none });
}

export const announceWire = message("pyralog.gossip.v1.Announce", {
  height: int64(1),
  round: uint32(2),
  step: enumeration(3),
  validator: uint32(4),
  rounds: repeated(
    5,
    message("pyralog.gossip.v1.RoundBits", {
      round: uint32(1),
      prevotes: bytes(3),
      precommits: bytes(4),
    }),
  ),
});

export function announceFrame(announce: Uint8Array): readonly Frame[] {
  return closeConsensus({ announce, messages: [], lazy: none });
}

const heightOnly = { height: int64(1) };

export const syncWire = message("pyralog.sync.v1.Message", {
  blockRequest: optional(1, message("pyralog.sync.v1.BlockRequest", heightOnly)),
  noBlockResponse: optional(2, message("pyralog.sync.v1.NoBlockResponse", heightOnly)),
  blockResponse: optional(
    3,
    message("pyralog.sync.v1.BlockResponse", {
      block: bytes(1),
      height: int64(3),
      commit: bytes(4),
    }),
  ),
  statusResponse: optional(
    5,
    message("pyralog.sync.v1.StatusResponse", { height: int64(1), base: int64(2) }),
  ),
});

export const transactionsWire = message("pyralog.mempool.v1.Message", {
  txs: optional(1, message("tendermint.mempool.Txs", { txs: byteStrings(1) })),
  have: optional(2, message("pyralog.mempool.v1.Hashes", { hashes: byteStrings(1) })),
  want: optional(3, message("pyralog.mempool.v1.Hashes", { hashes: byteStrings(1) })),
});

export const evidenceFrameWire = message("pyralog.evidence.v1.Frame", {
  list: bytes(1),
  have: byteStrings(2),
});
