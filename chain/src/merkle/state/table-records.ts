/**
 * How the state lies in the application's table. Under one prefix: `m` the version and its root,
 * `s` and a key the key's live value, `u` with version and number the values that a version
 * replaced. Every record ends in a CRC over its table key and its bytes, as LevelDB checks none
 * when it reads.
 */
import { crc32 } from "node:zlib";
import { bytesFromText, concatBytes, equalBytes } from "#base";
import type { StateWrite } from "../committed-state.ts";

const prefix = bytesFromText("state/");
const tagBytes = prefix.length + 1;
const liveTag = "s".charCodeAt(0);
const undoTag = "u".charCodeAt(0);
const crcBytes = 4;
const slabBytes = 1 << 16;

const livePrefix = concatBytes([prefix, Uint8Array.of(liveTag)]);
const undoPrefix = concatBytes([prefix, Uint8Array.of(undoTag)]);

export const metaKey: Uint8Array = concatBytes([prefix, bytesFromText("m")]);

/** The entries that a loader wants, in order; `to` is exclusive. */
export const stateTableRange: { readonly from: Uint8Array; readonly to: Uint8Array } = {
  from: prefix,
  to: bytesFromText("state0"),
};

export function liveKey(key: Uint8Array): Uint8Array {
  return concatBytes([livePrefix, key]);
}

export function undoKey(version: bigint, chunk: number): Uint8Array {
  const key = new Uint8Array(tagBytes + 12);
  key.set(undoPrefix);
  const view = new DataView(key.buffer);
  view.setBigUint64(tagBytes, version);
  view.setUint32(tagBytes + 8, chunk);
  return key;
}

export type TableKey =
  | { readonly kind: "meta" }
  | { readonly kind: "live"; readonly key: Uint8Array }
  | { readonly kind: "undo"; readonly version: bigint; readonly chunk: number }
  | { readonly kind: "unknown" };

export function tableKeyFromBytes(bytes: Uint8Array): TableKey {
  if (equalBytes(bytes, metaKey)) return { kind: "meta" };
  if (bytes.length <= tagBytes || !equalBytes(bytes.subarray(0, prefix.length), prefix)) {
    return { kind: "unknown" };
  }
  if (bytes[prefix.length] === liveTag) return { kind: "live", key: bytes.subarray(tagBytes) };
  if (bytes[prefix.length] !== undoTag || bytes.length !== tagBytes + 12) {
    return { kind: "unknown" };
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [version, chunk] = [view.getBigUint64(tagBytes), view.getUint32(tagBytes + 8)];
  return { kind: "undo", version, chunk };
}

/** The record's bytes without its CRC, or nothing where that does not fit. */
export function openRecord(tableKey: Uint8Array, record: Uint8Array): Uint8Array | undefined {
  const length = record.length - crcBytes;
  if (length < 0) return undefined;
  const bytes = record.subarray(0, length);
  const stored = new DataView(record.buffer, record.byteOffset, record.length).getUint32(length);
  return crc32(bytes, crc32(tableKey, tableKey.length)) === stored ? bytes : undefined;
}

/**
 * A put that lies in a slab. Its key and value are views that are made when they are asked for: a
 * batch waits for the disk for a while, and three objects for each of its writes would keep the
 * collector busy meanwhile.
 */
class SlabPut implements StateWrite {
  readonly #slab: Uint8Array;
  readonly #start: number;
  readonly #middle: number;
  readonly #end: number;

  constructor(
    slab: Uint8Array,
    place: { readonly start: number; readonly middle: number; readonly end: number },
  ) {
    this.#slab = slab;
    this.#start = place.start;
    this.#middle = place.middle;
    this.#end = place.end;
  }

  get key(): Uint8Array {
    return this.#slab.subarray(this.#start, this.#middle);
  }

  get value(): Uint8Array {
    return this.#slab.subarray(this.#middle, this.#end);
  }
}

/**
 * Writes records of one batch into slabs of memory: an array of its own for each key and value
 * would cost more than everything else that is done for it.
 */
export class RecordWriter {
  #slab = new Uint8Array(slabBytes);
  #view = new DataView(this.#slab.buffer);
  #used = 0;

  live(key: Uint8Array, value: Uint8Array): StateWrite {
    const length = tagBytes + key.length + value.length;
    const start = this.#reserve(length + crcBytes);
    this.#slab.set(livePrefix, start);
    this.#slab.set(key, start + tagBytes);
    this.#slab.set(value, start + tagBytes + key.length);
    return this.#seal(start, tagBytes + key.length);
  }

  record(tableKey: Uint8Array, value: Uint8Array): StateWrite {
    const start = this.#reserve(tableKey.length + value.length + crcBytes);
    this.#slab.set(tableKey, start);
    this.#slab.set(value, start + tableKey.length);
    return this.#seal(start, tableKey.length);
  }

  /** Puts the CRC behind the key and value that were reserved last. */
  #seal(start: number, keyBytes: number): StateWrite {
    const end = this.#used;
    const covered = this.#slab.subarray(start, end - crcBytes);
    this.#view.setUint32(end - crcBytes, crc32(covered, keyBytes));
    return new SlabPut(this.#slab, { start, middle: start + keyBytes, end });
  }

  #reserve(bytes: number): number {
    if (this.#used + bytes > this.#slab.length) {
      this.#slab = new Uint8Array(Math.max(slabBytes, bytes));
      this.#view = new DataView(this.#slab.buffer);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += bytes;
    return start;
  }
}
