/**
 * Applies a batch of puts and deletions to a tree. Nodes on the way are copied, never changed, so
 * that the tree before stays readable under its own root. The batch is split by the bits of its
 * hashed keys as it goes down, so that each node is visited once, whatever the order of the batch.
 */
import { assert, type Work } from "#base";
import { pathOf, skipMax, type InnerNodes } from "./inner-nodes.ts";
import { hashBits, type KeyHashes } from "./key-hashes.ts";
import { empty, isInner, wordsPerHash, type Ref } from "./refs.ts";
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
  /** The hash of each leaf to put. */
  readonly leafHashes: KeyHashes;
  /** Filled in: the leaf that an entry replaces or deletes. */
  readonly replaced: Uint32Array;
  /** The entry's leaf goes in, and the tree has had no such key. */
  adopt(leaf: Ref, entry: number): void;
  /** The entry's leaf goes in for another one of the same key. */
  inherit(leaf: Ref, before: Ref): void;
}

export interface Root {
  readonly ref: Ref;
  readonly hash: Uint8Array;
}

/**
 * Where the hash of a subtree is found: with a parent (its reference plus the side), with the root
 * of the tree before, nowhere yet because it is new, or (below zero) with an entry's leaf.
 */
type HashSource = number;

const atRoot: HashSource = 0;
const notYet: HashSource = 1;
const atEntry = (entry: number): HashSource => -1 - entry;

/** One subtree and the entries that concern it: `order[from..to)` share its path above `depth`. */
class Frame {
  ref: Ref = empty;
  /** Where the hash of `ref` is. */
  source: HashSource = atRoot;
  /** Skipped levels of an inner `ref` that lie above `depth`: they were split off. */
  consumed = 0;
  from = 0;
  to = 0;
  depth = 0;
  // What `open` finds out: where the entries or the subtree branch, and what lies on either side.
  branch = 0;
  middle = 0;
  /** `ref` is an inner node and branches there itself. */
  isOpened = false;
  left: Ref = empty;
  right: Ref = empty;
  leftSource: HashSource = atRoot;
  rightSource: HashSource = atRoot;
}

export class TreeUpdate {
  /** Inner nodes that the new tree has and the old one has not. */
  readonly created: Ref[] = [];
  /** Inner nodes and replaced leaves that the old tree has and the new one has not. */
  readonly retired: Ref[] = [];
  /** Leaves whose keys the new tree has no more. */
  readonly removed: Ref[] = [];
  readonly #inners: InnerNodes;
  readonly #tree: StateTree;
  readonly #batch: TreeBatch;
  readonly #order: Uint32Array;
  readonly #hasher: TreeHasher;
  readonly #frames: Frame[] = [];
  readonly #rootHash: Uint32Array;
  /** Where the hash of the subtree is that `apply` gave last. */
  #source: HashSource = atRoot;

  constructor(options: {
    readonly tree: StateTree;
    readonly batch: TreeBatch;
    readonly root: Root;
  }) {
    const { tree, batch, root } = options;
    this.#tree = tree;
    this.#inners = tree.inners;
    this.#batch = batch;
    this.#order = new Uint32Array(batch.count);
    for (let entry = 0; entry < batch.count; entry++) this.#order[entry] = entry;
    this.#hasher = new TreeHasher(tree);
    this.#rootHash = new Uint32Array(root.hash.slice().buffer);
    Object.assign(this.#frame(0), { ref: root.ref, to: batch.count });
  }

  /** @yields a pause */
  *run(): Work<Root> {
    const ref = yield* this.#work(0);
    const source = this.#source;
    yield* this.#hasher.run();
    return { ref, hash: this.#hashOfRoot(ref, source) };
  }

  #hashOfRoot(ref: Ref, source: HashSource): Uint8Array {
    const words = new Uint32Array(wordsPerHash);
    if (ref !== empty) {
      const page = source === notYet ? this.#hasher.root : this.#pageOf(source);
      const at = source === notYet ? 0 : this.#placeOf(source);
      words.set(page.subarray(at, at + wordsPerHash));
    }
    return new Uint8Array(words.buffer);
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
    const leftSource = this.#source;
    this.#enterRight(level);
    frame.right = yield* this.#work(level + 1);
    frame.rightSource = this.#source;
    frame.left = left;
    frame.leftSource = leftSource;
    return this.#join(frame);
  }

  #apply(level: number): Ref {
    const frame = this.#frame(level);
    const { from, to } = frame;
    if (from === to) return this.#unchanged(frame);
    if (to - from === 1 && !isInner(frame.ref)) return this.#single(frame);
    this.#open(frame);
    this.#enterLeft(level);
    const left = this.#apply(level + 1);
    const leftSource = this.#source;
    this.#enterRight(level);
    frame.right = this.#apply(level + 1);
    frame.rightSource = this.#source;
    frame.left = left;
    frame.leftSource = leftSource;
    return this.#join(frame);
  }

