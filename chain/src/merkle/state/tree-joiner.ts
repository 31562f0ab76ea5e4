/**
 * The way up of an update: makes a node above two sides that have changed, or lets the only side
 * that is left take over the levels above it. Paths are spelled by the entries of the batch.
 */
import type { Frames } from "./frames.ts";
import type { FreshNodes } from "./fresh-nodes.ts";
import {
  atFresh,
  atRoot,
  atSettled,
  atSide,
  HashSources,
  indexOf,
  isFresh,
  type HashSource,
} from "./hash-source.ts";
import { bitsOf, pathOf, skipMax, skipOf } from "./inner-nodes.ts";
import type { InnerNodes } from "./inner-nodes.ts";
import { empty, isInner, wordsPerHash, type Ref } from "./refs.ts";
import type { StateTree } from "./state-tree.ts";
import type { Root, TreeBatch } from "./tree-batch.ts";
import type { Workspace } from "./workspace.ts";

const noNode = -1;

export class TreeJoiner {
  /** The entries, parted by their paths. */
  readonly order: Uint32Array;
  /** Where the hash of the subtree is that was made last. */
  source: HashSource = atRoot;
  readonly #workspace: Workspace;
  readonly #inners: InnerNodes;
  readonly #fresh: FreshNodes;
  readonly #frames: Frames;
  readonly #batch: TreeBatch;
  readonly sources: HashSources;

  constructor(options: {
    readonly tree: StateTree;
    readonly batch: TreeBatch;
    readonly root: Root;
  }) {
    const { tree, batch } = options;
    this.#workspace = tree.workspace;
    this.#inners = tree.inners;
    this.#fresh = tree.workspace.fresh;
    this.#frames = tree.workspace.frames;
    this.#batch = batch;
    this.order = tree.workspace.orderFor(batch.count);
    const { fresh, settled } = tree.workspace;
    const root = new Uint32Array(options.root.hash.slice().buffer);
    const lists = { fresh, settled, leaves: batch.leafHashes };
    this.sources = new HashSources({ ...lists, inners: tree.inners, root });
  }

  /** What a subtree has become goes to the frame above. */
  pass(frame: number, ref: Ref): void {
    const frames = this.#frames;
    const parent = frames.parent[frame] ?? 0;
    const isSame = ref === frames.ref[frame] && frames.consumed[frame] === 0;
    if (!isSame) frames.isChanged[parent >> 1] = 1;
    this.setSide(parent, ref);
  }

  /** The place is a frame times two plus the side. The hash is at the present source. */
  setSide(place: number, ref: Ref): void {
    this.#frames.side[place] = ref;
    this.#frames.sideSource[place] = this.source;
  }

  /** The frame's whole subtree lies on one side of its branch. */
  putAside(frame: number, side: number): void {
    const frames = this.#frames;
    this.source = frames.source[frame] ?? atRoot;
    frames.isOpened[frame] = 0;
    this.setSide(frame * 2 + side, frames.ref[frame] ?? empty);
    this.setSide(frame * 2 + 1 - side, empty);
  }

  /** Computes the hashes of all new nodes so far; that of the subtree made last is kept. */
  settle(): void {
    if (!isFresh(this.source)) return;
    this.#fresh.settle(this.sources);
    const at = this.sources.placeOf(this.source);
    const hash = this.#fresh.hashes.subarray(at, at + wordsPerHash);
    this.source = atSettled(this.#workspace.settled.add(hash));
  }

  /** The subtree above two that were updated. */
  join(frame: number): Ref {
    const frames = this.#frames;
    const ref = frames.ref[frame] ?? empty;
    if (frames.isOpened[frame] === 1) {
      if (this.#isUntouched(frame)) return ref;
      this.#workspace.retired.add(ref);
    }
    const isWhole = frames.isOpened[frame] === 1 && frames.consumed[frame] === 0;
    const left = frames.side[frame * 2] ?? empty;
    const right = frames.side[frame * 2 + 1] ?? empty;
    if (left === empty) return this.#onlySide(frame, 1);
    if (right === empty) return this.#onlySide(frame, 0);
    return isWhole ? this.#replaced(frame) : this.branchAt(frame);
  }

  /** The other side is empty: a leaf rises as it is, and nothing stays nothing. */
  #onlySide(frame: number, side: number): Ref {
    const child = this.#frames.side[frame * 2 + side] ?? empty;
    this.source = this.#frames.sideSource[frame * 2 + side] ?? atRoot;
    return isInner(child) ? this.#lengthened(frame, side) : child;
  }

  /** Nothing was done to the frame's subtree, so it is what it was, where it was. */
  #isUntouched(frame: number): boolean {
    const frames = this.#frames;
    if (frames.isChanged[frame] !== 0 || frames.consumed[frame] !== 0) return false;
    this.source = frames.source[frame] ?? atRoot;
    return true;
  }

