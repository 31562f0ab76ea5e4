/**
 * Who is measured, and how: the tree alone, the tree as whole versions, and a rival. Each has a
 * process to itself, as a node's tree has: a second tree finds memory in pieces and code that was
 * compiled for the first.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  executeHashComputations,
  HashComputationGroup,
  LeafNode,
  setHasher,
  setNodesAtDepth,
  subtreeFillToContents,
  type Node,
} from "@chainsafe/persistent-merkle-tree";
import { hasher } from "@chainsafe/persistent-merkle-tree/hasher/hashtree";
import { createPrng, finish, type Prng } from "@pyralog/chain/base";
import { sha256 } from "@pyralog/chain/crypto";
import { VersionedState, type StateWrite } from "@pyralog/chain/merkle";
import { StateTree } from "../../../chain/src/merkle/state/state-tree.ts";
import type { Root } from "../../../chain/src/merkle/state/tree-batch.ts";
import { TreeUpdate } from "../../../chain/src/merkle/state/tree-update.ts";
import { WriteBatch } from "../../../chain/src/merkle/state/write-batch.ts";
import { median } from "../measure.ts";

export const keysMiddle = 100_000;
export const batchWrites = 1000;
export const valueBytes = 100;
const batchesPerRound = 10;
/** Until all hold as many versions as they keep, and the compiler has settled. */
const warmUpRounds = 15;
const measuredRounds = 12;
const versionsMax = 100;

setFlagsFromString("--expose-gc");
export const collectGarbage: (options: { readonly type: "minor" | "major" }) => void =
  runInNewContext("gc");

/** As a balance's: a module, an address, a denomination. */
export function aKey(at: number): Uint8Array {
  const key = new Uint8Array(32);
  key.set(new TextEncoder().encode("bank/b/"));
  const view = new DataView(key.buffer);
  // Spreads addresses over the whole range, so that keys do not come in order.
  for (let word = 0; word < 5; word++) {
    view.setUint32(7 + word * 4, Math.imul(at + 1, 0x9e3779b1 + word * 2));
  }
  view.setUint32(28, at);
  return key;
}

function someIndexes(prng: Prng, count: number): readonly number[] {
  const chosen = new Set<number>();
  while (chosen.size < batchWrites) chosen.add(prng.below(count));
  return [...chosen];
}

/** CPU time of all threads, without what collecting the caller's own garbage costs. */
export function cpuMicros(work: () => void): number {
  collectGarbage({ type: "minor" });
  const before = process.cpuUsage();
  work();
  const used = process.cpuUsage(before);
  return used.user + used.system;
}

/** The tree alone: batches in, roots out, versions kept, nothing for the table. */
class TreeUnderTest {
  readonly #tree = new StateTree();
  readonly #kept: Uint32Array[] = [];
  #root: Root = { ref: 0, hash: new Uint8Array(32) };

  apply(writes: readonly StateWrite[]): void {
    const batch = new WriteBatch(this.#tree, writes);
    finish(batch.prepare());
    const update = new TreeUpdate({ tree: this.#tree, batch, root: this.#root });
    this.#root = finish(update.run());
    this.#kept.push(this.#tree.workspace.retired.refs());
    if (this.#kept.length <= versionsMax) return;
    for (const ref of this.#kept.shift() ?? []) this.#tree.recycle(ref);
  }
}

/** A whole state whose values are all in its cache, so that LevelDB's reads play no part. */
class StateUnderTest {
  readonly #state = new VersionedState({
    versionsMax,
    cacheBytesMax: 1 << 28,
    values: { get: () => undefined },
  });
  #version = 0n;

  apply(writes: readonly StateWrite[]): void {
    this.#state.commit(finish(this.#state.stage(writes, ++this.#version)));
  }
}

/** The rival: addressed by index, so that it hashes values but no keys. It keeps versions too. */
class RivalTree {
  readonly #depth = 17;
  readonly #kept: Node[] = [];
  readonly #computations = new HashComputationGroup();
  #root: Node;

  constructor(leaves: readonly Uint8Array[]) {
    setHasher(hasher);
    this.#root = subtreeFillToContents(
      leaves.map((leaf) => LeafNode.fromRoot(leaf)),
      this.#depth,
    );
    this.root();
  }

  root(): Uint8Array {
    return this.#root.root;
  }

  apply(indexes: readonly number[], values: readonly Uint8Array[]): void {
    const { byLevel } = this.#computations;
    this.#computations.reset();
    const nodes = values.map((value) => LeafNode.fromRoot(sha256(value)));
    this.#root = setNodesAtDepth(this.#root, this.#depth, [...indexes], nodes, 0, byLevel);
    executeHashComputations(byLevel);
    this.#kept.push(this.#root);
    if (this.#kept.length > versionsMax) this.#kept.shift();
  }
}

interface Contender {
  /** Prepares a round, and gives what is measured of it. */
  round(batches: readonly (readonly number[])[]): () => void;
}

const pool = createPrng(3);

/** Keys and values as a block's writes come: new, and next to each other in memory. */
export function someWrites(indexes: readonly number[]): readonly Required<StateWrite>[] {
  const slab = new Uint8Array(indexes.length * valueBytes);
  for (let at = 0; at < slab.length; at += 8) slab[at] = pool.below(256);
  return indexes.map((index, at) => ({
    key: aKey(index),
    value: slab.subarray(at * valueBytes, (at + 1) * valueBytes),
  }));
}

function ours(create: () => { apply(writes: readonly StateWrite[]): void }): Contender {
  const state = create();
  for (let from = 0; from < keysMiddle; from += 10_000) {
    state.apply(someWrites(Array.from({ length: 10_000 }, (_, at) => from + at)));
  }
  return {
    round(batches) {
      const writes = batches.map(someWrites);
      return () => {
        for (const batch of writes) state.apply(batch);
      };
    },
  };
}

function theirs(): Contender {
  const tree = new RivalTree(Array.from({ length: keysMiddle }, () => pool.bytes(32)));
  return {
    round(batches) {
      const sorted = batches.map((batch) => batch.toSorted((one, other) => one - other));
      const values = batches.map((batch) => someWrites(batch).map(({ value }) => value));
      return () => {
        for (const [at, batch] of sorted.entries()) tree.apply(batch, values[at] ?? []);
      };
    },
  };
}

/** Updates per CPU-second: each contender alone in memory, so that none collects for another. */
function rateOf(contender: Contender): number {
  const prng = createPrng(11);
  const found = Array.from({ length: warmUpRounds + measuredRounds }, () => {
    const batches = Array.from({ length: batchesPerRound }, () => someIndexes(prng, keysMiddle));
    const work = contender.round(batches);
    return (batchesPerRound * batchWrites * 1e6) / cpuMicros(work);
  });
  return median(found.slice(warmUpRounds));
}

const contenders = {
  tree: () => rateOf(ours(() => new TreeUnderTest())),
  whole: () => rateOf(ours(() => new StateUnderTest())),
  rival: () => rateOf(theirs()),
} as const;

export type ContenderName = keyof typeof contenders;

function isContender(name: string): name is ContenderName {
  return Object.hasOwn(contenders, name);
}

/** Updates per CPU-second of this process. */
export function measureContender(name: string): number {
  if (!isContender(name)) throw new RangeError(`nobody is called ${name}`);
  return contenders[name]();
}
