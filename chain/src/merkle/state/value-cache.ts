import { defined } from "#base";
import type { Leaves } from "./leaves.ts";
import type { Ref } from "./refs.ts";

/** What an entry costs beyond its bytes: the array's header and the entry's own words. */
const entryBytes = 144;

/**
 * Hot values of the latest version, bounded in bytes. Each leaf knows its entry, so that a look-up
 * hashes nothing. A hand goes round and drops what was not read since it came by last.
 */
export class ValueCache {
  readonly #owners: Leaves;
  readonly #bytesMax: number;
  /** By entry; entry 0 stands for none. */
  readonly #values: (Uint8Array | undefined)[] = [undefined];
  #leaves = new Uint32Array(64);
  #wasRead = new Uint8Array(64);
  readonly #free: number[] = [];
  #hand = 0;
  /** Written only so that reading ahead has a use. */
  warmed = 0;
  #bytes = 0;

  constructor(leaves: Leaves, bytesMax: number) {
    this.#owners = leaves;
    this.#bytesMax = bytesMax;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(leaf: Ref): Uint8Array | undefined {
    const entry = this.#owners.cacheEntry(leaf);
    if (entry === 0) return undefined;
    this.#wasRead[entry] = 1;
    return this.#values[entry];
  }

  /** For a leaf that has no entry. */
  set(leaf: Ref, value: Uint8Array): void {
    const bytes = value.length + entryBytes;
    if (bytes > this.#bytesMax / 8) return;
    while (this.#bytes + bytes > this.#bytesMax) this.#turn();
    const entry = this.#free.pop() ?? this.#append();
    this.#values[entry] = value;
    this.#leaves[entry] = leaf;
    this.#wasRead[entry] = 0;
    this.#bytes += bytes;
    this.#owners.setCacheEntry(leaf, entry);
  }

  /** The value of a leaf that is replaced, which goes with this. */
  take(leaf: Ref): Uint8Array | undefined {
    const entry = this.#owners.cacheEntry(leaf);
    const value = this.#values[entry];
    if (value !== undefined) this.#drop(entry);
    return value;
  }

  /** The leaf is freed. */
  delete(leaf: Ref): void {
    const entry = this.#owners.cacheEntry(leaf);
    if (entry !== 0) this.#drop(entry);
  }

  /** Reads what the leaves' values lie in, so that many cold places are waited for at once. */
  fetch(leaves: Uint32Array): void {
    let warmed = 0;
    for (const leaf of leaves) {
      if (leaf === 0) continue;
      const entry = this.#owners.cacheEntry(leaf);
      warmed ^= (this.#values[entry]?.[0] ?? 0) ^ (this.#leaves[entry] ?? 0);
    }
    this.warmed = warmed;
  }

  #append(): number {
    const entry = this.#values.length;
    if (entry === this.#leaves.length) {
      const [leaves, wasRead] = [new Uint32Array(entry * 2), new Uint8Array(entry * 2)];
      leaves.set(this.#leaves);
      wasRead.set(this.#wasRead);
      [this.#leaves, this.#wasRead] = [leaves, wasRead];
    }
    this.#values.push(undefined);
    return entry;
  }

  #turn(): void {
    this.#hand = (this.#hand + 1) % this.#values.length;
    if (this.#values[this.#hand] === undefined) return;
    if (this.#wasRead[this.#hand] === 1) this.#wasRead[this.#hand] = 0;
    else this.#drop(this.#hand);
  }

  #drop(entry: number): void {
    const value = defined(this.#values[entry], "an entry that is dropped holds a value");
    this.#bytes -= value.length + entryBytes;
    this.#values[entry] = undefined;
    this.#owners.setCacheEntry(this.#leaves[entry] ?? 0, 0);
    this.#free.push(entry);
  }
}
