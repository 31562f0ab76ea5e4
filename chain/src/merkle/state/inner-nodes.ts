import { empty, wordsPerHash, type Ref } from "./refs.ts";
import { SlotPages } from "./slot-pages.ts";

/** Levels that one inner node can skip: 24, so that their bits fit into a word with the count. */
export const skipMax = 24;

const bitsShift = 5;
const skipMask = (1 << bitsShift) - 1;

/** A run of skipped levels as one word, the last level in the lowest bit of `bits`. */
export const pathOf = (skip: number, bits: number): number => (bits << bitsShift) | skip;
/** How many levels lie between a node's top and the level at which it branches. */
export const skipOf = (path: number): number => path & skipMask;
/** The way through the skipped levels, the last level in the lowest bit. */
export const bitsOf = (path: number): number => path >>> bitsShift;

/** Words of a node: left, right, path, and the hashes of both sides. */
export const [leftAt, rightAt, pathAt, hashesAt] = [0, 1, 2, 3];
export const nodeWords: number = hashesAt + 2 * wordsPerHash;

/**
 * The inner nodes of the state tree. A node stands for the levels that it skips, where only one
 * side has leaves, and for the level at which it branches. It keeps the hashes of its two sides,
 * each as it is at the top of that side: so hashing a node reads that node alone, and a copy of a
 * node brings the hash of the side that did not change along.
 */
export class InnerNodes {
  readonly #slots = new SlotPages(nodeWords);

  get used(): number {
    return this.#slots.used;
  }

  get bytes(): number {
    return this.#slots.bytes;
  }

  /** A node whose words the caller fills in. */
  take(): Ref {
    return this.#slots.take() * 2;
  }

  free(node: Ref): void {
    this.#slots.give(node >>> 1);
  }

  /** The page in which the node's words lie; valid until the next node is taken. */
  pageOf(node: Ref): Uint32Array {
    return this.#slots.pageOf(node >>> 1);
  }

  /** Where in its page the node's words begin. */
  baseOf(node: Ref): number {
    return this.#slots.baseOf(node >>> 1);
  }

  left(node: Ref): Ref {
    return this.#word(node, leftAt);
  }

  right(node: Ref): Ref {
    return this.#word(node, rightAt);
  }

  path(node: Ref): number {
    return this.#word(node, pathAt);
  }

  /** Where in its page the hash of one side begins. */
  hashAt(node: Ref, side: number): number {
    return this.baseOf(node) + hashesAt + side * wordsPerHash;
  }

  /** The hash of one side as bytes. */
  hash(node: Ref, side: number): Uint8Array {
    const child = side === 0 ? this.left(node) : this.right(node);
    if (child === empty) return new Uint8Array(wordsPerHash * 4);
    const page = this.pageOf(node);
    return new Uint8Array(page.buffer, this.hashAt(node, side) * 4, wordsPerHash * 4).slice();
  }

  #word(node: Ref, word: number): number {
    return this.pageOf(node)[this.baseOf(node) + word] ?? 0;
  }
}
