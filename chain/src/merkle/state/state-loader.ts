/**
 * Rebuilds the state from the application's table: the latest version from its live pairs at once,
 * then the versions before it, one by one, from what each replaced. Nothing is taken on trust:
 * checksums, order, counts and the root of every version must agree with what was recorded.
 */
import { compareBytes, equalBytes, ok, refused, type Result, type Work } from "#base";
import type { MessageValue } from "#codec";
import { emptyRoot } from "../ics23/index.ts";
import { KeyHashes } from "./key-hashes.ts";
import { RefList } from "./ref-list.ts";
import { empty, type Ref } from "./refs.ts";
import { StateCore, type StateOptions, type Version } from "./state-core.ts";
import { StateError } from "./state-error.ts";
import { openRecord, tableKeyFromBytes } from "./table-records.ts";
import type { Root, TreeBatch } from "./tree-batch.ts";
import { TreeUpdate } from "./tree-update.ts";
import { metaForm, undoEntriesFromChunk, undoHeaderForm, type UndoEntry } from "./undo-forms.ts";
import { VersionedState } from "./versioned-state.ts";
import { LeafHasher, WriteBatch } from "./write-batch.ts";

type Meta = MessageValue<typeof metaForm>;

export class StateLoader {
  readonly #core: StateCore;
  readonly #hasher = new LeafHasher();
  readonly #leaves: Ref[] = [];
  #hashes = new KeyHashes(64);
  #leafHashes = new KeyHashes(64);
  /** How many undo records each version has in the table. */
  readonly #undo = new Map<bigint, number>();
  #meta: Meta | undefined;
  #last: Uint8Array | undefined;
  #error: StateError | undefined;

  constructor(options: StateOptions) {
    this.#core = new StateCore(options);
  }

  /** Entries of the table in `stateTableRange`, in their order. */
  add(tableKey: Uint8Array, record: Uint8Array): void {
    if (this.#error !== undefined) return;
    try {
      this.#take(tableKey, record);
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      this.#error = error;
    }
  }

  #take(tableKey: Uint8Array, record: Uint8Array): void {
    if (this.#last !== undefined && compareBytes(this.#last, tableKey) >= 0) {
      throw new StateError({ code: "ENTRY_ORDER" });
    }
    this.#last = tableKey;
    const parsed = tableKeyFromBytes(tableKey);
    const bytes = openRecord(tableKey, record);
    switch (parsed.kind) {
      case "meta":
        if (bytes === undefined) throw new StateError({ code: "META_CORRUPT" });
        this.#meta = metaForm.decode(bytes);
        return;
      case "live":
        this.#takeValue(parsed.key, bytes);
        return;
      case "undo":
        this.#takeUndo(parsed, bytes);
        return;
      case "unknown":
        throw new StateError({ code: "ENTRY_UNKNOWN", facts: { length: tableKey.length } });
    }
  }

  #takeValue(key: Uint8Array, value: Uint8Array | undefined): void {
    if (value === undefined) throw new StateError({ code: "VALUE_CORRUPT", facts: factsOf(key) });
    const { leaves, keys } = this.#core.tree;
    const at = this.#leaves.length;
    this.#hashes.reserve(at + 2);
    this.#leafHashes.reserve(at + 1);
    this.#hashes.put(at, key);
    this.#hasher.setKey(this.#hashes, at);
    this.#hasher.setValue(value);
    this.#hasher.give(this.#leafHashes, at);
    const leaf = leaves.create(this.#hashes, at);
    leaves.own(leaf, keys.append(key));
    this.#leaves.push(leaf);
  }

