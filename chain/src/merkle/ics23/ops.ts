/**
 * The steps of an ICS-23 proof: how a leaf and an inner node are hashed. Nothing where a step
 * cannot be taken (cosmos/ics23, go/ops.go).
 */
import { hash } from "node:crypto";
import { concatBytes } from "#base";
import { ripemd160, sha256, sha512 } from "#crypto";
import { Writer } from "#codec";
import type { InnerOp, LeafOp } from "./messages.ts";
import { hashOps, lengthOps } from "./spec.ts";

export function applyHash(op: number, preimage: Uint8Array): Uint8Array | undefined {
  if (op === hashOps.sha256) return sha256(preimage);
  if (op === hashOps.sha512) return sha512(preimage);
  if (op === hashOps.ripemd160) return ripemd160(preimage);
  if (op === hashOps.bitcoin) return ripemd160(sha256(preimage));
  if (op === hashOps.sha512Half) return named("sha512-256", preimage);
  if (op === hashOps.blake2b) return named("blake2b512", preimage);
  if (op === hashOps.blake2s) return named("blake2s256", preimage);
  return undefined;
}

function named(algorithm: string, preimage: Uint8Array): Uint8Array {
  return new Uint8Array(hash(algorithm, preimage, "buffer"));
}

export function applyHashOrNone(op: number, preimage: Uint8Array): Uint8Array | undefined {
  return op === hashOps.none ? preimage : applyHash(op, preimage);
}

function withLength(op: number, bytes: Uint8Array): Uint8Array | undefined {
  if (op === lengthOps.noPrefix) return bytes;
  if (op === lengthOps.require32Bytes) return bytes.length === 32 ? bytes : undefined;
  if (op === lengthOps.require64Bytes) return bytes.length === 64 ? bytes : undefined;
  const prefix = lengthPrefix(op, bytes.length);
  return prefix === undefined ? undefined : concatBytes([prefix, bytes]);
}

function lengthPrefix(op: number, length: number): Uint8Array | undefined {
  const writer = new Writer();
  if (op === lengthOps.varProto) writer.uint32(length);
  else if (op === lengthOps.fixed32Big || op === lengthOps.fixed32Little) writer.fixed32(length);
  else if (op === lengthOps.fixed64Big || op === lengthOps.fixed64Little) {
    writer.fixed64(BigInt(length));
  } else return undefined;
  const prefix = writer.finish();
  const isBig = op === lengthOps.fixed32Big || op === lengthOps.fixed64Big;
  return isBig ? prefix.toReversed() : prefix;
}

export function applyLeaf(
  op: LeafOp,
  pair: { readonly key: Uint8Array; readonly value: Uint8Array },
): Uint8Array | undefined {
  if (pair.key.length === 0 || pair.value.length === 0) return undefined;
  const key = prepared(pair.key, { hash: op.prehashKey, length: op.length });
  const value = prepared(pair.value, { hash: op.prehashValue, length: op.length });
  if (key === undefined || value === undefined) return undefined;
  return applyHash(op.hash, concatBytes([op.prefix, key, value]));
}

function prepared(
  bytes: Uint8Array,
  ops: { readonly hash: number; readonly length: number },
): Uint8Array | undefined {
  const hashed = applyHashOrNone(ops.hash, bytes);
  return hashed === undefined ? undefined : withLength(ops.length, hashed);
}

export function applyInner(op: InnerOp, child: Uint8Array): Uint8Array | undefined {
  if (child.length === 0) return undefined;
  return applyHash(op.hash, concatBytes([op.prefix, child, op.suffix]));
}
