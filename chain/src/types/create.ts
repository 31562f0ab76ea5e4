/** Where plain values become branded ones. Each refuses what its field cannot hold. */
import { brand } from "#base";
import { addressBytes, hashBytes, int32Max, int64Max, signatureBytesMax } from "./limits.ts";
import type { Address, Height, Power, Round, Time } from "./model.ts";
import { typesError } from "./types-error.ts";

/** Go's zero time, 0001-01-01T00:00:00Z: what an absent vote carries. */
const timeMin = -62_135_596_800_000_000_000n;
/** 10000-01-01T00:00:00Z, exclusive. */
const timeEnd = 253_402_300_800_000_000_000n;

export const zeroTime: Time = brand(timeMin);

/** @throws TypesError `VALUE_RANGE` outside 0 … 2^63 − 1. */
export function createHeight(value: bigint): Height {
  refuseOutside(value, { field: "height", max: int64Max });
  return brand(value);
}

/** @throws TypesError `VALUE_RANGE` outside 0 … 2^31 − 1. */
export function createRound(value: number): Round {
  createIndex(value, "round");
  return brand(value);
}

/** @throws TypesError `VALUE_RANGE` outside 0 … 2^63 − 1. */
export function createPower(value: bigint): Power {
  refuseOutside(value, { field: "power", max: int64Max });
  return brand(value);
}

/** @throws TypesError `TIME_RANGE` outside the years 1 … 9999. */
export function createTime(nanoseconds: bigint): Time {
  if (nanoseconds < timeMin || nanoseconds >= timeEnd) {
    throw typesError("TIME_RANGE", { nanoseconds });
  }
  return brand(nanoseconds);
}

/** @throws TypesError `LENGTH` unless there are twenty bytes. */
export function createAddress(bytes: Uint8Array): Address {
  if (bytes.length !== addressBytes) {
    throw typesError("LENGTH", { field: "address", length: bytes.length });
  }
  return brand(bytes);
}

/** A hash, or none where the field may be empty. */
export function createHash(bytes: Uint8Array, field: string): Uint8Array {
  if (bytes.length !== 0 && bytes.length !== hashBytes) {
    throw typesError("LENGTH", { field, length: bytes.length });
  }
  return bytes;
}

/** A whole number of 0 … 2^31 − 1. */
export function createIndex(value: number, field: string): number {
  if (!Number.isInteger(value) || value < 0 || value > int32Max) {
    throw typesError("VALUE_RANGE", { field, value });
  }
  return value;
}

export function createSignature(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0 || bytes.length > signatureBytesMax) {
    throw typesError("SIGNATURE_LENGTH", { length: bytes.length });
  }
  return bytes;
}

function refuseOutside(
  value: bigint,
  limits: { readonly field: string; readonly max: bigint },
): void {
  const { field, max } = limits;
  if (value < 0n || value > max) throw typesError("VALUE_RANGE", { field, value });
}
