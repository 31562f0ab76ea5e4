/**
 * The indexed events of one height, turned around: from values to the places that carry them, and
 * from keys to the places that have them at all. A place, called an entry, is the transaction's
 * number in its block and the event's number in the transaction, in one number.
 */
import { Writer } from "@pyralog/chain/codec";
import type { ChainEvent } from "@pyralog/chain/types";

const eventsPerTxMax = 2 ** 20;

export function entryOf(place: { readonly txIndex: number; readonly event: number }): number {
  return place.txIndex * eventsPerTxMax + place.event;
}

export function placeOf(entry: number): { readonly txIndex: number; readonly event: number } {
  const txIndex = Math.floor(entry / eventsPerTxMax);
  return { txIndex, event: entry - txIndex * eventsPerTxMax };
}

/** Entries come in ascending order, so that lists are ascending. */
export class HeightEvents {
  readonly #reserved: ReadonlySet<string>;
  readonly #idOf: (key: string) => number;
  readonly #ids = new Map<string, Map<string, number>>();
  /** Value → key id, entry, key id, entry, … */
  readonly values = new Map<string, number[]>();
  /** Key id → entries. */
  readonly keys = new Map<number, number[]>();

  /** Reserved keys have another meaning in queries and are left out. */
  constructor(options: {
    readonly reserved: readonly string[];
    /** A small number for each key, for ever the same. */
    readonly idOf: (key: string) => number;
  }) {
    this.#reserved = new Set(options.reserved);
    this.#idOf = options.idOf;
  }

  /** Events are counted from one; those past the most that an entry can tell are left out. */
  add(events: readonly ChainEvent[], txIndex: number): void {
    for (const [index, event] of events.entries()) {
      if (index + 1 >= eventsPerTxMax) return;
      if (event.type !== "") this.#addEvent(event, entryOf({ txIndex, event: index + 1 }));
    }
  }

  #addEvent({ type, attributes }: ChainEvent, entry: number): void {
    for (const { key, value, index } of attributes) {
      if (!index || key === "") continue;
      const id = this.#keyId(type, key);
      if (id === undefined) continue;
      listIn(this.values, value).push(id, entry);
      const entries = listIn(this.keys, id);
      if (entries.at(-1) !== entry) entries.push(entry);
    }
  }

  #keyId(type: string, key: string): number | undefined {
    let ofType = this.#ids.get(type);
    if (ofType === undefined) this.#ids.set(type, (ofType = new Map()));
    const known = ofType.get(key);
    if (known !== undefined) return known;
    const composite = `${type}.${key}`;
    if (this.#reserved.has(composite)) return undefined;
    const id = this.#idOf(composite);
    ofType.set(key, id);
    return id;
  }
}

function listIn<Key>(lists: Map<Key, number[]>, key: Key): number[] {
  let list = lists.get(key);
  if (list === undefined) lists.set(key, (list = []));
  return list;
}

/** How far each transaction is from the last one, and the event. */
export function encodeEntries(entries: readonly number[]): Uint8Array {
  const writer = new Writer();
  let before = 0;
  for (const entry of entries) {
    const { txIndex, event } = placeOf(entry);
    writer.uint32(txIndex - before);
    writer.uint32(event);
    before = txIndex;
  }
  return writer.finish();
}

export function decodeEntries(stored: Uint8Array): readonly number[] {
  const numbers = new Varints(stored);
  const entries: number[] = [];
  let txIndex = 0;
  while (!numbers.atEnd) {
    txIndex += numbers.next();
    entries.push(txIndex * eventsPerTxMax + numbers.next());
  }
  return entries;
}

/** Memory in which lists of pairs are encoded, one after the other. */
export class PairsRoom {
  #bytes = new Uint8Array(1024);

  /** Pairs of key id and entry, as `HeightEvents.values` holds them; until the next call. */
  encode(pairs: readonly number[]): Uint8Array {
    const lengthMax = pairs.length * 10;
    if (lengthMax > this.#bytes.length) this.#bytes = new Uint8Array(2 * lengthMax);
    const bytes = this.#bytes;
    let length = 0;
    let before = 0;
    for (let index = 0; index < pairs.length; index += 2) {
      const { txIndex, event } = placeOf(pairs[index + 1] ?? 0);
      length = writeVarint(bytes, { at: length, value: pairs[index] ?? 0 });
      length = writeVarint(bytes, { at: length, value: txIndex - before });
      length = writeVarint(bytes, { at: length, value: event });
      before = txIndex;
    }
    return bytes.subarray(0, length);
  }
}

/** The place behind it. */
function writeVarint(
  bytes: Uint8Array,
  { at, value }: { readonly at: number; readonly value: number },
): number {
  let place = at;
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes[place++] = (rest % 128) | 0x80;
  bytes[place++] = rest;
  return place;
}

/** The entries of one key among the pairs. */
export function decodePairs(stored: Uint8Array, keyId: number): readonly number[] {
  const numbers = new Varints(stored);
  const entries: number[] = [];
  let txIndex = 0;
  while (!numbers.atEnd) {
    const id = numbers.next();
    txIndex += numbers.next();
    const entry = txIndex * eventsPerTxMax + numbers.next();
    if (id === keyId && entries.at(-1) !== entry) entries.push(entry);
  }
  return entries;
}

/** Numbers that this file wrote and a checksum covers: nothing is checked, a list has thousands. */
class Varints {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  next(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#bytes[this.#at++] ?? 0;
      if (byte < 0x80) return value + byte * scale;
      value += (byte & 0x7f) * scale;
    }
  }
}
