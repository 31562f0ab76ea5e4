/**
 * Frames of the `consensus` stream: an announcement, any number of CometBFT's proposals, parts and
 * votes (`tendermint.consensus.Message`), and the names of validators whose items the receiver
 * need not relay at once. All of it in one frame, because a message costs more than its bytes.
 */
import { ChainError, emptyBytes } from "#base";
import type { Step } from "#consensus";
import {
  bool,
  bytes,
  byteStrings,
  enumeration,
  int64,
  message,
  optional,
  repeated,
  uint32,
  uint32s,
  type MessageValue,
} from "#codec";
import {
  attempt,
  createHeight,
  createRound,
  decodeBlockId,
  decodeConsensusMessage,
  decodePartSetHeader,
  encodeBlockId,
  encodeConsensusMessage,
  encodePartSetHeader,
  isBlock,
  type BlockId,
  type ConsensusMessage,
} from "#types";
import type { Announce, BlockBits, PartSetBits, RoundBits } from "./announce.ts";
import type { GossipLimits } from "./limits.ts";

export type Item = Extract<ConsensusMessage, { kind: "proposal" | "part" | "vote" }>;

export interface Frame {
  readonly announce: Announce | undefined;
  readonly items: readonly Item[];
  /** Validators whose items reach the sender sooner by other ways. */
  readonly lazy: readonly number[];
}

const roundBitsWire = message("pyralog.gossip.v1.RoundBits", {
  round: uint32(1),
  proposal: bool(2),
  prevotes: bytes(3),
  precommits: bytes(4),
  prevoteQuorum: bytes(5),
  precommitQuorum: bytes(6),
});

const partSetBitsWire = message("pyralog.gossip.v1.PartSetBits", {
  header: bytes(1),
  parts: bytes(2),
});

const blockBitsWire = message("pyralog.gossip.v1.BlockBits", {
  round: uint32(1),
  precommit: bool(2),
  blockId: bytes(3),
  votes: bytes(4),
});

const announceWire = message("pyralog.gossip.v1.Announce", {
  height: int64(1),
  round: uint32(2),
  step: enumeration(3),
  /** One more than the index; zero where there is none. */
  validator: uint32(4),
  rounds: repeated(5, roundBitsWire),
  partSets: repeated(6, partSetBitsWire),
  lastCommit: optional(
    7,
    message("pyralog.gossip.v1.LastCommit", { round: uint32(1), precommits: bytes(2) }),
  ),
  claimed: repeated(8, blockBitsWire),
});

const frameWire = message("pyralog.gossip.v1.Frame", {
  announce: optional(1, announceWire),
  messages: byteStrings(2),
  lazy: uint32s(3),
});

const steps: readonly Step[] = ["new-height", "propose", "prevote", "precommit", "commit"];

export function encodeFrame(frame: Frame): Uint8Array {
  return frameWire.encode({
    announce: frame.announce === undefined ? undefined : announceToWire(frame.announce),
    messages: frame.items.map(encodeConsensusMessage),
    lazy: frame.lazy,
  });
}

function announceToWire(announce: Announce): MessageValue<typeof announceWire> {
  const { height, round, step, validatorIndex, lastCommit } = announce;
  return {
    height,
    round,
    step: steps.indexOf(step) + 1,
    validator: validatorIndex === undefined ? 0 : validatorIndex + 1,
    rounds: announce.rounds.map((listed) => ({
      ...listed,
      prevoteQuorum: encodeQuorum(listed.prevoteQuorum),
      precommitQuorum: encodeQuorum(listed.precommitQuorum),
    })),
    partSets: announce.partSets.map(({ header, parts }) => ({
      header: encodePartSetHeader(header),
      parts,
    })),
    lastCommit,
    claimed: announce.claimed.map((claim) => ({
      round: claim.round,
      precommit: claim.type === "precommit",
      blockId: encodeBlockId(claim.blockId),
      votes: claim.votes,
    })),
  };
}

function encodeQuorum(blockId: BlockId | undefined): Uint8Array {
  return blockId === undefined ? emptyBytes : encodeBlockId(blockId);
}

