/**
 * Applies a batch of puts and deletions to a tree. Nodes on the way are copied, never changed, so
 * that the tree before stays readable under its own root. The batch is split by the bits of its
 * hashed keys as it goes down, so that each node is visited once, whatever the order of the batch.
 * Parts of a thousand entries are taken down level by level, because the nodes of one level can be
 * fetched from memory together, and then joined upwards in the opposite order.
 */
import { assert, type Work } from "#base";
import type { Frames } from "./frames.ts";
import { atEntry, atRoot, atSide } from "./hash-source.ts";
import { bitsOf, leftAt, nodeWords, pathAt, pathOf, rightAt, skipOf } from "./inner-nodes.ts";
import { hashBits } from "./key-hashes.ts";
import { empty, isInner, wordsPerHash, type Ref } from "./refs.ts";
import type { StateTree } from "./state-tree.ts";
import type { Root, TreeBatch } from "./tree-batch.ts";
import { TreeJoiner } from "./tree-joiner.ts";

/** Entries that are applied together: what they touch should fit into the near caches. */
const entriesPerPart = 128;
/** Entries between two pauses. */
const entriesPerPause = 1024;

const noFrame = -1;
/** In place of the level at which a frame branches. */
const isDone = -1;

export class TreeUpdate {
  readonly #tree: StateTree;
  readonly #frames: Frames;
  readonly #batch: TreeBatch;
  readonly #root: Root;
  readonly #joiner: TreeJoiner;
  readonly #order: Uint32Array;
  /** The part that is being updated: its first frame, and what has become of it. */
  #first = 0;
  #result: Ref = empty;
  #sincePause = 0;

  constructor(options: {
    readonly tree: StateTree;
    readonly batch: TreeBatch;
    readonly root: Root;
  }) {
    this.#tree = options.tree;
    this.#tree.workspace.clear();
    this.#frames = options.tree.workspace.frames;
    this.#batch = options.batch;
    this.#root = options.root;
    this.#joiner = new TreeJoiner(options);
    this.#order = this.#joiner.order;
  }

  /**
   * Gives the new tree. What it has and the old one has not, and the other way round, is in the
   * workspace until the next update begins.
   * @yields a pause
   */
  *run(): Work<Root> {
    if (this.#batch.count === 0) return this.#root;
    const first = this.#addFrame(0, 0);
    this.#frames.ref[first] = this.#root.ref;
    this.#frames.source[first] = atRoot;
    this.#frames.bounds[first * 3 + 2] = this.#batch.count;
    this.#frames.bounds[first * 3] = 0;
    const ref = yield* this.#work(first);
    return { ref, hash: this.#hashOf(ref) };
  }

  #hashOf(ref: Ref): Uint8Array {
    const hash = new Uint32Array(wordsPerHash);
    if (ref !== empty) {
      const { source, sources } = this.#joiner;
      const at = sources.placeOf(source);
      hash.set(sources.pageOf(source).subarray(at, at + wordsPerHash));
    }
    return new Uint8Array(hash.buffer);
  }

  #addFrame(parent: number, depth: number): number {
    const frames = this.#frames;
    const frame = frames.add();
    frames.parent[frame] = parent;
    frames.depth[frame] = depth;
    frames.consumed[frame] = 0;
    frames.isChanged[frame] = 0;
    return frame;
  }

