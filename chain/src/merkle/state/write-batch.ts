import { assert, defined, type Work } from "#base";
import { DigestArea } from "#crypto";
import type { StateWrite } from "../committed-state.ts";
import { leafTag } from "../ics23/index.ts";
import { KeyHashes } from "./key-hashes.ts";
import type { Ref } from "./nodes.ts";
import type { StateTree } from "./state-tree.ts";
import type { TreeBatch } from "./tree-update.ts";

export const writesPerPause = 512;

/** Leaf hashes, one after the other in the same memory: T, key, value, and then the leaf. */
export class LeafHasher {
  readonly #area = new DigestArea(4);
  readonly #preimage = this.#area.bytes.subarray(0, 96);
  /** The eight words of the last leaf's hash. */
  readonly hash = this.#area.words.subarray(24, 32);

  constructor() {
    this.#area.bytes.set(leafTag);
  }

  /** The key of the next value. */
  setKey(key: Uint8Array): void {
    this.#area.put(1, key);
  }

  setHashedKey(hashes: KeyHashes, index: number): void {
    const { words } = this.#area;
    const from = index * 8;
    for (let word = 0; word < 8; word++) words[8 + word] = hashes.words[from + word] ?? 0;
  }

  setValue(value: Uint8Array): void {
    this.#area.put(2, value);
    this.#area.put(3, this.#preimage);
  }
}

/** The writes of a version as the tree wants them. */
export class WriteBatch implements TreeBatch {
  readonly writes: readonly StateWrite[];
  readonly count: number;
  readonly hashes: KeyHashes;
  readonly leaves: Uint32Array;
  readonly replaced: Uint32Array;
  readonly #tree: StateTree;
  readonly #hasher = new LeafHasher();

  constructor(tree: StateTree, writes: readonly StateWrite[]) {
    this.#tree = tree;
    this.writes = writes;
    this.count = writes.length;
    this.hashes = new KeyHashes(this.count + 1);
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
    const { nodes } = this.#tree;
    for (let at = from; at < to; at++) {
      const { key, value } = defined(this.writes[at], "a batch has all its writes");
      this.hashes.put(at, key);
      if (value === undefined) continue;
      assert(value.length > 0, "a value is never empty");
      this.#hasher.setHashedKey(this.hashes, at);
      this.#hasher.setValue(value);
      const leaf = nodes.createLeaf();
      nodes.setHash(leaf, this.#hasher.hash);
      this.leaves[at] = leaf;
    }
  }

  hasKey(leaf: Ref, entry: number): boolean {
    const key = this.writes[entry]?.key;
    return key !== undefined && this.#tree.hasKey(leaf, key);
  }

  adopt(leaf: Ref, entry: number): void {
    const key = this.writes[entry]?.key;
    if (key !== undefined) this.#tree.own(leaf, key);
  }
}
