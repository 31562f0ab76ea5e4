import type { InnerNodes } from "./inner-nodes.ts";
import { wordsPerHash, type Ref } from "./refs.ts";

/**
 * Where the hash of a subtree is found while a tree is updated: at the root of the tree before, in
 * a node of that tree (its reference plus the side), with the leaf of an entry, or in one of two
 * lists of the update's own: nodes whose hash is still due, and hashes of whole parts.
 */
export type HashSource = number;

export const atRoot: HashSource = 0;
export const atSide = (node: Ref, side: number): HashSource => node + side;
export const atEntry = (entry: number): HashSource => -1 - entry * 4;
export const atFresh = (index: number): HashSource => -2 - index * 4;
export const atSettled = (index: number): HashSource => -3 - index * 4;

export const isFresh = (source: HashSource): boolean => source < 0 && ((-1 - source) & 3) === 1;
export const indexOf = (source: HashSource): number => (-1 - source) >> 2;

/** Hashes one after the other, as many as there are. */
export class HashList {
  #words = new Uint32Array(8 * wordsPerHash);
  #count = 0;

  get words(): Uint32Array {
    return this.#words;
  }

  clear(): void {
    this.#count = 0;
  }

  /** The place of the hash in the list. */
  add(hash: Uint32Array): number {
    const at = this.#count++;
    if (this.#count * wordsPerHash > this.#words.length) {
      const grown = new Uint32Array(this.#words.length * 2);
      grown.set(this.#words);
      this.#words = grown;
    }
    this.#words.set(hash, at * wordsPerHash);
    return at;
  }
}

const [entryKind, freshKind] = [0, 1];

/** Finds hashes by their sources. */
export class HashSources {
  readonly #inners: InnerNodes;
  readonly #root: Uint32Array;
  readonly #lists: {
    readonly leaves: { readonly words: Uint32Array };
    readonly fresh: { readonly hashes: Uint32Array };
    readonly settled: HashList;
  };

  constructor(options: {
    readonly inners: InnerNodes;
    readonly root: Uint32Array;
    readonly leaves: { readonly words: Uint32Array };
    readonly fresh: { readonly hashes: Uint32Array };
    readonly settled: HashList;
  }) {
    this.#inners = options.inners;
    this.#root = options.root;
    this.#lists = options;
  }

  /** The words among which the hash lies; valid until anything is added. */
  pageOf(source: HashSource): Uint32Array {
    if (source > atRoot) return this.#inners.pageOf(source);
    if (source === atRoot) return this.#root;
    const kind = (-1 - source) & 3;
    if (kind === entryKind) return this.#lists.leaves.words;
    return kind === freshKind ? this.#lists.fresh.hashes : this.#lists.settled.words;
  }

  /** Where among them the hash begins. */
  placeOf(source: HashSource): number {
    if (source > atRoot) return this.#inners.hashAt(source, source & 1);
    return source === atRoot ? 0 : indexOf(source) * wordsPerHash;
  }
}
