import { KeyHashes } from "./key-hashes.ts";
import { KeyIndex } from "./key-index.ts";
import { empty, isInner, isLeaf, NodePool, type Ref } from "./nodes.ts";

/** All kept versions of the tree in one pool of nodes, and the keys of them all. */
export class StateTree {
  readonly nodes = new NodePool();
  readonly keys = new KeyIndex();
  readonly #scratch = new KeyHashes(2);

  /** The key's leaf under a root, or empty. */
  find(root: Ref, key: Uint8Array): Ref {
    this.#scratch.put(0, key);
    const { nodes } = this;
    let [ref, depth] = [root, 0];
    while (isInner(ref)) {
      const skip = nodes.skip(ref);
      if (skip > 0 && this.#scratch.window(0, depth) >>> (32 - skip) !== nodes.bits(ref)) {
        return empty;
      }
      depth += skip;
      ref = this.#scratch.bit(0, depth) === 0 ? nodes.left(ref) : nodes.right(ref);
      depth++;
    }
    const isFound = isLeaf(ref) && this.hasKey(ref, key);
    return isFound ? ref : empty;
  }

  /** Gives a leaf to a key that the tree has not had. */
  own(leaf: Ref, key: Uint8Array): void {
    this.nodes.setKey(leaf, this.keys.acquire(key));
  }

  /** Gives a leaf to the key of another one. */
  share(other: Ref, leaf: Ref): void {
    const key = this.nodes.key(other);
    this.keys.arena.retain(key);
    this.nodes.setKey(leaf, key);
  }

  /** Frees a node that no kept version has. */
  release(ref: Ref): void {
    // A leaf that was made for a version that never came may belong to no key yet.
    if (isLeaf(ref) && this.nodes.key(ref) !== 0) this.keys.release(this.nodes.key(ref));
    this.nodes.free(ref);
  }

  hasKey(leaf: Ref, key: Uint8Array): boolean {
    return this.keys.arena.compare(this.nodes.key(leaf), key) === 0;
  }

  keyOf(leaf: Ref): Uint8Array {
    return this.keys.arena.view(this.nodes.key(leaf));
  }

  /**
   * The hashes beside the way from a root to a key that it has, from the leaf upwards; the side is
   * where the way itself goes.
   */
  siblings(root: Ref, key: Uint8Array): readonly Sibling[] {
    this.#scratch.put(0, key);
    const { nodes } = this;
    const found: Sibling[] = [];
    let [ref, depth] = [root, 0];
    while (isInner(ref)) {
      for (const branch = depth + nodes.skip(ref); depth < branch; depth++) {
        found.push({ side: this.#scratch.bit(0, depth), hash: nodes.hash(empty) });
      }
      const side = this.#scratch.bit(0, depth++);
      const [left, right] = [nodes.left(ref), nodes.right(ref)];
      found.push({ side, hash: nodes.hash(side === 0 ? right : left) });
      ref = side === 0 ? left : right;
    }
    return found.toReversed();
  }

  /** The leaves next to an absent key, in the order of hashed keys. */
  neighbours(root: Ref, key: Uint8Array): { readonly left: Ref; readonly right: Ref } {
    this.#scratch.put(0, key);
    const { nodes } = this;
    let [ref, depth, below, above] = [root, 0, empty, empty];
    while (isInner(ref)) {
      const part = this.#partsAt(ref, depth);
      if (part !== 0) return this.#beside(ref, { part, below, above });
      depth += nodes.skip(ref);
      const [left, right] = [nodes.left(ref), nodes.right(ref)];
      if (this.#scratch.bit(0, depth++) === 0)
        [ref, above] = [left, right === empty ? above : right];
      else [ref, below] = [right, left === empty ? below : left];
    }
    return this.#beside(ref, { part: this.#sideOf(ref), below, above });
  }

  /** Below zero where the key leaves the skipped path downwards, above where upwards, else zero. */
  #partsAt(inner: Ref, depth: number): number {
    const skip = this.nodes.skip(inner);
    if (skip === 0) return 0;
    return (this.#scratch.window(0, depth) >>> (32 - skip)) - this.nodes.bits(inner);
  }

  /** On which side of a leaf the key lies. */
  #sideOf(leaf: Ref): number {
    if (leaf === empty) return 0;
    this.#scratch.put(1, this.keyOf(leaf));
    const part = this.#scratch.firstDifference(0, 1);
    return this.#scratch.bit(0, part) === 0 ? -1 : 1;
  }

  #beside(
    subtree: Ref,
    way: { readonly part: number; readonly below: Ref; readonly above: Ref },
  ): { readonly left: Ref; readonly right: Ref } {
    const below = way.part > 0 ? subtree : way.below;
    const above = way.part < 0 ? subtree : way.above;
    return { left: this.#last(below), right: this.#first(above) };
  }

  #first(subtree: Ref): Ref {
    let ref = subtree;
    while (isInner(ref)) {
      const left = this.nodes.left(ref);
      ref = left === empty ? this.nodes.right(ref) : left;
    }
    return ref;
  }

  #last(subtree: Ref): Ref {
    let ref = subtree;
    while (isInner(ref)) {
      const right = this.nodes.right(ref);
      ref = right === empty ? this.nodes.left(ref) : right;
    }
    return ref;
  }
}

export interface Sibling {
  /** 0 left, 1 right. */
  readonly side: number;
  readonly hash: Uint8Array;
}