  /**
   * Updates the subtree of the last frame, in parts that are small enough.
   * @yields a pause
   */
  *#work(frame: number): Work<Ref> {
    const { bounds } = this.#frames;
    const entries = (bounds[frame * 3 + 2] ?? 0) - (bounds[frame * 3] ?? 0);
    if (entries <= entriesPerPart) {
      const updated = this.#apply(frame);
      this.#sincePause += entries;
      if (this.#sincePause >= entriesPerPause) {
        this.#sincePause = 0;
        yield;
      }
      return updated;
    }
    this.#fetch(frame, frame + 1);
    this.#open(frame);
    if (entries > entriesPerPause) yield;
    for (const side of [0, 1]) {
      const child = this.#enter(frame, side);
      if (child === noFrame) continue;
      const updated = yield* this.#work(child);
      this.#joiner.pass(child, updated);
      this.#frames.count = child;
    }
    const updated = this.#joiner.join(frame);
    this.#joiner.settle();
    return updated;
  }

  /** Updates the subtree of the last frame: down level by level, and up again. */
  #apply(first: number): Ref {
    const frames = this.#frames;
    this.#first = first;
    let [from, to] = [first, first + 1];
    while (from < to) {
      this.#fetch(from, to);
      for (let frame = from; frame < to; frame++) this.#visit(frame);
      [from, to] = [to, frames.count];
    }
    for (let frame = frames.count - 1; frame >= first; frame--) {
      if (frames.branch[frame] !== isDone) this.#give(frame, this.#joiner.join(frame));
    }
    return this.#result;
  }

  /** What a subtree has become goes to the frame above, or is the result of the part. */
  #give(frame: number, ref: Ref): void {
    if (frame !== this.#first) {
      this.#joiner.pass(frame, ref);
      return;
    }
    this.#result = ref;
    this.#joiner.settle();
  }

  /**
   * Reads what the frames refer to. Doing nothing else, it lets the processor wait for many cold
   * places at once; whoever comes next finds them warm.
   */
  #fetch(from: number, to: number): void {
    const frames = this.#frames;
    const { inners, leaves } = this.#tree;
    let warmed = 0;
    for (let frame = from; frame < to; frame++) {
      const ref = frames.ref[frame] ?? empty;
      if (isInner(ref)) {
        const page = inners.pageOf(ref);
        const base = inners.baseOf(ref);
        frames.side[frame * 2] = page[base + leftAt] ?? empty;
        frames.side[frame * 2 + 1] = page[base + rightAt] ?? empty;
        frames.path[frame] = page[base + pathAt] ?? 0;
        warmed ^= page[base + nodeWords - 1] ?? 0;
      } else if (ref !== empty) {
        warmed ^= leaves.pageOf(ref)[leaves.hashAt(ref)] ?? 0;
      }
    }
    frames.warmed = warmed;
  }

  #visit(frame: number): void {
    const { bounds, ref, branch } = this.#frames;
    const isAlone = (bounds[frame * 3 + 2] ?? 0) - (bounds[frame * 3] ?? 0) === 1;
    if (isAlone && !isInner(ref[frame] ?? empty)) {
      const updated = this.#single(frame);
      branch[frame] = isDone;
      this.#give(frame, updated);
      return;
    }
    if (isAlone && this.#follow(frame)) return;
    this.#open(frame);
    this.#enter(frame, 0);
    this.#enter(frame, 1);
  }

  /** The common case: a lone entry goes on through an inner node, if that lies on its path. */
  #follow(frame: number): boolean {
    const { bounds, path, depth, branch, isOpened, consumed } = this.#frames;
    const { hashes } = this.#batch;
    const from = bounds[frame * 3] ?? 0;
    const entry = this.#order[from] ?? 0;
    const top = depth[frame] ?? 0;
    const word = path[frame] ?? 0;
    const skip = skipOf(word);
    if (consumed[frame] !== 0) return false;
    if (skip > 0 && hashes.window(entry, top) >>> (32 - skip) !== bitsOf(word)) return false;
    const side = hashes.bit(entry, top + skip);
    branch[frame] = top + skip;
    isOpened[frame] = 1;
    bounds[frame * 3 + 1] = side === 0 ? from + 1 : from;
    this.#setSources(frame);
    this.#enter(frame, side);
    return true;
  }

  /** Both sides of an opened node are still where they were. */
  #setSources(frame: number): void {
    const { ref, sideSource } = this.#frames;
    sideSource[frame * 2] = atSide(ref[frame] ?? empty, 0);
    sideSource[frame * 2 + 1] = atSide(ref[frame] ?? empty, 1);
  }

  /** A frame for one side, if any entries go there. */
  #enter(frame: number, side: number): number {
    const frames = this.#frames;
    const from = frames.bounds[frame * 3 + side] ?? 0;
    const to = frames.bounds[frame * 3 + side + 1] ?? 0;
    const ref = frames.side[frame * 2 + side] ?? empty;
    const depth = (frames.branch[frame] ?? 0) + 1;
    const consumed = this.#consumedBelow(frame, ref);
    if (from === to) {
      if (consumed > 0) {
        this.#joiner.setSide(frame * 2 + side, this.#joiner.trimmed(ref, { consumed, depth }));
      }
      return noFrame;
    }
    const source = frames.sideSource[frame * 2 + side] ?? atRoot;
    const child = this.#addFrame(frame * 2 + side, depth);
    frames.ref[child] = ref;
    frames.source[child] = source;
    frames.consumed[child] = consumed;
    frames.bounds[child * 3] = from;
    frames.bounds[child * 3 + 2] = to;
    return child;
  }

  /** An inner node that branches below the frame loses the levels down to there. */
  #consumedBelow(frame: number, child: Ref): number {
    const { isOpened, consumed, branch, depth } = this.#frames;
    if (isOpened[frame] === 1 || !isInner(child)) return 0;
    return (consumed[frame] ?? 0) + (branch[frame] ?? 0) - (depth[frame] ?? 0) + 1;
  }

  /** Finds the level at which the entries or the subtree branch, and parts them there. */
  #open(frame: number): void {
    if (isInner(this.#frames.ref[frame] ?? empty)) this.#openInner(frame);
    else this.#openShallow(frame);
    this.#partition(frame);
  }

  #openInner(frame: number): void {
    const frames = this.#frames;
    const path = frames.path[frame] ?? 0;
    const skip = skipOf(path) - (frames.consumed[frame] ?? 0);
    const bits = bitsOf(path) & ((1 << skip) - 1);
    const matched = skip === 0 ? 0 : this.#matched(frame, pathOf(skip, bits));
    frames.branch[frame] = (frames.depth[frame] ?? 0) + matched;
    if (matched < skip) {
      this.#joiner.putAside(frame, (bits >>> (skip - matched - 1)) & 1);
      return;
    }
    frames.isOpened[frame] = 1;
    this.#setSources(frame);
  }

  /** How many of a node's skipped levels all entries follow. */
  #matched(frame: number, path: number): number {
    const { bounds, depth } = this.#frames;
    const { hashes } = this.#batch;
    const [skip, bits, top] = [skipOf(path), bitsOf(path), depth[frame] ?? 0];
    const to = bounds[frame * 3 + 2] ?? 0;
    let matched = skip;
    for (let at = bounds[frame * 3] ?? 0; at < to && matched > 0; at++) {
      const window = hashes.window(this.#order[at] ?? 0, top);
      const difference = (window >>> (32 - skip)) ^ bits;
      if (difference !== 0) matched = Math.min(matched, skip - 32 + Math.clz32(difference));
    }
    return matched;
  }

  /** Opens a leaf or nothing: where the first of its keys parts from the others. */
  #openShallow(frame: number): void {
    const { bounds, depth, branch, ref } = this.#frames;
    const { hashes, count } = this.#batch;
    const leaf = ref[frame] ?? empty;
    const from = bounds[frame * 3] ?? 0;
    const to = bounds[frame * 3 + 2] ?? 0;
    const first = this.#order[from] ?? 0;
    let parting = hashBits;
    if (leaf !== empty) {
      this.#takePath(leaf);
      parting = hashes.firstDifference(first, count);
    }
    for (let at = from + 1; at < to && parting > (depth[frame] ?? 0); at++) {
      parting = Math.min(parting, hashes.firstDifference(first, this.#order[at] ?? 0));
    }
    assert(parting < hashBits, "a batch names each key once");
    branch[frame] = parting;
    this.#joiner.putAside(frame, leaf === empty ? 0 : hashes.bit(count, parting));
  }

  /** Puts the path of a leaf into the slot behind the entries. */
  #takePath(leaf: Ref): void {
    const { leaves } = this.#tree;
    const { hashes, count } = this.#batch;
    hashes.take(count, { page: leaves.pageOf(leaf), at: leaves.hashAt(leaf) });
  }

  /** Puts the entries whose path goes left at the branch before those that go right. */
  #partition(frame: number): void {
    const { bounds, branch } = this.#frames;
    const { hashes } = this.#batch;
    const order = this.#order;
    const depth = branch[frame] ?? 0;
    let [low, high] = [bounds[frame * 3] ?? 0, bounds[frame * 3 + 2] ?? 0];
    while (low < high) {
      const entry = order[low] ?? 0;
      if (hashes.bit(entry, depth) === 0) {
        low++;
        continue;
      }
      high--;
      order[low] = order[high] ?? 0;
      order[high] = entry;
    }
    bounds[frame * 3 + 1] = low;
  }

  /** One entry meets a leaf or nothing. */
  #single(frame: number): Ref {
    const frames = this.#frames;
    const joiner = this.#joiner;
    const { hashes, count, leaves } = this.#batch;
    const ref = frames.ref[frame] ?? empty;
    const entry = this.#order[frames.bounds[frame * 3] ?? 0] ?? 0;
    const leaf = leaves[entry] ?? empty;
    joiner.source = frames.source[frame] ?? atRoot;
    if (ref !== empty && this.#hasPath(ref, entry)) return this.#replace(ref, entry);
    if (leaf === empty) return ref;
    this.#batch.adopt(leaf, entry);
    joiner.source = atEntry(entry);
    if (ref === empty) return leaf;
    this.#takePath(ref);
    const branch = hashes.firstDifference(entry, count);
    const side = hashes.bit(entry, branch);
    frames.branch[frame] = branch;
    joiner.putAside(frame, 1 - side);
    joiner.source = atEntry(entry);
    joiner.setSide(frame * 2 + side, leaf);
    return joiner.branchAt(frame);
  }

  #hasPath(leaf: Ref, entry: number): boolean {
    const { leaves } = this.#tree;
    return this.#batch.hashes.is(entry, { page: leaves.pageOf(leaf), at: leaves.hashAt(leaf) });
  }

  /** An entry meets the leaf of its own key, whose hash is at the present source. */
  #replace(old: Ref, entry: number): Ref {
    const joiner = this.#joiner;
    const { leaves, replaced, leafHashes } = this.#batch;
    const leaf = leaves[entry] ?? empty;
    if (leaf === empty) {
      replaced[entry] = old;
      this.#tree.workspace.removed.add(old);
      return empty;
    }
    const { source, sources } = joiner;
    if (leafHashes.is(entry, { page: sources.pageOf(source), at: sources.placeOf(source) })) {
      this.#tree.leaves.free(leaf);
      leaves[entry] = empty;
      return old;
    }
    replaced[entry] = old;
    this.#tree.workspace.retired.add(old);
    this.#batch.inherit(leaf, old);
    joiner.source = atEntry(entry);
    return leaf;
  }
}
