/**
 * Applies a batch of puts and deletions to a tree. Nodes on the way are copied, never changed, so
 * that the tree before stays readable under its own root. The batch is split by the bits of its
 * hashed keys as it goes down, so that each node is visited once, whatever the order of the batch.
 */
import { assert, type Work } from "#base";
import { hashBits, type KeyHashes } from "./key-hashes.ts";
import { empty, isInner, pathOf, skipMax, type NodePool, type Ref } from "./nodes.ts";
import type { StateTree } from "./state-tree.ts";
import { TreeHasher } from "./tree-hasher.ts";

/** Entries that are applied between two pauses. */
const entriesPerPause = 1024;

export interface TreeBatch {
  readonly count: number;
  /** The hashed key of each entry, and one slot more for the update's own use. */
  readonly hashes: KeyHashes;
  /** The leaf to put; `empty` deletes. Set to `empty` where the tree has that very leaf already. */
  readonly leaves: Uint32Array;
  /** Filled in: the leaf that an entry replaces or deletes. */
  readonly replaced: Uint32Array;
  /** Whether a leaf of the tree has the entry's key. */
  hasKey(leaf: Ref, entry: number): boolean;
  /** The entry's leaf goes in, and the tree has had no such key. */
  adopt(leaf: Ref, entry: number): void;
}

/** One subtree and the entries that concern it: `order[from..to)` share its path above `depth`. */
interface Frame {
  ref: Ref;
  /** Skipped levels of an inner `ref` that lie above `depth`: they were split off. */
  consumed: number;
  from: number;
  to: number;
  depth: number;
  // What `open` finds out: where the entries or the subtree branch, and what lies on either side.
  branch: number;
  middle: number;
  /** `ref` is an inner node and branches there itself. */
  isOpened: boolean;
  left: Ref;
  right: Ref;
}

export class TreeUpdate {
  /** Inner nodes that the new tree has and the old one has not. */
  readonly created: Ref[] = [];
  /** Inner nodes and leaves that the old tree has and the new one has not. */
  readonly retired: Ref[] = [];
  readonly #tree: StateTree;
  readonly #nodes: NodePool;
  readonly #batch: TreeBatch;
  readonly #order: Uint32Array;
  readonly #hasher: TreeHasher;
  readonly #frames: Frame[] = [];
  /** The leaf whose hashed key lies in the last slot. */
  #hashedLeaf: Ref = empty;

  constructor(tree: StateTree, batch: TreeBatch) {
    this.#tree = tree;
    this.#nodes = tree.nodes;
    this.#batch = batch;
    this.#order = new Uint32Array(batch.count);
    for (let entry = 0; entry < batch.count; entry++) this.#order[entry] = entry;
    this.#hasher = new TreeHasher(tree.nodes);
  }

  /**
   * Gives the new root, all hashes computed.
   * @yields a pause
   */
  *run(root: Ref): Work<Ref> {
    Object.assign(this.#frame(0), { ref: root, consumed: 0, depth: 0 });
    Object.assign(this.#frame(0), { from: 0, to: this.#batch.count });
    const updated = yield* this.#work(0);
    yield* this.#hasher.run();
    return updated;
  }

  /**
   * As `apply`, for more entries than may go without a pause.
   * @yields a pause
   */
  *#work(level: number): Work<Ref> {
    const frame = this.#frame(level);
    if (frame.to - frame.from <= entriesPerPause) {
      const updated = this.#apply(level);
      yield;
      return updated;
    }
    this.#open(frame);
    yield;
    this.#enterLeft(level);
    const left = yield* this.#work(level + 1);
    this.#enterRight(level);
    const right = yield* this.#work(level + 1);
    frame.left = left;
    frame.right = right;
    return this.#join(frame);
  }

  #apply(level: number): Ref {
    const frame = this.#frame(level);
    const { ref, from, to } = frame;
    if (from === to) return frame.consumed === 0 ? ref : this.#trimmed(frame);
    if (to - from === 1 && !isInner(ref)) return this.#single(frame);
    this.#open(frame);
    this.#enterLeft(level);
    const left = this.#apply(level + 1);
    this.#enterRight(level);
    const right = this.#apply(level + 1);
    frame.left = left;
    frame.right = right;
    return this.#join(frame);
  }