  #frame(level: number): Frame {
    return (this.#frames[level] ??= new Frame());
  }

  #enterLeft(level: number): void {
    const frame = this.#frame(level);
    const child = this.#frame(level + 1);
    child.ref = frame.left;
    child.source = frame.leftSource;
    child.consumed = consumedBelow(frame, frame.left);
    child.from = frame.from;
    child.to = frame.middle;
    child.depth = frame.branch + 1;
  }

  #enterRight(level: number): void {
    const frame = this.#frame(level);
    const child = this.#frame(level + 1);
    child.ref = frame.right;
    child.source = frame.rightSource;
    child.consumed = consumedBelow(frame, frame.right);
    child.from = frame.middle;
    child.to = frame.to;
    child.depth = frame.branch + 1;
  }

  #unchanged(frame: Frame): Ref {
    if (frame.consumed > 0) return this.#trimmed(frame);
    this.#source = frame.source;
    return frame.ref;
  }

  /** Finds the level at which the entries or the subtree branch, and parts them there. */
  #open(frame: Frame): void {
    if (isInner(frame.ref)) this.#openInner(frame);
    else this.#openShallow(frame);
    this.#partition(frame);
  }

  #openInner(frame: Frame): void {
    const { ref, depth } = frame;
    const skip = this.#inners.skip(ref) - frame.consumed;
    const bits = this.#inners.bits(ref) & maskOf(skip);
    const matched = skip === 0 ? 0 : this.#matched(frame, { skip, bits });
    frame.branch = depth + matched;
    frame.isOpened = matched === skip;
    if (frame.isOpened) {
      frame.left = this.#inners.left(ref);
      frame.right = this.#inners.right(ref);
      frame.leftSource = ref;
      frame.rightSource = ref + 1;
    } else {
      putAside(frame, (bits >>> (skip - matched - 1)) & 1);
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
      this.#takePath(frame.ref);
      branch = hashes.firstDifference(first, count);
    }
    for (let at = frame.from + 1; at < frame.to && branch > frame.depth; at++) {
      branch = Math.min(branch, hashes.firstDifference(first, this.#order[at] ?? 0));
    }
    assert(branch < hashBits, "a batch names each key once");
    frame.branch = branch;
    frame.isOpened = false;
    putAside(frame, frame.ref === empty ? 0 : hashes.bit(count, branch));
  }

  /** Puts the path of a leaf into the slot behind the entries. */
  #takePath(leaf: Ref): void {
    const { leaves } = this.#tree;
    const { hashes, count } = this.#batch;
    hashes.take(count, { page: leaves.pageOf(leaf), at: leaves.hashAt(leaf) });
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
    const { hashes, count, leaves } = this.#batch;
    const entry = this.#order[frame.from] ?? 0;
    const leaf = leaves[entry] ?? empty;
    if (ref !== empty && this.#hasPath(ref, entry)) return this.#replace(frame, entry);
    this.#source = frame.source;
    if (leaf === empty) return ref;
    this.#batch.adopt(leaf, entry);
    this.#source = atEntry(entry);
    if (ref === empty) return leaf;
    this.#takePath(ref);
    frame.isOpened = false;
    frame.branch = hashes.firstDifference(entry, count);
    putAside(frame, 1 - hashes.bit(entry, frame.branch));
    if (frame.left === empty) {
      frame.left = leaf;
      frame.leftSource = atEntry(entry);
    } else {
      frame.right = leaf;
      frame.rightSource = atEntry(entry);
    }
    return this.#branchAt(frame);
  }

  #hasPath(leaf: Ref, entry: number): boolean {
    const { leaves } = this.#tree;
    return this.#batch.hashes.is(entry, { page: leaves.pageOf(leaf), at: leaves.hashAt(leaf) });
  }

  #replace(frame: Frame, entry: number): Ref {
    const { leaves, replaced, leafHashes } = this.#batch;
    const old = frame.ref;
    const leaf = leaves[entry] ?? empty;
    const { source } = frame;
    this.#source = source;
    if (leaf === empty) {
      replaced[entry] = old;
      this.removed.push(old);
      return empty;
    }
    if (leafHashes.is(entry, { page: this.#pageOf(source), at: this.#placeOf(source) })) {
      this.#tree.leaves.free(leaf);
      leaves[entry] = empty;
      return old;
    }
    replaced[entry] = old;
    this.retired.push(old);
    this.#batch.inherit(leaf, old);
    this.#source = atEntry(entry);
    return leaf;
  }

  /** The subtree above two that were updated. */
  #join(frame: Frame): Ref {
    const { ref, left, right } = frame;
    if (frame.isOpened) {
      const inners = this.#inners;
      const isSame = left === inners.left(ref) && right === inners.right(ref);
      if (isSame && frame.consumed === 0) {
        this.#source = frame.source;
        return ref;
      }
      this.retired.push(ref);
    }
    if (left !== empty && right !== empty) return this.#branchAt(frame);
    const child = left === empty ? right : left;
    this.#source = left === empty ? frame.rightSource : frame.leftSource;
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
    const created = this.#inners.create(frame.left, frame.right);
    if (skip > 0) {
      this.#inners.setPath(created, pathOf(skip, hashes.window(entry, top) >>> (32 - skip)));
    }
    this.#fill(created, frame.leftSource);
    this.#fill(created + 1, frame.rightSource);
    this.#announce(created, branch);
    if (top === depth) return created;
    putAside(Object.assign(frame, { ref: created, source: notYet }), hashes.bit(entry, top - 1));
    frame.branch = top - 1;
    return this.#branchAt(frame);
  }

  /** Brings the hash of one side of a new node along, or sees to it that it comes. */
  #fill(place: number, source: HashSource): void {
    const inners = this.#inners;
    const node = place & ~1;
    const side = place & 1;
    const child = side === 0 ? inners.left(node) : inners.right(node);
    const page = inners.pageOf(node);
    const to = inners.hashAt(node, side);
    if (child === empty) page.fill(0, to, to + wordsPerHash);
    else if (source === notYet) inners.setParent(child, place);
    else {
      const other = this.#pageOf(source);
      const from = this.#placeOf(source);
      for (let word = 0; word < wordsPerHash; word++) page[to + word] = other[from + word] ?? 0;
    }
  }

  #announce(node: Ref, branch: number): void {
    this.created.push(node);
    this.#hasher.mark(node, branch);
    this.#source = notYet;
  }

  #pageOf(source: HashSource): Uint32Array {
    if (source < 0) return this.#batch.leafHashes.words;
    return source === atRoot ? this.#rootHash : this.#inners.pageOf(source);
  }

  #placeOf(source: HashSource): number {
    if (source < 0) return (-1 - source) * wordsPerHash;
    return source === atRoot ? 0 : this.#inners.hashAt(source, source & 1);
  }

  /** The only child that is left takes over the levels above it, as far as it can. */
  #lengthened(frame: Frame, child: Ref): Ref {
    const inners = this.#inners;
    const { depth, branch } = frame;
    const added = branch - depth + 1;
    const own = inners.skip(child);
    const skip = own + added;
    if (skip > skipMax) return this.#branchAt(frame);
    const entry = this.#order[frame.from] ?? 0;
    const above = added === 1 ? 0 : this.#batch.hashes.window(entry, depth) >>> (33 - added);
    const side = frame.left === empty ? 1 : 0;
    const bits = (((above << 1) | side) << own) | inners.bits(child);
    if (this.#source !== notYet) {
      return this.#copied(child, { skip, bits, branch: branch + 1 + own });
    }
    inners.setPath(child, pathOf(skip, bits));
    return child;
  }

  /** What is left of a node whose upper skipped levels were split off. */
  #trimmed(frame: Frame): Ref {
    const { ref, consumed, depth } = frame;
    const skip = this.#inners.skip(ref) - consumed;
    const bits = this.#inners.bits(ref) & maskOf(skip);
    return this.#copied(ref, { skip, bits, branch: depth + skip });
  }

  #copied(
    node: Ref,
    path: { readonly skip: number; readonly bits: number; readonly branch: number },
  ): Ref {
    const copy = this.#inners.copy(node);
    this.#inners.setPath(copy, pathOf(path.skip, path.bits));
    this.retired.push(node);
    this.#announce(copy, path.branch);
    return copy;
  }
}

function consumedBelow(frame: Frame, child: Ref): number {
  if (frame.isOpened || !isInner(child)) return 0;
  return frame.consumed + frame.branch - frame.depth + 1;
}

function maskOf(bits: number): number {
  return (1 << bits) - 1;
}

/** The frame's whole subtree lies on one side of its branch. */
function putAside(frame: Frame, side: number): void {
  frame.left = side === 0 ? frame.ref : empty;
  frame.right = side === 0 ? empty : frame.ref;
  frame.leftSource = frame.source;
  frame.rightSource = frame.source;
}