  /**
   * A node that branches into the frame's two sides, under the levels from the frame's depth. Where
   * they are more than one node can skip, a chain of nodes with one side each leads down to it.
   */
  branchAt(frame: number): Ref {
    const frames = this.#frames;
    const { hashes } = this.#batch;
    const depth = frames.depth[frame] ?? 0;
    const branch = frames.branch[frame] ?? 0;
    const entry = this.#entryOf(frame);
    const skip = Math.min(skipMax, branch - depth);
    const top = branch - skip;
    const bits = skip === 0 ? 0 : hashes.window(entry, top) >>> (32 - skip);
    const node = this.#fresh.create(pathOf(skip, bits));
    this.#takeSides(node, frame);
    const ref = this.#announce(node, branch);
    if (top === depth) return ref;
    const side = hashes.bit(entry, top - 1);
    this.setSide(frame * 2 + side, ref);
    this.setSide(frame * 2 + 1 - side, empty);
    frames.branch[frame] = top - 1;
    return this.branchAt(frame);
  }

  /** A node like the frame's own, whose sides have changed. */
  #replaced(frame: number): Ref {
    const node = this.#fresh.create(this.#frames.path[frame] ?? 0);
    this.#takeSides(node, frame);
    return this.#announce(node, this.#frames.branch[frame] ?? 0);
  }

  #takeSides(node: number, frame: number): void {
    const { side: sides, sideSource } = this.#frames;
    for (let side = 0; side < 2; side++) {
      this.#fresh.setChild(node * 2 + side, sides[frame * 2 + side] ?? empty);
      this.#fresh.setSource(node * 2 + side, sideSource[frame * 2 + side] ?? atRoot);
    }
  }

  /** What is left of a node whose upper skipped levels were split off. */
  trimmed(ref: Ref, place: { readonly consumed: number; readonly depth: number }): Ref {
    const path = this.#inners.path(ref);
    const skip = skipOf(path) - place.consumed;
    const bits = bitsOf(path) & ((1 << skip) - 1);
    return this.#copied(ref, { path: pathOf(skip, bits), branch: place.depth + skip });
  }

  /** An entry whose path leads through the frame. */
  #entryOf(frame: number): number {
    return this.order[this.#frames.bounds[frame * 3] ?? 0] ?? 0;
  }

  /** A new node has all that it needs but its hash. */
  #announce(node: number, branch: number): Ref {
    const ref = this.#fresh.ref(node);
    this.#workspace.created.add(ref);
    this.#fresh.mark(node, branch);
    this.source = atFresh(node);
    return ref;
  }

  /** The only child that is left takes over the levels above it, as far as it can. */
  #lengthened(frame: number, side: number): Ref {
    const frames = this.#frames;
    const depth = frames.depth[frame] ?? 0;
    const branch = frames.branch[frame] ?? 0;
    const child = frames.side[frame * 2 + side] ?? empty;
    const node = isFresh(this.source) ? indexOf(this.source) : noNode;
    const path = node === noNode ? this.#inners.path(child) : this.#fresh.path(node);
    const added = branch - depth + 1;
    const skip = skipOf(path) + added;
    if (skip > skipMax) return this.branchAt(frame);
    const entry = this.#entryOf(frame);
    const above = added === 1 ? 0 : this.#batch.hashes.window(entry, depth) >>> (33 - added);
    const longer = pathOf(skip, (((above << 1) | side) << skipOf(path)) | bitsOf(path));
    if (node === noNode) {
      return this.#copied(child, { path: longer, branch: branch + 1 + skipOf(path) });
    }
    this.#fresh.setPath(node, longer);
    return child;
  }

  #copied(ref: Ref, place: { readonly path: number; readonly branch: number }): Ref {
    const inners = this.#inners;
    const node = this.#fresh.create(place.path);
    this.#fresh.setChild(node * 2, inners.left(ref));
    this.#fresh.setChild(node * 2 + 1, inners.right(ref));
    this.#fresh.setSource(node * 2, atSide(ref, 0));
    this.#fresh.setSource(node * 2 + 1, atSide(ref, 1));
    this.#workspace.retired.add(ref);
    return this.#announce(node, place.branch);
  }
}