/** Nothing where the bytes are no frame within the limits. */
export function decodeFrame(encoded: Uint8Array, limits: GossipLimits): Frame | undefined {
  const decoded = attempt(() => {
    const rules = { unknown: "reject", depthMax: 4, itemsMax: itemsMaxOf(limits) } as const;
    const wire = frameWire.decode(encoded, rules);
    return isWithin(wire, limits) ? frameFromWire(wire) : undefined;
  });
  return decoded.kind === "ok" ? decoded.value : undefined;
}

/** Whoever sends more is not even read to the end. */
function itemsMaxOf(limits: GossipLimits): number {
  const { announceRoundsMax, announcePartSetsMax, announceClaimsMax } = limits;
  return 2 * limits.frameMessagesMax + announceRoundsMax + announcePartSetsMax + announceClaimsMax;
}

function isWithin(wire: MessageValue<typeof frameWire>, limits: GossipLimits): boolean {
  const { announce, messages, lazy } = wire;
  if (messages.length > limits.frameMessagesMax || lazy.length > limits.frameMessagesMax) {
    return false;
  }
  if (announce === undefined) return true;
  if (announce.rounds.length > limits.announceRoundsMax) return false;
  if (announce.partSets.length > limits.announcePartSetsMax) return false;
  return announce.claimed.length <= limits.announceClaimsMax;
}

function frameFromWire(wire: MessageValue<typeof frameWire>): Frame {
  const { announce, messages, lazy } = wire;
  return {
    announce: announce === undefined ? undefined : announceFromWire(announce),
    items: messages.map(itemFromBytes),
    lazy,
  };
}

/** Of a copy, so that one kept vote or part does not keep a whole frame in memory. */
function itemFromBytes(view: Uint8Array): Item {
  const decoded = decodeConsensusMessage(view.slice());
  if (decoded.kind === "proposal" || decoded.kind === "part" || decoded.kind === "vote") {
    return decoded;
  }
  throw malformed("message");
}

function announceFromWire(wire: MessageValue<typeof announceWire>): Announce {
  const step = steps[wire.step - 1];
  if (step === undefined) throw malformed("step");
  const { lastCommit } = wire;
  return {
    height: createHeight(wire.height),
    round: createRound(wire.round),
    step,
    validatorIndex: wire.validator === 0 ? undefined : wire.validator - 1,
    rounds: wire.rounds.map(roundBitsFromWire),
    partSets: wire.partSets.map(partSetBitsFromWire),
    lastCommit:
      lastCommit === undefined
        ? undefined
        : { round: createRound(lastCommit.round), precommits: lastCommit.precommits.slice() },
    claimed: wire.claimed.map(blockBitsFromWire),
  };
}

function roundBitsFromWire(wire: MessageValue<typeof roundBitsWire>): RoundBits {
  return {
    round: createRound(wire.round),
    proposal: wire.proposal,
    prevotes: wire.prevotes.slice(),
    precommits: wire.precommits.slice(),
    prevoteQuorum: quorumFromBytes(wire.prevoteQuorum),
    precommitQuorum: quorumFromBytes(wire.precommitQuorum),
  };
}

function quorumFromBytes(encoded: Uint8Array): BlockId | undefined {
  return encoded.length === 0 ? undefined : blockIdFromBytes(encoded);
}

function blockIdFromBytes(encoded: Uint8Array): BlockId {
  const blockId = decodeBlockId(encoded.slice());
  if (!isBlock(blockId)) throw malformed("block id");
  return blockId;
}

function partSetBitsFromWire(wire: MessageValue<typeof partSetBitsWire>): PartSetBits {
  return { header: decodePartSetHeader(wire.header.slice()), parts: wire.parts.slice() };
}

function blockBitsFromWire(wire: MessageValue<typeof blockBitsWire>): BlockBits {
  return {
    round: createRound(wire.round),
    type: wire.precommit ? "precommit" : "prevote",
    blockId: blockIdFromBytes(wire.blockId),
    votes: wire.votes.slice(),
  };
}

/** Never seen outside: `decodeFrame` turns it into nothing. */
function malformed(field: string): ChainError {
  return new ChainError({ code: "FRAME_MALFORMED", facts: { field } });
}
