/** What the state is, said as simply as possible: maps, and a recursion over all live pairs. */
import { createHash } from "node:crypto";
import {
  bytesFromHex,
  bytesFromText,
  compareBytes,
  concatBytes,
  finish,
  hexFromBytes,
  textFromBytes,
  type Prng,
} from "@pyralog/chain/base";
import {
  StateLoader,
  VersionedState,
  type KeyScan,
  type StagedState,
  type StateWrite,
} from "@pyralog/chain/merkle";
import { tableKeyFromBytes } from "../../src/merkle/state/table-records.ts";

export type Pair = readonly [Uint8Array, Uint8Array];

export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(createHash("sha256").update(concatBytes(parts)).digest());
}

const tag = sha256(bytesFromText("pyralog.state.leaf.v1"));

export interface PlacedLeaf {
  /** 32 bytes: its path through the tree. */
  readonly path: Uint8Array;
  readonly hash: Uint8Array;
}

/** DESIGN §6.7, word by word. */
export function rootOfLeaves(leaves: readonly PlacedLeaf[], depth = 0): Uint8Array {
  const [first] = leaves;
  if (first === undefined) return new Uint8Array(32);
  if (leaves.length === 1) return first.hash;
  const isRight = ({ path }: PlacedLeaf): boolean =>
    (((path[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1) === 1;
  const left = leaves.filter((leaf) => !isRight(leaf));
  return sha256(rootOfLeaves(left, depth + 1), rootOfLeaves(leaves.filter(isRight), depth + 1));
}

export class StateModel {
  readonly #pairs = new Map<string, Pair>();

  constructor(pairs: readonly Pair[] = []) {
    for (const pair of pairs) this.#pairs.set(hexFromBytes(pair[0]), pair);
  }

  apply(writes: readonly StateWrite[]): StateModel {
    const after = new StateModel(this.pairs());
    for (const { key, value } of writes) {
      if (value === undefined) after.#pairs.delete(hexFromBytes(key));
      else after.#pairs.set(hexFromBytes(key), [key, value]);
    }
    return after;
  }

  /** In byte order. */
  pairs(): readonly Pair[] {
    return [...this.#pairs.values()].toSorted((one, other) => compareBytes(one[0], other[0]));
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#pairs.get(hexFromBytes(key))?.[1];
  }

  root(): Uint8Array {
    return rootOfLeaves(
      this.pairs().map(([key, value]) => ({
        path: sha256(key),
        hash: sha256(tag, sha256(key), sha256(value)),
      })),
    );
  }

  scan({ prefix, from, reverse = false }: KeyScan): readonly Pair[] {
    const found = this.pairs().filter(([key]) => {
      const place = from === undefined ? 0 : compareBytes(key, from);
      const isPrefixed = compareBytes(key.subarray(0, prefix.length), prefix) === 0;
      return isPrefixed && (reverse ? place <= 0 : place >= 0);
    });
    return reverse ? found.toReversed() : found;
  }
}

/** Which entries, by the names that `nameOf` gives them, and what becomes of their records. */
export type Damage = readonly [
  pattern: RegExp,
  change: (record: Uint8Array) => Uint8Array | undefined,
];

export function flipped(record: Uint8Array): Uint8Array {
  return record.with(1, (record[1] ?? 0) ^ 4);
}

/** `m`, `s KEY` or `u VERSION CHUNK` for a table key in hex. */
export function nameOf(hex: string): string {
  const parsed = tableKeyFromBytes(bytesFromHex(hex));
  switch (parsed.kind) {
    case "meta":
      return "m";
    case "live":
      return `s ${textFromBytes(parsed.key)}`;
    case "undo":
      return `u ${parsed.version} ${parsed.chunk}`;
    case "unknown":
      return "?";
  }
}

/** An application's table in memory. */
export class MemoryTable {
  readonly entries = new Map<string, Uint8Array>();

  get(tableKey: Uint8Array): Uint8Array | undefined {
    return this.entries.get(hexFromBytes(tableKey));
  }

  write(batch: readonly StateWrite[]): void {
    for (const { key, value } of batch) {
      if (value === undefined) this.entries.delete(hexFromBytes(key));
      else this.entries.set(hexFromBytes(key), value.slice());
    }
  }

  copy(): MemoryTable {
    const copy = new MemoryTable();
    for (const [key, value] of this.entries) copy.entries.set(key, value);
    return copy;
  }

  /** Changes every entry that the pattern names. */
  damage(...[pattern, change]: Damage): void {
    for (const [hex, record] of this.entries) {
      if (!pattern.test(nameOf(hex))) continue;
      const changed = change(record.slice());
      if (changed === undefined) this.entries.delete(hex);
      else this.entries.set(hex, changed);
    }
  }

  loaderOf(versionsMax: number): StateLoader {
    const loader = new StateLoader({ values: this, versionsMax });
    for (const [key, record] of [...this.entries].toSorted(byKey)) {
      loader.add(bytesFromHex(key), record);
    }
    return loader;
  }
}

function byKey(one: readonly [string, unknown], other: readonly [string, unknown]): number {
  return one[0] < other[0] ? -1 : 1;
}

export class Fixture {
  readonly table = new MemoryTable();
  readonly versionsMax: number;
  readonly models = new Map<bigint, StateModel>([[0n, new StateModel()]]);
  state: VersionedState;
  version = 0n;

  /** Room for a handful of values: most reads go to the table. */
  constructor(versionsMax = 4, cacheBytesMax = 2048) {
    this.versionsMax = versionsMax;
    this.state = new VersionedState({ values: this.table, versionsMax, cacheBytesMax });
  }

  get model(): StateModel {
    return this.models.get(this.version) ?? new StateModel();
  }

  commit(writes: readonly StateWrite[]): StagedState {
    const model = this.model.apply(writes);
    const staged = finish(this.state.stage(writes, ++this.version));
    this.table.write(staged.batch);
    this.state.commit(staged);
    this.models.set(this.version, model);
    return staged;
  }

  restart(): void {
    const loaded = finish(this.table.loaderOf(this.versionsMax).finish());
    if (loaded.kind === "refused") throw loaded.error;
    this.state = loaded.value;
  }
}

export function put(key: string, value: string): StateWrite {
  return { key: bytesFromText(key), value: bytesFromText(value) };
}

export function remove(key: string): StateWrite {
  return { key: bytesFromText(key) };
}

/** Random writes, a third of them deletions, over a small set of keys, each key once. */
export function someWrites(
  prng: Prng,
  size: { readonly keys: number; readonly writes: number },
): readonly StateWrite[] {
  const writes = new Map<number, StateWrite>();
  for (let count = prng.below(size.writes + 1); count > 0; count--) {
    const at = prng.below(size.keys);
    // Keys that are prefixes of others, and of different lengths.
    const key = "k".repeat(1 + (at % 7)) + at;
    writes.set(at, prng.chance(1, 3) ? remove(key) : put(key, `v${prng.below(1000)}`));
  }
  return [...writes.values()];
}
