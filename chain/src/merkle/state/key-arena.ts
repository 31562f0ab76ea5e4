/**
 * The bytes of the state's keys, packed into pages, with a count of the leaves that use each. A
 * key lives as long as any kept version has it.
 */
import { assert } from "#base";
import { SlotPages } from "./slot-pages.ts";

/** A key by its number in the arena; zero is no key. */
export type KeyId = number;

const keyBytesMax = 4096;

const wordsPerKey = 3;
const unitBytes = 8;
const unitBits = 14;
const unitsPerPage = 1 << unitBits;
const unitMask = unitsPerPage - 1;
const pageBytes = unitsPerPage * unitBytes;
const firstBytes = 1024;
const none = new Uint8Array(0);

export class KeyArena {
  readonly #records = new SlotPages(wordsPerKey);
  readonly #pages: Uint8Array[] = [];
  /** Freed places by their size in units. */
  readonly #free: number[][] = [];
  #end = 0;

  get used(): number {
    return this.#records.used;
  }

  get bytes(): number {
    const pages = this.#pages.reduce((total, page) => total + page.length, 0);
    return pages + this.#records.bytes;
  }

  /** A copy of the key, used by nobody yet. */
  create(key: Uint8Array): KeyId {
    assert(key.length > 0 && key.length <= keyBytesMax, "a key is neither empty nor too long");
    const unit = this.#reserve(Math.ceil(key.length / unitBytes));
    (this.#pages[unit >>> unitBits] ?? none).set(key, (unit & unitMask) * unitBytes);
    const id = this.#records.take();
    const base = this.#records.baseOf(id);
    this.#records.pageOf(id).set([unit, key.length, 0], base);
    return id;
  }

  /** Valid until the key is freed or the next one is created. */
  view(id: KeyId): Uint8Array {
    const record = this.#records.pageOf(id);
    const base = this.#records.baseOf(id);
    const unit = record[base] ?? 0;
    const start = (unit & unitMask) * unitBytes;
    return (this.#pages[unit >>> unitBits] ?? none).subarray(
      start,
      start + (record[base + 1] ?? 0),
    );
  }

  /** Byte order of the stored key against another: below zero, zero or above. */
  compare(id: KeyId, key: Uint8Array): number {
    const record = this.#records.pageOf(id);
    const base = this.#records.baseOf(id);
    const unit = record[base] ?? 0;
    const page = this.#pages[unit >>> unitBits] ?? none;
    const start = (unit & unitMask) * unitBytes;
    const length = record[base + 1] ?? 0;
    const common = Math.min(length, key.length);
    for (let index = 0; index < common; index++) {
      const difference = (page[start + index] ?? 0) - (key[index] ?? 0);
      if (difference !== 0) return difference;
    }
    return length - key.length;
  }

  retain(id: KeyId): void {
    const at = this.#records.baseOf(id) + 2;
    const record = this.#records.pageOf(id);
    record[at] = (record[at] ?? 0) + 1;
  }

  /** How many uses are left. */
  release(id: KeyId): number {
    const at = this.#records.baseOf(id) + 2;
    const record = this.#records.pageOf(id);
    const left = (record[at] ?? 0) - 1;
    assert(left >= 0, "a key is released as often as it was retained");
    record[at] = left;
    return left;
  }

  free(id: KeyId): void {
    const record = this.#records.pageOf(id);
    const base = this.#records.baseOf(id);
    this.#giveBack(record[base] ?? 0, Math.ceil((record[base + 1] ?? 0) / unitBytes));
    this.#records.give(id);
  }

  #giveBack(unit: number, units: number): void {
    (this.#free[units] ??= []).push(unit);
  }

  #reserve(units: number): number {
    const freed = this.#free[units]?.pop();
    if (freed !== undefined) return freed;
    const room = unitsPerPage - (this.#end & unitMask);
    if (room < units) {
      this.#giveBack(this.#end, room);
      this.#end += room;
    }
    const unit = this.#end;
    this.#end += units;
    this.#grow(unit >>> unitBits, (((this.#end - 1) & unitMask) + 1) * unitBytes);
    return unit;
  }

  /** Makes page `at` hold that many bytes. The first page starts small and doubles. */
  #grow(at: number, bytes: number): void {
    const page = this.#pages[at] ?? none;
    if (page.length >= bytes) return;
    const doubled = Math.max(firstBytes, page.length * 2, bytes);
    const grown = new Uint8Array(at === 0 ? Math.min(doubled, pageBytes) : pageBytes);
    grown.set(page);
    this.#pages[at] = grown;
  }
}