  #takeUndo(
    place: { readonly version: bigint; readonly chunk: number },
    bytes: Uint8Array | undefined,
  ): void {
    const { version, chunk } = place;
    if (bytes === undefined) {
      throw new StateError({ code: "UNDO_CORRUPT", facts: { version, chunk } });
    }
    const before = this.#undo.get(version) ?? 0;
    if (chunk !== before) {
      throw new StateError({ code: "UNDO_MISSING", facts: { version, chunk: before } });
    }
    this.#undo.set(version, before + 1);
  }

  /**
   * The state, or why the table does not hold one. An empty table holds the empty state.
   * @yields a pause
   */
  *finish(): Work<Result<VersionedState, StateError>> {
    try {
      yield* this.#build();
    } catch (error) {
      if (error instanceof StateError) return refused(error);
      throw error;
    }
    return ok(new VersionedState(this.#core));
  }

  *#build(): Work<void> {
    if (this.#error !== undefined) throw this.#error;
    if (this.#last === undefined) return;
    if (this.#meta === undefined) throw new StateError({ code: "META_MISSING" });
    const latest = yield* this.#buildLatest(this.#meta);
    this.#core.kept.splice(0, 1, latest);
    for (;;) {
      const { oldest, kept, versionsMax } = this.#core;
      oldest.undoRecords = this.#undo.get(oldest.version) ?? 0;
      if (kept.length >= versionsMax || oldest.undoRecords === 0) break;
      kept.unshift(yield* this.#buildBefore(oldest));
    }
    this.#sortOut();
  }

  *#buildLatest(meta: Meta): Work<Version> {
    const { tree, oldest } = this.#core;
    const root = { ref: oldest.root, hash: oldest.rootHash };
    const built = yield* new TreeUpdate({ tree, batch: this.#liveBatch(), root }).run();
    const { version } = meta;
    const pairs = this.#leaves.length;
    this.#leaves.length = 0;
    this.#hashes = new KeyHashes(0);
    this.#leafHashes = this.#hashes;
    if (BigInt(pairs) !== meta.pairs || !equalBytes(built.hash, meta.root)) {
      throw new StateError({ code: "ROOT_MISMATCH", facts: { version, pairs } });
    }
    return { ...oldest, version, root: built.ref, rootHash: built.hash, pairs };
  }

  /** Every live pair as an entry of one batch into an empty tree. */
  #liveBatch(): TreeBatch {
    const count = this.#leaves.length;
    return {
      count,
      hashes: this.#hashes,
      leafHashes: this.#leafHashes,
      leaves: Uint32Array.from(this.#leaves),
      replaced: new Uint32Array(count),
      // The table has each key once, and the leaves have theirs already.
      adopt: () => undefined,
      inherit: () => undefined,
    };
  }

  /**
   * The version before one, from the values that this one replaced.
   * @yields a pause
   */
  *#buildBefore(after: Version): Work<Version> {
    const { tree } = this.#core;
    const header = this.#headerOf(after);
    const undone = this.#undoneBy(after, header.chunks);
    const writes = undone.entries.map(({ key, value }) =>
      value.length === 0 ? { key } : { key, value },
    );
    const batch = new EarlierBatch(tree, writes);
    yield* batch.prepare();
    const root = { ref: after.root, hash: after.rootHash };
    const update = new TreeUpdate({ tree, batch, root });
    const built = equalBytes(header.root, emptyRoot) ? noTree : yield* update.run();
    if (!equalBytes(built.hash, header.root)) {
      throw new StateError({ code: "ROOT_MISMATCH", facts: { version: header.version } });
    }
    for (const [at, leaf] of batch.leaves.entries()) {
      if (leaf === empty) continue;
      tree.leaves.setReplaced(leaf, { serial: after.serial, chunk: undone.chunks[at] ?? 0 });
    }
    after.retired = {
      nodes: Uint32Array.from([...tree.workspace.created.refs(), ...batch.borrowing.refs()]),
      leaves: batch.owning.refs(),
    };
    return {
      version: header.version,
      serial: after.serial - 1,
      root: built.ref,
      rootHash: built.hash,
      pairs: Number(header.pairs),
      retired: { nodes: new Uint32Array(0), leaves: new Uint32Array(0) },
      undoRecords: 0,
      isKept: true,
    };
  }

  #headerOf(after: Version): MessageValue<typeof undoHeaderForm> {
    const header = undoHeaderForm.decode(this.#core.undoChunk(after.version, 0));
    if (header.chunks + 1 === after.undoRecords) return header;
    const facts = { version: after.version, chunk: after.undoRecords };
    throw new StateError({ code: "UNDO_MISSING", facts });
  }

  #undoneBy(
    after: Version,
    chunks: number,
  ): { readonly entries: readonly UndoEntry[]; readonly chunks: readonly number[] } {
    const entries: UndoEntry[] = [];
    const places: number[] = [];
    for (let chunk = 1; chunk <= chunks; chunk++) {
      const found = undoEntriesFromChunk(this.#core.undoChunk(after.version, chunk));
      for (const entry of found) {
        entries.push(entry);
        places.push(chunk);
      }
    }
    return { entries, chunks: places };
  }

  /** Undo records beyond those in use: rests of a longer history, or signs of a gap. */
  #sortOut(): void {
    const { kept, latest, oldest, versionsMax } = this.#core;
    const used = new Set(kept.map(({ version }) => version));
    const isComplete = latest.version === 0n || latest.undoRecords > 0;
    for (const [version, records] of this.#undo) {
      if (used.has(version)) continue;
      if (version > oldest.version || kept.length < versionsMax) {
        throw new StateError({ code: "UNDO_MISSING", facts: { version: oldest.version } });
      }
      this.#core.stale.push({ version, records });
    }
    if (isComplete) return;
    throw new StateError({ code: "UNDO_MISSING", facts: { version: latest.version } });
  }
}

/** What leads back to the version before: its leaves came first, but are made last. */
class EarlierBatch extends WriteBatch {
  /** Leaves of keys that the later version has too, whose leaves there own them. */
  readonly borrowing = new RefList();
  /** Leaves of keys that the later version has not. */
  readonly owning = new RefList();

  override adopt(leaf: Ref, entry: number): void {
    super.adopt(leaf, entry);
    this.owning.add(leaf);
  }

  override inherit(leaf: Ref, after: Ref): void {
    this.tree.leaves.borrow(leaf, this.tree.leaves.key(after));
    this.borrowing.add(leaf);
  }
}

const noTree: Root = { ref: empty, hash: emptyRoot };

function factsOf(key: Uint8Array): { readonly length: number } {
  return { length: key.length };
}
