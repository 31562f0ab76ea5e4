/**
 * What the state tree costs. The sketch: an update hashes key, value and leaf (0.3 µs each), makes
 * about 7 nodes of 76 bytes out of old ones in cold memory (0.4 µs each), and hashes them in
 * batches (0.05 µs each); a whole version adds a table record, a checksum and an undo entry (1.5
 * µs). So 200,000 updates a CPU-second, and 150,000 in whole versions. A key costs a leaf and an
 * inner node (120 bytes), its record and place in the index (20) and its own bytes.
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
import { compareBytes, createPrng, finish, type Prng, type Work } from "@pyralog/chain/base";
import { sha256 } from "@pyralog/chain/crypto";
import { StateLoader, VersionedState, type StateWrite } from "@pyralog/chain/merkle";
import { StateTree } from "../../chain/src/merkle/state/state-tree.ts";
import type { Root } from "../../chain/src/merkle/state/tree-batch.ts";
import { TreeUpdate } from "../../chain/src/merkle/state/tree-update.ts";
import { WriteBatch } from "../../chain/src/merkle/state/write-batch.ts";
import { median, type Figure } from "./measure.ts";

type Report = (figure: Figure) => void;

const keysSmall = 10_000;
const keysMiddle = 100_000;
const keysLarge = 1_000_000;
const batchWrites = 1000;
const valueBytes = 100;
const batchesPerRound = 10;
/** Until all hold as many versions as they keep, and the compiler has settled. */
const warmUpRounds = 15;
const measuredRounds = 12;
const versionsMax = 100;
/** What IAVL 1.2.2 reaches at best, with the same keys and batches (reference, measured). */
const iavlUpdates = 8937;

setFlagsFromString("--expose-gc");
const collectGarbage: (options: { readonly type: "minor" | "major" }) => void =
  runInNewContext("gc");

export async function run(report: Report): Promise<void> {
  // First, while memory is as a process finds it: a million keys leave it in pieces.
  reportUpdates(report);
  for (const keys of [keysSmall, keysMiddle, keysLarge]) reportMemory(report, keys);
  reportPauses(report);
  reportLoading(report);
  await Promise.resolve();
}

/** As a balance's: a module, an address, a denomination. */
function aKey(at: number): Uint8Array {
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

function someKeys(count: number): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, at) => aKey(at));
}

function someIndexes(prng: Prng, count: number): readonly number[] {
  const chosen = new Set<number>();
  while (chosen.size < batchWrites) chosen.add(prng.below(count));
  return [...chosen];
}

