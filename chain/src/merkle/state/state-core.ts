import { defined, hexFromBytes } from "#base";
import { emptyRoot } from "../ics23/index.ts";
import { empty, type Ref } from "./refs.ts";
import { StateError } from "./state-error.ts";
import { StateTree } from "./state-tree.ts";
import { liveKey, openRecord, undoKey } from "./table-records.ts";
import { undoValueFromChunk } from "./undo-forms.ts";
import { ValueCache } from "./value-cache.ts";

export interface StateOptions {
  /** How many of the newest versions stay readable; 100 if not said. */
  readonly versionsMax?: number;
  /** Bound of the values kept in memory; 32 MiB if not said. */
  readonly cacheBytesMax?: number;
  /** The application's table, read synchronously. */
  readonly values: { get(tableKey: Uint8Array): Uint8Array | undefined };
}

/** One version of the state. */
export interface Version {
  readonly version: bigint;
  /** Counts versions as they are made: consecutive among those kept. */
  readonly serial: number;
  readonly root: Ref;
  readonly rootHash: Uint8Array;
  readonly pairs: number;
  /** What the version before had and this one has not: it goes when that one goes. */
  retired: Retired;
  /** Records in the table that lead back to the version before. */
  undoRecords: number;
  isKept: boolean;
}

/** Nodes that a version has left behind. */
export interface Retired {
  /** Inner nodes, and leaves whose keys live on: freed without a look at them. */
  readonly nodes: Uint32Array;
  /** Leaves that take their keys along. */
  readonly leaves: Uint32Array;
}

const none: Retired = { nodes: new Uint32Array(0), leaves: new Uint32Array(0) };

/** What readers, stages and loaders of one state share. */
export class StateCore {
  readonly tree = new StateTree();
  readonly cache: ValueCache;
  readonly versionsMax: number;
  /** Oldest first; never empty. */
  readonly kept: Version[];
  /** Undo records that no kept version needs, to be deleted with the next batch. */
  stale: { readonly version: bigint; readonly records: number }[] = [];
  /** What no kept version has, to be freed in slices. */
  readonly garbage: Retired[] = [];
  /**
   * Values that a staged batch replaces: from when it is handed out until it is committed nobody
   * knows whether the table has the old or the new ones.
   */
  pending: { valueOf(leaf: Ref): Uint8Array } | undefined;
  readonly #values: StateOptions["values"];

  constructor(options: StateOptions) {
    this.versionsMax = options.versionsMax ?? 100;
    this.cache = new ValueCache(this.tree.leaves, options.cacheBytesMax ?? 1 << 25);
    this.#values = options.values;
    this.kept = [
      {
        version: 0n,
        serial: this.versionsMax,
        root: empty,
        rootHash: emptyRoot,
        pairs: 0,
        retired: none,
        undoRecords: 0,
        isKept: true,
      },
    ];
  }

  get latest(): Version {
    return defined(this.kept.at(-1), "a version is always kept");
  }

  get oldest(): Version {
    return defined(this.kept[0], "a version is always kept");
  }

  /** The value that a leaf of a kept version stands for. */
  value(leaf: Ref): Uint8Array {
    const held = this.cache.get(leaf);
    if (held !== undefined) return held;
    if (this.tree.leaves.undoChunk(leaf) !== 0) return this.#replaced(leaf);
    const value = this.#live(this.tree.keyOf(leaf));
    this.cache.set(leaf, value);
    return value;
  }

  #live(key: Uint8Array): Uint8Array {
    const tableKey = liveKey(key);
    const record = this.#values.get(tableKey);
    if (record === undefined) throw new StateError({ code: "VALUE_MISSING", facts: factsOf(key) });
    const value = openRecord(tableKey, record);
    if (value === undefined) throw new StateError({ code: "VALUE_CORRUPT", facts: factsOf(key) });
    return value;
  }

  #replaced(leaf: Ref): Uint8Array {
    const { leaves } = this.tree;
    const serial = leaves.replacedBy(leaf);
    if (serial > this.latest.serial) {
      return defined(this.pending, "a value is replaced by a staged version").valueOf(leaf);
    }
    const by = this.kept[serial - this.oldest.serial];
    const { version } = defined(by, "a version after a kept one is kept");
    const key = this.tree.keyOf(leaf);
    const value = undoValueFromChunk(this.undoChunk(version, leaves.undoChunk(leaf)), key);
    if (value !== undefined) return value;
    throw new StateError({ code: "UNDO_CORRUPT", facts: { version, ...factsOf(key) } });
  }

  /** Chunk 0 is the header. */
  undoChunk(version: bigint, chunk: number): Uint8Array {
    const tableKey = undoKey(version, chunk);
    const facts = { version, chunk };
    const record = this.#values.get(tableKey);
    if (record === undefined) throw new StateError({ code: "UNDO_MISSING", facts });
    const bytes = openRecord(tableKey, record);
    if (bytes === undefined) throw new StateError({ code: "UNDO_CORRUPT", facts });
    return bytes;
  }

  append(version: Version): void {
    this.kept.push(version);
    this.stale = [];
    this.pending = undefined;
    while (this.kept.length > this.versionsMax) this.#expire();
  }

  #expire(): void {
    const expired = defined(this.kept.shift(), "more versions than one are kept");
    expired.isKept = false;
    this.garbage.push(this.oldest.retired);
    this.oldest.retired = none;
  }
}

function factsOf(key: Uint8Array): { readonly key: string } {
  return { key: hexFromBytes(key) };
}