  #frame(level: number): Frame {
    return (this.#frames[level] ??= {
      ref: empty,
      consumed: 0,
      from: 0,
      to: 0,
      depth: 0,
      branch: 0,
      middle: 0,
      isOpened: false,
      left: empty,
      right: empty,
    });
  }

  #enterLeft(level: number): void {
    const frame = this.#frame(level);
    const child = this.#frame(level + 1);
    child.ref = frame.left;
    child.consumed = this.#consumedBelow(frame, frame.left);
    child.from = frame.from;
    child.to = frame.middle;
    child.depth = frame.branch + 1;
  }

  #enterRight(level: number): void {
    const frame = this.#frame(level);
    const child = this.#frame(level + 1);
    child.ref = frame.right;
    child.consumed = this.#consumedBelow(frame, frame.right);
    child.from = frame.middle;
    child.to = frame.to;
    child.depth = frame.branch + 1;
  }

  #consumedBelow(frame: Frame, child: Ref): number {
    if (frame.isOpened || !isInner(child)) return 0;
    return frame.consumed + frame.branch - frame.depth + 1;
  }

  /** Finds the level at which the entries or the subtree branch, and parts them there. */
  #open(frame: Frame): void {
    if (isInner(frame.ref)) this.#openInner(frame);
    else this.#openShallow(frame);
    this.#partition(frame);
  }

  #openInner(frame: Frame): void {
    const { ref, depth } = frame;
    const skip = this.#nodes.skip(ref) - frame.consumed;
    const bits = this.#nodes.bits(ref) & ((1 << skip) - 1);
    const matched = skip === 0 ? 0 : this.#matched(frame, { skip, bits });
    frame.branch = depth + matched;
    frame.isOpened = matched === skip;
    if (frame.isOpened) {
      frame.left = this.#nodes.left(ref);
      frame.right = this.#nodes.right(ref);
    } else {
      this.#putAside(frame, (bits >>> (skip - matched - 1)) & 1);
    }
  }

  /** How many of a node's skipped levels all entries follow. */
  #matched(frame: Frame, path: { readonly skip: number; readonly bits: number }): number {
    let matched = path.skip;
    for (let at = frame.from; at < frame.to && matched > 0; at++) {
      const window = this.#batch.hashes.window(this.#order[at] ?? 0, frame.depth);
      const difference = (window >>> (32 - path.skip)) ^ path.bits;
      if (difference === 0) continue;
      matched = Math.min(matched, path.skip - 32 + Math.clz32(difference));
    }
    return matched;
  }

  /** Opens a leaf or nothing: where the first of its keys parts from the others. */
  #openShallow(frame: Frame): void {
    const { hashes, count } = this.#batch;
    const first = this.#order[frame.from] ?? 0;
    let branch = hashBits;
    if (frame.ref !== empty) {
      this.#hashLeaf(frame.ref);
      branch = hashes.firstDifference(first, count);
    }
    for (let at = frame.from + 1; at < frame.to && branch > frame.depth; at++) {
      branch = Math.min(branch, hashes.firstDifference(first, this.#order[at] ?? 0));
    }
    assert(branch < hashBits, "a batch names each key once");
    frame.branch = branch;
    frame.isOpened = false;
    this.#putAside(frame, frame.ref === empty ? 0 : hashes.bit(count, branch));
  }

  #putAside(frame: Frame, side: number): void {
    frame.left = side === 0 ? frame.ref : empty;
    frame.right = side === 0 ? empty : frame.ref;
  }

  #hashLeaf(leaf: Ref): void {
    if (this.#hashedLeaf === leaf) return;
    this.#batch.hashes.put(this.#batch.count, this.#tree.keyOf(leaf));
    this.#hashedLeaf = leaf;
  }

  /** Puts the entries whose path goes left at the branch before those that go right. */
  #partition(frame: Frame): void {
    const { branch } = frame;
    const { hashes } = this.#batch;
    const order = this.#order;
    let [low, high] = [frame.from, frame.to];
    while (low < high) {
      const entry = order[low] ?? 0;
      if (hashes.bit(entry, branch) === 0) {
        low++;
        continue;
      }
      high--;
      order[low] = order[high] ?? 0;
      order[high] = entry;
    }
    frame.middle = low;
  }

  /** One entry meets a leaf or nothing. */
  #single(frame: Frame): Ref {
    const { ref } = frame;
    const { leaves } = this.#batch;
    const entry = this.#order[frame.from] ?? 0;
    const leaf = leaves[entry] ?? empty;
    if (ref !== empty && this.#batch.hasKey(ref, entry)) return this.#replace(ref, entry);
    if (leaf === empty) return ref;
    this.#batch.adopt(leaf, entry);
    if (ref === empty) return leaf;
    this.#hashLeaf(ref);
    frame.branch = this.#batch.hashes.firstDifference(entry, this.#batch.count);
    const isLeft = this.#batch.hashes.bit(entry, frame.branch) === 0;
    frame.left = isLeft ? leaf : ref;
    frame.right = isLeft ? ref : leaf;
    return this.#branchAt(frame);
  }

  #replace(old: Ref, entry: number): Ref {
    const { leaves, replaced } = this.#batch;
    const leaf = leaves[entry] ?? empty;
    if (leaf !== empty && this.#nodes.hasSameHash(old, leaf)) {
      this.#nodes.free(leaf);
      leaves[entry] = empty;
      return old;
    }
    replaced[entry] = old;
    this.retired.push(old);
    if (leaf !== empty) this.#tree.share(old, leaf);
    return leaf;
  }

  /** The subtree above two that were updated. */
  #join(frame: Frame): Ref {
    const { ref, left, right } = frame;
    if (frame.isOpened) {
      const nodes = this.#nodes;
      const isSame = left === nodes.left(ref) && right === nodes.right(ref);
      if (isSame && frame.consumed === 0) return ref;
      this.retired.push(ref);
    }
    if (left !== empty && right !== empty) return this.#branchAt(frame);
    const child = left === empty ? right : left;
    return isInner(child) ? this.#lengthened(frame, child) : child;
  }

  /**
   * A node that branches into the frame's two sides, under the levels from the frame's depth. Where
   * they are more than one node can skip, a chain of nodes with one side each leads down to it.
   */
  #branchAt(frame: Frame): Ref {
    const { hashes } = this.#batch;
    const { depth, branch } = frame;
    const entry = this.#order[frame.from] ?? 0;
    const skip = Math.min(skipMax, branch - depth);
    const top = branch - skip;
    const created = this.#nodes.createInner(frame.left, frame.right);
    if (skip > 0) {
      this.#nodes.setPath(created, pathOf(skip, hashes.window(entry, top) >>> (32 - skip)));
    }
    this.created.push(created);
    this.#hasher.mark(created, branch);
    if (top === depth) return created;
    const isLeft = hashes.bit(entry, top - 1) === 0;
    frame.left = isLeft ? created : empty;
    frame.right = isLeft ? empty : created;
    frame.branch = top - 1;
    return this.#branchAt(frame);
  }

  /** The only child that is left takes over the levels above it, as far as it can. */
  #lengthened(frame: Frame, child: Ref): Ref {
    const nodes = this.#nodes;
    const { depth, branch } = frame;
    const added = branch - depth + 1;
    const own = nodes.skip(child);
    const skip = own + added;
    if (skip > skipMax) return this.#branchAt(frame);
    const entry = this.#order[frame.from] ?? 0;
    const above = added === 1 ? 0 : this.#batch.hashes.window(entry, depth) >>> (33 - added);
    const side = frame.left === empty ? 1 : 0;
    const bits = (((above << 1) | side) << own) | nodes.bits(child);
    if (nodes.isFresh(child)) {
      nodes.setPath(child, pathOf(skip, bits));
      return child;
    }
    return this.#copied(child, { skip, bits, branch: branch + 1 + own });
  }

  /** What is left of a node whose upper skipped levels were split off. */
  #trimmed(frame: Frame): Ref {
    const { ref, consumed, depth } = frame;
    const skip = this.#nodes.skip(ref) - consumed;
    const bits = this.#nodes.bits(ref) & ((1 << skip) - 1);
    return this.#copied(ref, { skip, bits, branch: depth + skip });
  }

  #copied(
    node: Ref,
    path: { readonly skip: number; readonly bits: number; readonly branch: number },
  ): Ref {
    const { skip, bits, branch } = path;
    const [left, right] = [this.#nodes.left(node), this.#nodes.right(node)];
    const copy = this.#nodes.createInner(left, right);
    this.#nodes.setPath(copy, pathOf(skip, bits));
    this.retired.push(node);
    this.created.push(copy);
    this.#hasher.mark(copy, branch);
    return copy;
  }
}
