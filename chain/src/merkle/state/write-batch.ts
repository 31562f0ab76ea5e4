import { assert, defined, type Work } from "#base";
import { DigestArea } from "#crypto";
import type { StateWrite } from "../committed-state.ts";
import { leafTag } from "../ics23/index.ts";
import type { KeyHashes } from "./key-hashes.ts";
import { wordsPerHash, type Ref } from "./refs.ts";
import type { StateTree } from "./state-tree.ts";
import type { TreeBatch } from "./tree-batch.ts";

export const writesPerPause = 512;

/** Leaf hashes, one after the other: T, hashed key, hashed value, and from them the leaf's own. */
export class LeafHasher {
  readonly #area = new DigestArea(4);
  readonly #preimage = this.#area.bytes.subarray(0, 96);

  constructor() {
    this.#area.bytes.set(leafTag);
  }

  /** The hash of the leaf at a hashed key, as words of an area of the hasher's own. */
  hash(key: KeyHashes, value: { readonly index: number; readonly bytes: Uint8Array }): Uint32Array {
    const { words } = this.#area;
    const from = value.index * wordsPerHash;
    for (let word = 0; word < wordsPerHash; word++) {
      words[wordsPerHash + word] = key.words[from + word] ?? 0;
    }
    this.#area.put(2, value.bytes);
    this.#area.put(3, this.#preimage);
    return words;
  }
}

/** Where `LeafHasher.hash` leaves the hash. */
export const leafHashAt = 3 * wordsPerHash;

/** The writes of a version as the tree wants them. */
export class WriteBatch implements TreeBatch {
  readonly writes: readonly StateWrite[];
  readonly count: number;
  readonly hashes: KeyHashes;
  readonly leafHashes: KeyHashes;
  readonly leaves: Uint32Array;
  readonly replaced: Uint32Array;
  protected readonly tree: StateTree;
  readonly #hasher = new LeafHasher();

  constructor(tree: StateTree, writes: readonly StateWrite[]) {
    this.tree = tree;
    this.writes = writes;
    this.count = writes.length;
    const { hashes, leafHashes } = tree.workspace.hashesFor(this.count);
    this.hashes = hashes;
    this.leafHashes = leafHashes;
    this.leaves = new Uint32Array(this.count);
    this.replaced = new Uint32Array(this.count);
  }

  /**
   * Hashes every key and value and makes the leaves.
   * @yields a pause
   */
  *prepare(): Work<void> {
    for (let from = 0; from < this.count; from += writesPerPause) {
      this.#prepare(from, Math.min(from + writesPerPause, this.count));
      yield;
    }
  }

  #prepare(from: number, to: number): void {
    const { leaves } = this.tree;
    for (let at = from; at < to; at++) {
      const { key, value } = defined(this.writes[at], "a batch has all its writes");
      this.hashes.put(at, key);
      if (value === undefined) continue;
      assert(value.length > 0, "a value is never empty");
      const page = this.#hasher.hash(this.hashes, { index: at, bytes: value });
      this.leafHashes.take(at, { page, at: leafHashAt });
      this.leaves[at] = leaves.create(this.hashes, at);
    }
  }

  adopt(leaf: Ref, entry: number): void {
    this.tree.adopt(leaf, defined(this.writes[entry], "a batch has all its writes").key);
  }

  inherit(leaf: Ref, before: Ref): void {
    this.tree.inherit(leaf, before);
  }
}
