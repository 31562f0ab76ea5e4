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

  /** The hashed key of the next leaf. */
  setKey(hashes: KeyHashes, index: number): void {
    const to = this.#area.words;
    const from = hashes.words;
    const at = index * wordsPerHash;
    for (let word = 0; word < wordsPerHash; word++) to[wordsPerHash + word] = from[at + word] ?? 0;
  }

  /** Hashes the leaf. */
  setValue(value: Uint8Array): void {
    this.#area.put(2, value);
    this.#area.put(3, this.#preimage);
  }

  /** The leaf's hash goes into a list. */
  give(hashes: KeyHashes, index: number): void {
    const from = this.#area.words;
    const to = hashes.words;
    const at = index * wordsPerHash;
    for (let word = 0; word < wordsPerHash; word++) to[at + word] = from[hashAt + word] ?? 0;
  }
}

const hashAt = 3 * wordsPerHash;

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
    const columns = tree.workspace.columnsFor(this.count);
    this.hashes = columns.hashes;
    this.leafHashes = columns.leafHashes;
    this.leaves = columns.leaves;
    this.replaced = columns.replaced;
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
      this.#hasher.setKey(this.hashes, at);
      this.#hasher.setValue(value);
      this.#hasher.give(this.leafHashes, at);
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
