import type { KeyId } from "./key-arena.ts";
import type { KeyHashes } from "./key-hashes.ts";
import { wordsPerHash, type Ref } from "./refs.ts";
import { SlotPages } from "./slot-pages.ts";

const hashAt = 3;
const wordsPerLeaf = hashAt + wordsPerHash;
/** The leaf's key goes when the leaf goes: no later leaf of that key has taken it over. */
const ownerFlag = 1;

/**
 * The leaves of the state tree: one for each value that a kept version has. The leaf's own hash is
 * with its parent, its value in the table.
 *
 * Words: the key and whether the leaf owns it; the leaf's entry in the cache, or the version that
 * replaced it; the chunk of that version's undo record; the hashed key.
 */
export class Leaves {
  readonly #slots = new SlotPages(wordsPerLeaf);

  get used(): number {
    return this.#slots.used;
  }

  get bytes(): number {
    return this.#slots.bytes;
  }

  /** A leaf that belongs to no key yet, at the path of a hashed key. */
  create(hashes: KeyHashes, index: number): Ref {
    const slot = this.#slots.take();
    const page = this.#slots.pageOf(slot);
    const base = this.#slots.baseOf(slot);
    page[base] = 0;
    page[base + 1] = 0;
    page[base + 2] = 0;
    const from = index * wordsPerHash;
    for (let word = 0; word < wordsPerHash; word++) {
      page[base + hashAt + word] = hashes.words[from + word] ?? 0;
    }
    return slot * 2 + 1;
  }

  free(leaf: Ref): void {
    this.#slots.give(leaf >>> 1);
  }

  key(leaf: Ref): KeyId {
    return this.#word(leaf, 0) >>> 1;
  }

  isOwner(leaf: Ref): boolean {
    return (this.#word(leaf, 0) & ownerFlag) === ownerFlag;
  }

  /** The leaf is the last one of its key, which goes with it. */
  own(leaf: Ref, key: KeyId): void {
    const slot = leaf >>> 1;
    this.#slots.pageOf(slot)[this.#slots.baseOf(slot)] = key * 2 + ownerFlag;
  }

  /** The leaf has a key that another leaf owns. */
  borrow(leaf: Ref, key: KeyId): void {
    const slot = leaf >>> 1;
    this.#slots.pageOf(slot)[this.#slots.baseOf(slot)] = key * 2;
  }

  /** Which version no longer has the leaf, by its serial number. */
  replacedBy(leaf: Ref): number {
    return this.#word(leaf, 1);
  }

  /** Where that version's undo record keeps its value; zero while no version has replaced it. */
  undoChunk(leaf: Ref): number {
    return this.#word(leaf, 2);
  }

  setReplaced(leaf: Ref, by: { readonly serial: number; readonly chunk: number }): void {
    const slot = leaf >>> 1;
    const page = this.#slots.pageOf(slot);
    const base = this.#slots.baseOf(slot);
    page[base + 1] = by.serial;
    page[base + 2] = by.chunk;
  }

  /** Where the cache holds the value of a leaf that is not replaced; zero if it does not. */
  cacheEntry(leaf: Ref): number {
    const slot = leaf >>> 1;
    const page = this.#slots.pageOf(slot);
    const base = this.#slots.baseOf(slot);
    return page[base + 2] === 0 ? (page[base + 1] ?? 0) : 0;
  }

  setCacheEntry(leaf: Ref, entry: number): void {
    const slot = leaf >>> 1;
    this.#slots.pageOf(slot)[this.#slots.baseOf(slot) + 1] = entry;
  }

  /** The page in which the leaf's words lie; valid until the next leaf is created. */
  pageOf(leaf: Ref): Uint32Array {
    return this.#slots.pageOf(leaf >>> 1);
  }

  /** Where in its page the hashed key begins. */
  hashAt(leaf: Ref): number {
    return this.#slots.baseOf(leaf >>> 1) + hashAt;
  }

  #word(leaf: Ref, word: number): number {
    const slot = leaf >>> 1;
    return this.#slots.pageOf(slot)[this.#slots.baseOf(slot) + word] ?? 0;
  }
}
