/**
 * What the state tree costs. The sketch: an update hashes key, value and leaf (0.3 µs each), makes
 * about 7 nodes of 76 bytes out of old ones in cold memory (0.4 µs each), and hashes them in
 * batches (0.05 µs each); a whole version adds a table record, a checksum and an undo entry (1.5
 * µs). So 200,000 updates a CPU-second, and 150,000 in whole versions. A key costs a leaf and an
 * inner node (120 bytes), its record and place in the index (20) and its own bytes.
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { compareBytes, finish, type Work } from "@pyralog/chain/base";
import { StateLoader, VersionedState, type StateWrite } from "@pyralog/chain/merkle";
import { median, type Figure } from "./measure.ts";
import {
  aKey,
  batchWrites,
  collectGarbage,
  cpuMicros,
  keysMiddle,
  someWrites,
  valueBytes,
  type ContenderName,
} from "./state/contenders.ts";

type Report = (figure: Figure) => void;

const keysSmall = 10_000;
const keysLarge = 1_000_000;
/** What IAVL 1.2.2 reaches at best, with the same keys and batches (reference, measured). */
const iavlUpdates = 8937;

export async function run(report: Report): Promise<void> {
  reportUpdates(report);
  // Before a million keys make the collector's own turns long.
  reportPauses(report);
  for (const keys of [keysSmall, keysMiddle, keysLarge]) reportMemory(report, keys);
  reportLoading(report);
  await Promise.resolve();
}

function someKeys(count: number): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, at) => aKey(at));
}

const contenderEntry = fileURLToPath(new URL("state/contender-process.ts", import.meta.url));

function rateOf(name: ContenderName): number {
  return Number(execFileSync(process.execPath, [contenderEntry, name], { encoding: "utf8" }));
}

function reportUpdates(report: Report): void {
  // In turns, because a shared machine is faster now and slower then.
  const turns = Array.from({ length: 7 }, () => ({
    tree: rateOf("tree"),
    rival: rateOf("rival"),
    whole: rateOf("whole"),
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
  const longestMs: number[] = [];
  for (let version = 1n; version <= 9n; version++) {
    const value = new Uint8Array(valueBytes).fill(Number(version));
    const writes = keys.map((key) => ({ key, value }));
    const staged = longestTurn(state.stage(writes, version));
    longestMs.push(staged.longestMs);
    state.commit(staged.value);
  }
  report({
    figure: `longest turn of a version of ${keysMiddle} writes`,
    value: median(longestMs),
    unit: "ms CPU",
    compared: "bound 20",
  });
  report({
    figure: `the longest of ${longestMs.length} such versions`,
    value: Math.max(...longestMs),
    unit: "ms CPU",
    compared: "one major collection of the whole process included",
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
