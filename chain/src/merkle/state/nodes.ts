/**
 * The nodes of the state tree, in typed arrays. A reference to a node is an even number for an
 * inner node, an odd one for a leaf, and zero for an empty subtree, so that walking a tree does not
 * touch a node to learn its kind.
 *
 * An inner node stands for the levels that it skips (where only one side has leaves) and for the
 * level at which it branches. The hash that it keeps is the one at its top, above the skipped
 * levels: it is what the parent hashes over.
 *
 * Words: inner — left, right, path; leaf — key, version that replaced it (before: its place in the
 * cache), undo chunk; then 8 words of hash.
 */
import { HashBench } from "./hash-bench.ts";
import { SlotPages } from "./slot-pages.ts";

/** A subtree: see above. */
export type Ref = number;

export const empty: Ref = 0;

/** Levels that one inner node can skip: 24, so that their bits fit into a word with the rest. */
export const skipMax = 24;

/** The skipped levels of an inner node, as `setPath` takes them. */
export const pathOf = (skip: number, bits: number): number => (bits << bitsShift) | skip;

export const isLeaf = (ref: Ref): boolean => (ref & 1) === 1;
export const isInner = (ref: Ref): boolean => ref !== 0 && (ref & 1) === 0;

const wordsPerNode = 11;
const wordsPerHash = 8;
const hashAt = 3;
/** Set while the node is younger than the last computed root. */
const freshFlag = 1 << 5;
const bitsShift = 6;

export class NodePool {
  /** Pairs of hashes go in, one hash for each comes out. */
  readonly bench = new HashBench();
  readonly #slots = new SlotPages(wordsPerNode);

  get used(): number {
    return this.#slots.used;
  }

  get bytes(): number {
    return this.#slots.bytes;
  }

  /** A leaf whose hash the caller fills in. It belongs to no key yet. */
  createLeaf(): Ref {
    const slot = this.#slots.take();
    const base = this.#slots.baseOf(slot);
    this.#slots.pageOf(slot).fill(0, base, base + hashAt);
    return slot * 2 + 1;
  }

  /** Skips nothing. Its hash is computed later; until then it is fresh. */
  createInner(left: Ref, right: Ref): Ref {
    const slot = this.#slots.take();
    const page = this.#slots.pageOf(slot);
    const base = this.#slots.baseOf(slot);
    page[base] = left;
    page[base + 1] = right;
    page[base + 2] = freshFlag;
    return slot * 2;
  }

  /** Only for a fresh node: nobody has seen it yet. */
  setPath(inner: Ref, path: number): void {
    const slot = inner >>> 1;
    this.#slots.pageOf(slot)[this.#slots.baseOf(slot) + 2] = path | freshFlag;
  }

  free(ref: Ref): void {
    this.#slots.give(ref >>> 1);
  }

  left(inner: Ref): Ref {
    return this.#word(inner, 0);
  }

  right(inner: Ref): Ref {
    return this.#word(inner, 1);
  }

  /** How many levels lie between the node's top and the level at which it branches. */
  skip(inner: Ref): number {
    return this.#word(inner, 2) & (freshFlag - 1);
  }

  /** The path through the skipped levels, the last level in the lowest bit. */
  bits(inner: Ref): number {
    return this.#word(inner, 2) >>> bitsShift;
  }

  isFresh(inner: Ref): boolean {
    return (this.#word(inner, 2) & freshFlag) !== 0;
  }

  /** The hash of a fresh node is final. */
  settle(inner: Ref): void {
    const slot = inner >>> 1;
    const at = this.#slots.baseOf(slot) + 2;
    const page = this.#slots.pageOf(slot);
    page[at] = (page[at] ?? 0) & ~freshFlag;
  }

  key(leaf: Ref): number {
    return this.#word(leaf, 0);
  }

  setKey(leaf: Ref, key: number): void {
    const slot = leaf >>> 1;
    this.#slots.pageOf(slot)[this.#slots.baseOf(slot)] = key;
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

  hash(ref: Ref): Uint8Array {
    if (ref === empty) return new Uint8Array(32);
    const page = this.#slots.pageOf(ref >>> 1);
    const base = this.#slots.baseOf(ref >>> 1) + hashAt;
    return new Uint8Array(page.buffer, base * 4, 32).slice();
  }

  /** Takes the hash from eight words. */
  setHash(ref: Ref, words: Uint32Array): void {
    const page = this.#slots.pageOf(ref >>> 1);
    const base = this.#slots.baseOf(ref >>> 1) + hashAt;
    for (let word = 0; word < wordsPerHash; word++) page[base + word] = words[word] ?? 0;
  }

  hasSameHash(one: Ref, other: Ref): boolean {
    const [page, base] = [this.#slots.pageOf(one >>> 1), this.#slots.baseOf(one >>> 1) + hashAt];
    const [page2, base2] = [
      this.#slots.pageOf(other >>> 1),
      this.#slots.baseOf(other >>> 1) + hashAt,
    ];
    for (let word = 0; word < wordsPerHash; word++) {
      if (page[base + word] !== page2[base2 + word]) return false;
    }
    return true;
  }

  /** Copies the hash of a subtree, zeros for an empty one, into the hashing bench. */
  gather(ref: Ref, at: number): void {
    const target = this.bench.input;
    const offset = at * wordsPerHash;
    if (ref === empty) {
      target.fill(0, offset, offset + wordsPerHash);
      return;
    }
    const page = this.#slots.pageOf(ref >>> 1);
    const base = this.#slots.baseOf(ref >>> 1) + hashAt;
    for (let word = 0; word < wordsPerHash; word++) target[offset + word] = page[base + word] ?? 0;
  }

  /** Takes a hash from the bench. */
  scatter(ref: Ref, at: number): void {
    const source = this.bench.output;
    const offset = at * wordsPerHash;
    const page = this.#slots.pageOf(ref >>> 1);
    const base = this.#slots.baseOf(ref >>> 1) + hashAt;
    for (let word = 0; word < wordsPerHash; word++) page[base + word] = source[offset + word] ?? 0;
  }

  #word(ref: Ref, word: number): number {
    const slot = ref >>> 1;
    return this.#slots.pageOf(slot)[this.#slots.baseOf(slot) + word] ?? 0;
  }
}
