/**
 * A part of a table under one prefix, whose values carry a checksum over key and value: LevelDB
 * verifies none on reads, and a value under the wrong key is as wrong as a damaged one.
 */
import { hexFromBytes } from "@pyralog/chain/base";
import type { Table, TableWrite } from "#ports";
import { checksum } from "./checksum.ts";
import { storageError } from "./storage-error.ts";

const checksumBytes = 4;

export type RecordEntry = readonly [key: Uint8Array, value: Uint8Array];

export class RecordTable {
  readonly #table: Table;
  readonly #prefix: Uint8Array;

  constructor(table: Table, prefix: Uint8Array) {
    this.#table = table;
    this.#prefix = prefix;
  }

  async load(key: Uint8Array): Promise<Uint8Array | undefined> {
    const whole = this.#whole(key);
    const stored = await this.#table.get(whole);
    return stored === undefined ? undefined : unsealed(whole, stored);
  }

  loadSync(key: Uint8Array): Uint8Array | undefined {
    const whole = this.#whole(key);
    const stored = this.#table.getSync(whole);
    return stored === undefined ? undefined : unsealed(whole, stored);
  }

  /** The write that stores the value; the caller batches it. Its bytes are its own. */
  put(key: Uint8Array, value: Uint8Array): TableWrite {
    const keyEnd = this.#prefix.length + key.length;
    const end = keyEnd + value.length;
    // One piece of memory and one checksum: an index writes tens of thousands of these a second.
    const bytes = new Uint8Array(end + checksumBytes);
    bytes.set(this.#prefix);
    bytes.set(key, this.#prefix.length);
    bytes.set(value, keyEnd);
    const sum = checksum(bytes.subarray(0, end));
    for (let index = 0; index < checksumBytes; index++)
      bytes[end + index] = sum >>> (24 - 8 * index);
    return { key: bytes.subarray(0, keyEnd), value: bytes.subarray(keyEnd) };
  }

  erase(key: Uint8Array): TableWrite {
    return { key: this.#whole(key) };
  }

  /** @yields the entries with keys in `[from, to)`, their keys without this part's prefix */
  async *scan(range: {
    readonly from: Uint8Array;
    readonly to: Uint8Array;
    readonly reverse?: boolean;
    readonly limit?: number;
  }): AsyncGenerator<RecordEntry> {
    const from = this.#whole(range.from);
    const to = this.#whole(range.to);
    for await (const [key, stored] of this.#table.scan({ ...range, from, to })) {
      yield [key.subarray(this.#prefix.length), unsealed(key, stored)];
    }
  }

  /** The first key of a range, whatever its value holds. */
  async findKey(range: {
    readonly from: Uint8Array;
    readonly to: Uint8Array;
    readonly reverse: boolean;
  }): Promise<Uint8Array | undefined> {
    const from = this.#whole(range.from);
    const to = this.#whole(range.to);
    for await (const [key] of this.#table.scan({ ...range, from, to, limit: 1 })) {
      return key.subarray(this.#prefix.length);
    }
    return undefined;
  }

  write(batch: readonly TableWrite[]): Promise<void> {
    return this.#table.write(batch);
  }

  #whole(key: Uint8Array): Uint8Array {
    const whole = new Uint8Array(this.#prefix.length + key.length);
    whole.set(this.#prefix);
    whole.set(key, this.#prefix.length);
    return whole;
  }
}

/** A view of the stored bytes, without the checksum. */
function unsealed(key: Uint8Array, stored: Uint8Array): Uint8Array {
  const length = stored.length - checksumBytes;
  if (length >= 0) {
    const value = stored.subarray(0, length);
    const view = new DataView(stored.buffer, stored.byteOffset + length, checksumBytes);
    if (view.getUint32(0) === checksum(key, value)) return value;
  }
  throw storageError("VALUE_CORRUPT", { key: hexFromBytes(key) });
}
