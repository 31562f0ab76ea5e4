/**
 * Where the events of transactions, or of blocks, lie in the table: one list for each value and
 * height, found by the value's hash, and one for each key and height. The values themselves stay
 * where results are stored. A hash of 16 bytes stands for its value; nobody finds two alike.
 */
import { bytesFromText } from "@pyralog/chain/base";
import { DigestArea } from "@pyralog/chain/crypto";
import type { TableWrite } from "#ports";
import { numberAt, numberKey } from "../keys.ts";
import type { RecordTable } from "../record-table.ts";
import {
  decodeEntries,
  decodePairs,
  encodeEntries,
  PairsRoom,
  type HeightEvents,
} from "./height-events.ts";
import type { HeightBounds } from "./plan.ts";

export interface EntriesAt {
  readonly height: number;
  /** Ascending. */
  readonly entries: readonly number[];
}

const hashBytes = 16;
const heightBytes = 8;

export class EventTables {
  readonly #records: RecordTable;
  readonly #values: string;
  readonly #keys: string;

  /** One letter each for the lists by value and by key. */
  constructor(records: RecordTable, letters: { readonly values: string; readonly keys: string }) {
    this.#records = records;
    this.#values = letters.values;
    this.#keys = letters.keys;
  }

  /** @yields what stores the events of a height */
  *writesOf(events: HeightEvents, height: number): Generator<TableWrite> {
    for (const [keyId, entries] of events.keys) {
      yield this.#records.put(numberKey(this.#keys, keyId, height), encodeEntries(entries));
    }
    // One key and one value, filled again and again: `put` copies both.
    const key = this.#valueKey("", height);
    const room = new PairsRoom();
    for (const [value, pairs] of events.values) {
      key.set(hashOf(value), 1);
      yield this.#records.put(key, room.encode(pairs));
    }
  }

  /** The entries at one height where the key has exactly this value. */
  equalAt(height: number, wanted: WantedValue): readonly number[] {
    const stored = this.#records.loadSync(this.#valueKey(wanted.value, height));
    return stored === undefined ? [] : decodePairs(stored, wanted.keyId);
  }

  /** @yields those entries by height; empty lists where only other keys have the value */
  async *equal(
    wanted: WantedValue,
    within: { readonly bounds: HeightBounds; readonly limit?: number },
  ): AsyncGenerator<EntriesAt> {
    const { bounds, ...rest } = within;
    if (bounds.from > bounds.to) return;
    const from = this.#valueKey(wanted.value, bounds.from);
    const to = this.#valueKey(wanted.value, bounds.to + 1);
    for await (const [key, stored] of this.#records.scan({ from, to, ...rest })) {
      yield { height: heightIn(key), entries: decodePairs(stored, wanted.keyId) };
    }
  }

  /** @yields the entries that have the key, by height */
  async *having(keyId: number, bounds: HeightBounds): AsyncGenerator<EntriesAt> {
    if (bounds.from > bounds.to) return;
    const from = numberKey(this.#keys, keyId, bounds.from);
    const to = numberKey(this.#keys, keyId, bounds.to + 1);
    for await (const [key, stored] of this.#records.scan({ from, to })) {
      yield { height: heightIn(key), entries: decodeEntries(stored) };
    }
  }

  #valueKey(value: string, height: number): Uint8Array {
    const key = new Uint8Array(1 + hashBytes + heightBytes);
    key[0] = this.#values.codePointAt(0) ?? 0;
    key.set(hashOf(value), 1);
    new DataView(key.buffer).setBigUint64(1 + hashBytes, BigInt(height));
    return key;
  }
}

const area = new DigestArea(1);
const hash = area.bytes.subarray(0, hashBytes);
const scratch = new Uint8Array(1024);
const encoder = new TextEncoder();

/** In memory that the next call fills again. */
function hashOf(value: string): Uint8Array {
  const { read, written } = encoder.encodeInto(value, scratch);
  const isWhole = read === value.length;
  area.put(0, isWhole ? scratch.subarray(0, written) : bytesFromText(value));
  return hash;
}

export interface WantedValue {
  readonly keyId: number;
  readonly value: string;
}

function heightIn(key: Uint8Array): number {
  return Number(numberAt(key, key.length - heightBytes));
}
