import { emptyRoot } from "../ics23/index.ts";
import { bitsOf, InnerNodes, skipOf } from "./inner-nodes.ts";
import { KeyHashes } from "./key-hashes.ts";
import { KeyIndex } from "./key-index.ts";
import { Leaves } from "./leaves.ts";
import { empty, isInner, isLeaf, type Ref } from "./refs.ts";
import { Workspace } from "./workspace.ts";

/** A hash beside a way through the tree, and the side on which the way itself goes (0 is left). */
export interface Sibling {
  readonly side: number;
  readonly hash: Uint8Array;
}

/** All kept versions of the tree, which share what they have in common, and all their keys. */
export class StateTree {
  readonly inners = new InnerNodes();
  readonly leaves = new Leaves();
  readonly keys = new KeyIndex();
  readonly workspace: Workspace = new Workspace(this.inners);
  readonly #scratch = new KeyHashes(2);

  /** Nodes that are taken. */
  get used(): number {
    return this.inners.used + this.leaves.used;
  }

  keyOf(leaf: Ref): Uint8Array {
    return this.keys.arena.view(this.leaves.key(leaf));
  }

  /** Gives a leaf to a key that the tree has not had. */
  adopt(leaf: Ref, key: Uint8Array): void {
    this.leaves.own(leaf, this.keys.acquire(key));
  }

  /** A leaf takes the place of another one of the same key, and the key with it. */
  inherit(leaf: Ref, before: Ref): void {
    const key = this.leaves.key(before);
    this.leaves.borrow(before, key);
    this.leaves.own(leaf, key);
  }

  /** Frees a node that no kept version has. A leaf that owns a key takes it along. */
  release(ref: Ref): void {
    if (!isLeaf(ref)) {
      this.inners.free(ref);
      return;
    }
    if (this.leaves.isOwner(ref)) this.keys.release(this.leaves.key(ref));
    this.leaves.free(ref);
  }

  /** As `release`, for inner nodes and leaves that own no key: it touches no memory of theirs. */
  recycle(ref: Ref): void {
    if (isLeaf(ref)) this.leaves.free(ref);
    else this.inners.free(ref);
  }

  /** The key's leaf under a root, or empty. */
  find(root: Ref, key: Uint8Array): Ref {
    this.#scratch.put(0, key);
    const { inners, leaves } = this;
    let [ref, depth] = [root, 0];
    while (isInner(ref)) {
      const path = inners.path(ref);
      const skip = skipOf(path);
      if (skip > 0 && this.#scratch.window(0, depth) >>> (32 - skip) !== bitsOf(path)) {
        return empty;
      }
      depth += skip;
      ref = this.#scratch.bit(0, depth) === 0 ? inners.left(ref) : inners.right(ref);
      depth++;
    }
    if (ref === empty) return empty;
    return this.#scratch.is(0, { page: leaves.pageOf(ref), at: leaves.hashAt(ref) }) ? ref : empty;
  }

  /** The hashes beside the way from a leaf of the tree, upwards to its root. */
  siblings(root: Ref, leaf: Ref): readonly Sibling[] {
    const { inners, leaves } = this;
    this.#scratch.take(0, { page: leaves.pageOf(leaf), at: leaves.hashAt(leaf) });
    const found: Sibling[] = [];
    let [ref, depth] = [root, 0];
    while (isInner(ref)) {
      for (const branch = depth + skipOf(inners.path(ref)); depth < branch; depth++) {
        found.push({ side: this.#scratch.bit(0, depth), hash: emptyRoot });
      }
      const side = this.#scratch.bit(0, depth++);
      found.push({ side, hash: inners.hash(ref, 1 - side) });
      ref = side === 0 ? inners.left(ref) : inners.right(ref);
    }
    return found.toReversed();
  }

  /** The leaves next to an absent key, in the order of hashed keys. */
  neighbours(root: Ref, key: Uint8Array): { readonly left: Ref; readonly right: Ref } {
    this.#scratch.put(0, key);
    const { inners } = this;
    let [ref, depth, below, above] = [root, 0, empty, empty];
    while (isInner(ref)) {
      const part = this.#partsAt(ref, depth);
      if (part !== 0) return this.#beside(ref, { part, below, above });
      depth += skipOf(inners.path(ref));
      const [left, right] = [inners.left(ref), inners.right(ref)];
      if (this.#scratch.bit(0, depth++) === 0) {
        [ref, above] = [left, right === empty ? above : right];
      } else {
        [ref, below] = [right, left === empty ? below : left];
      }
    }
    return this.#beside(ref, { part: this.#sideOf(ref), below, above });
  }

  /** Below zero where the key leaves the skipped path downwards, above where upwards, else zero. */
  #partsAt(inner: Ref, depth: number): number {
    const path = this.inners.path(inner);
    const skip = skipOf(path);
    return skip === 0 ? 0 : (this.#scratch.window(0, depth) >>> (32 - skip)) - bitsOf(path);
  }

  /** On which side of a leaf the key lies. */
  #sideOf(leaf: Ref): number {
    if (leaf === empty) return 0;
    const { leaves } = this;
    this.#scratch.take(1, { page: leaves.pageOf(leaf), at: leaves.hashAt(leaf) });
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
      const left = this.inners.left(ref);
      ref = left === empty ? this.inners.right(ref) : left;
    }
    return ref;
  }

  #last(subtree: Ref): Ref {
    let ref = subtree;
    while (isInner(ref)) {
      const right = this.inners.right(ref);
      ref = right === empty ? this.inners.left(ref) : right;
    }
    return ref;
  }
}
