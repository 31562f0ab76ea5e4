/** Block ids: what votes are about. Nil is a value of its own, never an empty hash in memory. */
import { emptyBytes, equalBytes, latin1FromBytes } from "#base";
import { partSetHeaderWire } from "#codec";
import { createHash } from "./create.ts";
import { hashBytes, partsMax } from "./limits.ts";
import type { BlockId, BlockIdOrNil, Nil, PartSetHeader } from "./model.ts";
import { typesError } from "./types-error.ts";

export const nil: Nil = { kind: "nil" };

interface BlockIdWire {
  readonly hash: Uint8Array;
  readonly parts: PartSetHeader;
}

const nilWire: BlockIdWire = { hash: emptyBytes, parts: { total: 0, hash: emptyBytes } };

export function isBlock(id: BlockIdOrNil): id is BlockId {
  return id.kind === "block";
}

export function equalBlockIds(left: BlockIdOrNil, right: BlockIdOrNil): boolean {
  if (left.kind === "nil" || right.kind === "nil") return left.kind === right.kind;
  return equalBytes(left.hash, right.hash) && equalPartSetHeaders(left.parts, right.parts);
}

export function equalPartSetHeaders(left: PartSetHeader, right: PartSetHeader): boolean {
  return left.total === right.total && equalBytes(left.hash, right.hash);
}

/** A map key; in the order of CometBFT's `BlockID.Key`, in which duplicate votes are put. */
export function blockIdKey(id: BlockIdOrNil): string {
  if (id.kind === "nil") return "";
  const known = blockIdKeys.get(id);
  if (known !== undefined) return known;
  const key = latin1FromBytes(id.hash) + latin1FromBytes(partSetHeaderWire.encode(id.parts));
  blockIdKeys.set(id, key);
  return key;
}

/** Remembered, since both are asked for at every step. */
const blockIdKeys = new WeakMap<BlockId, string>();
const partSetKeys = new WeakMap<PartSetHeader, string>();

/** A map key. */
export function partSetKey(header: PartSetHeader): string {
  const known = partSetKeys.get(header);
  if (known !== undefined) return known;
  const key = `${header.total}:${latin1FromBytes(header.hash)}`;
  partSetKeys.set(header, key);
  return key;
}

export function blockIdToWire(id: BlockIdOrNil): BlockIdWire {
  return id.kind === "nil" ? nilWire : id;
}

/** @throws TypesError `BLOCK_ID_PARTIAL` unless all of it is there, or nothing. */
export function blockIdFromWire(wire: BlockIdWire): BlockIdOrNil {
  const { hash, parts } = wire;
  if (hash.length === 0 && parts.total === 0 && parts.hash.length === 0) return nil;
  createHash(hash, "block id");
  partSetHeaderFromWire(parts);
  if (hash.length !== hashBytes || parts.total === 0 || parts.hash.length !== hashBytes) {
    throw typesError("BLOCK_ID_PARTIAL", { total: parts.total });
  }
  return { kind: "block", hash, parts: { total: parts.total, hash: parts.hash } };
}

/** @throws TypesError where a block of that many parts would be too large, or the hash is none. */
export function partSetHeaderFromWire(wire: PartSetHeader): PartSetHeader {
  createHash(wire.hash, "part set");
  if (wire.total > partsMax) throw typesError("VALUE_RANGE", { field: "parts", value: wire.total });
  return wire;
}