/** CPU time of all threads, without what collecting the caller's own garbage costs. */
function cpuMicros(work: () => void): number {
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
function someWrites(indexes: readonly number[]): readonly Required<StateWrite>[] {
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

function reportUpdates(report: Report): void {
  // In turns, because a shared machine is faster now and slower then.
  const turns = Array.from({ length: 5 }, () => ({
    tree: rateOf(ours(() => new TreeUnderTest())),
    rival: rateOf(theirs()),
    whole: rateOf(ours(() => new StateUnderTest())),
  }));
  const unit = "per CPU-second";
  const tree = median(turns.map((turn) => turn.tree));
  report({
    figure: `updates with root, ${keysMiddle} keys, ${batchWrites} a batch`,
    value: tree,
    unit,
    compared: "keys and values hashed, versions kept",
  });
  report({
    figure: "the same as whole versions",
    value: median(turns.map((turn) => turn.whole)),
    unit,
    compared: "with undo records, checksums and the table's batch",
  });
  report({
    figure: "@chainsafe/persistent-merkle-tree",
    value: median(turns.map((turn) => turn.rival)),
    unit,
    compared: "the same values, by index: no keys; as many versions kept",
  });
  report({
    figure: "times persistent-merkle-tree",
    value: median(turns.map((turn) => turn.tree / turn.rival)),
    unit: "×",
    compared: "target ≥ 0.8",
  });
  report({
    figure: "times persistent-merkle-tree, whole versions",
    value: median(turns.map((turn) => turn.whole / turn.rival)),
    unit: "×",
  });
  report({
    figure: "times IAVL 1.2.2 at its best",
    value: tree / iavlUpdates,
    unit: "×",
    compared: "target ≥ 10",
  });
}

function reportMemory(report: Report, count: number): void {
  const before = memoryBytes();
  const state = new VersionedState({
    versionsMax: 1,
    cacheBytesMax: 0,
    values: { get: () => undefined },
  });
  const value = new Uint8Array(100).fill(1);
  let version = 0n;
  for (let from = 0; from < count; from += 10_000) {
    const writes = Array.from({ length: 10_000 }, (_, at) => ({ key: aKey(from + at), value }));
    state.commit(finish(state.stage(writes, ++version)));
  }
  finish(state.stage([], ++version));
  const { nodeBytes, keyBytes } = state.usage;
  const held = memoryBytes() - before;
  report({
    figure: `memory, ${count} keys of 32 bytes`,
    value: held / count,
    unit: "bytes per key",
    compared: `tree ${Math.round(nodeBytes / count)}, keys ${Math.round(keyBytes / count)}`,
  });
}

function memoryBytes(): number {
  for (let round = 0; round < 3; round++) collectGarbage({ type: "major" });
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Runs work and gives the CPU time of its longest turn on this thread, in milliseconds. */
function longestTurn<Value>(work: Work<Value>): {
  readonly value: Value;
  readonly longestMs: number;
} {
  let longest = 0;
  for (;;) {
    const before = process.threadCpuUsage();
    const turn = work.next();
    const used = process.threadCpuUsage(before);
    longest = Math.max(longest, used.user + used.system);
    if (turn.done === true) return { value: turn.value, longestMs: longest / 1000 };
  }
}

function reportPauses(report: Report): void {
  const keys = someKeys(keysMiddle);
  const state = new VersionedState({
    versionsMax: 2,
    cacheBytesMax: 1 << 28,
    values: { get: () => undefined },
  });
  let longestMs = 0;
  for (let version = 1n; version <= 5n; version++) {
    const value = new Uint8Array(100).fill(Number(version));
    const staged = longestTurn(
      state.stage(
        keys.map((key) => ({ key, value })),
        version,
      ),
    );
    longestMs = Math.max(longestMs, staged.longestMs);
    state.commit(staged.value);
  }
  report({
    figure: `longest turn of versions of ${keysMiddle} writes`,
    value: longestMs,
    unit: "ms CPU",
    compared: "bound 20",
  });
}

/** A table in one piece of memory, so that its million entries are no million objects. */
class PackedTable {
  readonly #bytes: Uint8Array;
  /** Where each key begins, where its record does, and where that ends. */
  readonly #bounds: Uint32Array;
  readonly #small = new Map<string, Uint8Array>();

  constructor(batch: readonly StateWrite[]) {
    const sorted = batch.toSorted((one, other) => compareBytes(one.key, other.key));
    this.#bounds = new Uint32Array(sorted.length * 2 + 1);
    this.#bytes = new Uint8Array(
      sorted.reduce((total, { key, value }) => total + key.length + (value?.length ?? 0), 0),
    );
    let at = 0;
    for (const [index, { key, value = new Uint8Array(0) }] of sorted.entries()) {
      this.#bytes.set(key, at);
      this.#bytes.set(value, at + key.length);
      this.#bounds.set([at, at + key.length], index * 2);
      at += key.length + value.length;
      if (value.length < valueBytes) this.#small.set(key.join(), value);
    }
    this.#bounds[sorted.length * 2] = at;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#small.get(key.join());
  }

  feed(loader: StateLoader): void {
    for (let at = 0; at + 2 < this.#bounds.length; at += 2) {
      const [start = 0, middle = 0, end = 0] = this.#bounds.subarray(at, at + 3);
      loader.add(this.#bytes.subarray(start, middle), this.#bytes.subarray(middle, end));
    }
  }
}

function aTable(): PackedTable {
  const state = new VersionedState({ cacheBytesMax: 0, values: { get: () => undefined } });
  const writes = someWrites(Array.from({ length: keysLarge }, (_, at) => at));
  return new PackedTable(finish(state.stage(writes, 1n)).batch);
}

function reportLoading(report: Report): void {
  const table = aTable();
  const loader = new StateLoader({ values: table });
  let longestMs = 0;
  const used = cpuMicros(() => {
    table.feed(loader);
    const loaded = longestTurn(loader.finish());
    if (loaded.value.kind === "refused") throw loaded.value.error;
    longestMs = loaded.longestMs;
  });
  report({ figure: `loading ${keysLarge} keys`, value: used / 1e6, unit: "s CPU" });
  report({ figure: "longest turn of loading", value: longestMs, unit: "ms", compared: "bound 20" });
}
