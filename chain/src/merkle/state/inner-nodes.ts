import { empty, wordsPerHash, type Ref } from "./refs.ts";
import { SlotPages } from "./slot-pages.ts";

/** Levels that one inner node can skip: 24, so that their bits fit into a word with the count. */
export const skipMax = 24;

const bitsShift = 5;
const skipMask = (1 << bitsShift) - 1;

/** A run of skipped levels as one word, the last level in the lowest bit of `bits`. */
export const pathOf = (skip: number, bits: number): number => (bits << bitsShift) | skip;

const hashesAt = 4;
const wordsPerNode = hashesAt + 2 * wordsPerHash;

/**
 * The inner nodes of the state tree. A node stands for the levels that it skips, where only one
 * side has leaves, and for the level at which it branches. It keeps the hashes of its two sides,
 * each as it is at the top of that side: so hashing a node reads that node alone, and a copy of a
 * node brings the hash of the side that did not change along.
 *
 * Words: left, right, path, the place in the parent (while the hash is due), two hashes.
 */
export class InnerNodes {
  readonly #slots = new SlotPages(wordsPerNode);

  get used(): number {
    return this.#slots.used;
  }

  get bytes(): number {
    return this.#slots.bytes;
  }

  /** The hashes of its sides are the caller's to fill in. */
  create(left: Ref, right: Ref): Ref {
    const slot = this.#slots.take();
    const page = this.#slots.pageOf(slot);
    const base = this.#slots.baseOf(slot);
    page[base] = left;
    page[base + 1] = right;
    page[base + 2] = 0;
    page[base + 3] = 0;
    return slot * 2;
  }

  /** The same sides with the same hashes. */
  copy(node: Ref): Ref {
    const copy = this.create(this.left(node), this.right(node));
    const [from, to] = [this.pageOf(node), this.pageOf(copy)];
    const [fromBase, toBase] = [this.hashAt(node, 0), this.hashAt(copy, 0)];
    for (let word = 0; word < 2 * wordsPerHash; word++) {
      to[toBase + word] = from[fromBase + word] ?? 0;
    }
    return copy;
  }

  free(node: Ref): void {
    this.#slots.give(node >>> 1);
  }

  left(node: Ref): Ref {
    return this.#word(node, 0);
  }

  right(node: Ref): Ref {
    return this.#word(node, 1);
  }

  /** How many levels lie between the node's top and the level at which it branches. */
  skip(node: Ref): number {
    return this.#word(node, 2) & skipMask;
  }

  /** The way through the skipped levels, the last level in the lowest bit. */
  bits(node: Ref): number {
    return this.#word(node, 2) >>> bitsShift;
  }

  /** Only for a node that nobody has seen yet. */
  setPath(node: Ref, path: number): void {
    const slot = node >>> 1;
    this.#slots.pageOf(slot)[this.#slots.baseOf(slot) + 2] = path;
  }

  /** Where the node's hash goes once it is known: the parent plus the side; zero for a root. */
  parent(node: Ref): number {
    return this.#word(node, 3);
  }

  setParent(node: Ref, parent: number): void {
    const slot = node >>> 1;
    this.#slots.pageOf(slot)[this.#slots.baseOf(slot) + 3] = parent;
  }

  /** The page in which the node's words lie; valid until the next node is created. */
  pageOf(node: Ref): Uint32Array {
    return this.#slots.pageOf(node >>> 1);
  }

  /** Where in its page the hash of one side begins. */
  hashAt(node: Ref, side: number): number {
    return this.#slots.baseOf(node >>> 1) + hashesAt + side * wordsPerHash;
  }

  /** The hash of one side as bytes. */
  hash(node: Ref, side: number): Uint8Array {
    const child = side === 0 ? this.left(node) : this.right(node);
    if (child === empty) return new Uint8Array(32);
    return new Uint8Array(this.pageOf(node).buffer, this.hashAt(node, side) * 4, 32).slice();
  }

  #word(node: Ref, word: number): number {
    const slot = node >>> 1;
    return this.#slots.pageOf(slot)[this.#slots.baseOf(slot) + word] ?? 0;
  }
}
