/** The bytes of WAL entries. The WAL adds length and checksum; here only meaning is checked. */
import { ChainError } from "#base";
import { bytes, enumeration, int32, int64, message, type MessageValue } from "#codec";
import {
  createHeight,
  createRound,
  decodeBlockId,
  decodePart,
  decodeProposal,
  decodeVote,
  encodeBlockId,
  encodePart,
  encodeProposal,
  encodeVote,
  isBlock,
  type Height,
} from "#types";
import { ConsensusError } from "../consensus-error.ts";
import type { WalEntry } from "./wal-entry.ts";

const kinds = {
  "round-started": 1,
  "block-built": 2,
  proposal: 3,
  part: 4,
  vote: 5,
} as const;

const entryWire = message("pyralog.consensus.v1.WalEntry", {
  kind: enumeration(1),
  height: int64(2),
  round: int32(3),
  /** The block id, proposal, part or vote. */
  content: bytes(4),
});

/** The height that an entry is of. */
export function walEntryHeight(entry: WalEntry): Height {
  return placeOf(entry).height;
}

export function encodeWalEntry(entry: WalEntry): Uint8Array {
  const { height, round } = placeOf(entry);
  return entryWire.encode({ kind: kinds[entry.kind], height, round, content: contentOf(entry) });
}

/** @throws ConsensusError `WAL_ENTRY_MALFORMED` */
export function decodeWalEntry(encoded: Uint8Array): WalEntry {
  try {
    return entryFromWire(entryWire.decode(encoded, { unknown: "reject", strict: true }));
  } catch (cause) {
    if (!(cause instanceof ChainError)) throw cause;
    throw new ConsensusError({
      code: "WAL_ENTRY_MALFORMED",
      facts: { why: cause.code, length: encoded.length },
      cause,
    });
  }
}

function placeOf(entry: WalEntry): Pick<WalEntry & { kind: "round-started" }, "height" | "round"> {
  switch (entry.kind) {
    case "round-started":
    case "block-built":
    case "part":
      return entry;
    case "proposal":
      return entry.proposal;
    case "vote":
      return entry.vote;
  }
}

function contentOf(entry: WalEntry): Uint8Array {
  switch (entry.kind) {
    case "round-started":
      return new Uint8Array(0);
    case "block-built":
      return encodeBlockId(entry.blockId);
    case "proposal":
      return encodeProposal(entry.proposal);
    case "part":
      return encodePart(entry.part);
    case "vote":
      return encodeVote(entry.vote);
  }
}

function entryFromWire(wire: MessageValue<typeof entryWire>): WalEntry {
  const place = { height: createHeight(wire.height), round: createRound(wire.round) };
  const { kind, content } = wire;
  switch (kind) {
    case kinds["round-started"]:
      return { kind: "round-started", ...place };
    case kinds["block-built"]: {
      const blockId = decodeBlockId(content);
      if (!isBlock(blockId)) throw malformed("block id");
      return { kind: "block-built", ...place, blockId };
    }
    case kinds.proposal:
      return { kind: "proposal", proposal: decodeProposal(content) };
    case kinds.part:
      return { kind: "part", ...place, part: decodePart(content) };
    case kinds.vote:
      return { kind: "vote", vote: decodeVote(content) };
    default:
      throw malformed("kind");
  }
}

function malformed(field: string): ConsensusError {
  return new ConsensusError({ code: "WAL_ENTRY_MALFORMED", facts: { field } });
}
