import { assert, defined, type Work } from "#base";
import type { StateWrite } from "../committed-state.ts";
import { empty, type Ref } from "./refs.ts";
import type { StateCore, Version } from "./state-core.ts";
import { liveKey, metaKey, RecordWriter, undoKey } from "./table-records.ts";
import { TreeUpdate } from "./tree-update.ts";
import { metaForm, undoHeaderForm, UndoWriter } from "./undo-forms.ts";
import { WriteBatch, writesPerPause } from "./write-batch.ts";

/** What is freed between two pauses: nodes at once, leaves with their keys. */
const nodesPerPause = 65_536;
const leavesPerPause = 1024;
const nothing = new Uint8Array(0);

/** A version that is computed, and visible to nobody before its batch is on disk. */
export interface StagedState {
  readonly version: bigint;
  readonly root: Uint8Array;
  /** For the application's table, in one atomic synced batch. */
  readonly batch: readonly StateWrite[];
}

/** The making of one version out of the latest. */
export class Stage {
  readonly #core: StateCore;
  readonly #version: bigint;
  readonly #writes: WriteBatch;
  readonly #update: TreeUpdate;
  readonly #records = new RecordWriter();
  readonly #undo = new UndoWriter();
  readonly #serial: number;
  /** Undo chunks that are in the batch. */
  #chunks = 0;
  /** What this version replaces: leaves, and their values in the same order. */
  readonly #oldLeaves: Ref[] = [];
  readonly #oldValues: Uint8Array[] = [];
  readonly #valueOf = new Map<Ref, Uint8Array>();
  readonly #batch: StateWrite[] = [];
  #made: Version | undefined;

  constructor(
    core: StateCore,
    request: { readonly writes: readonly StateWrite[]; readonly version: bigint },
  ) {
    this.#core = core;
    this.#version = request.version;
    this.#writes = new WriteBatch(core.tree, request.writes);
    const root = { ref: core.latest.root, hash: core.latest.rootHash };
    this.#update = new TreeUpdate({ tree: core.tree, batch: this.#writes, root });
    this.#serial = core.latest.serial + 1;
    core.pending = this;
  }

  /** @yields a pause */
  *run(): Work<StagedState> {
    const { latest, tree } = this.#core;
    const { retired, removed } = tree.workspace;
    yield* this.#writes.prepare();
    const root = yield* this.#update.run();
    const added = yield* this.#record();
    const made: Version = {
      version: this.#version,
      serial: this.#serial,
      root: root.ref,
      rootHash: root.hash,
      pairs: latest.pairs + added,
      retired: { nodes: retired.refs(), leaves: removed.refs() },
      undoRecords: this.#chunks + 1,
      isKept: true,
    };
    this.#made = made;
    this.#close(made);
    return { version: made.version, root: made.rootHash, batch: this.#batch };
  }

  /**
   * Writes down what each write changes and how to take it back; gives the growth in pairs.
   * @yields a pause
   */
  *#record(): Work<number> {
    let added = 0;
    for (let from = 0; from < this.#writes.count; from += writesPerPause) {
      added += this.#recordPart(from, Math.min(from + writesPerPause, this.#writes.count));
      this.#putChunks();
      yield;
    }
    this.#undo.flush();
    this.#putChunks();
    return added;
  }

  #recordPart(from: number, to: number): number {
    const { writes, leaves, replaced } = this.#writes;
    this.#core.cache.fetch(replaced.subarray(from, to));
    // Nothing leads back to an empty state as shortly as knowing that it was empty.
    const isFirst = this.#core.latest.pairs === 0;
    let added = 0;
    for (let at = from; at < to; at++) {
      const leaf = leaves[at] ?? empty;
      const old = replaced[at] ?? empty;
      if (leaf === empty && old === empty) continue;
      const { key, value = nothing } = defined(writes[at], "a batch has all its writes");
      if (!isFirst) this.#remember(at, key);
      if (leaf === empty) this.#batch.push({ key: liveKey(key) });
      else {
        this.#batch.push(this.#records.live(key, value));
        this.#core.cache.set(leaf, value);
      }
      added += Number(leaf !== empty) - Number(old !== empty);
    }
    return added;
  }

  /** The undo record, as far as its chunks are full. */
  #putChunks(): void {
    for (const chunk of this.#undo.take()) {
      this.#put(undoKey(this.#version, ++this.#chunks), chunk);
    }
  }

  #put(key: Uint8Array, value: Uint8Array): void {
    this.#batch.push(this.#records.record(key, value));
  }

  /** From here on, readers of older versions find a replaced value with the stage. */
  #remember(at: number, key: Uint8Array): void {
    const old = this.#writes.replaced[at] ?? empty;
    if (old === empty) {
      this.#undo.add(key, nothing);
      return;
    }
    const value = this.#core.cache.take(old) ?? this.#core.value(old);
    this.#core.cache.delete(old);
    this.#oldLeaves.push(old);
    this.#oldValues.push(value);
    const chunk = this.#undo.add(key, value);
    this.#core.tree.leaves.setReplaced(old, { serial: this.#serial, chunk });
  }

  /** The value of a leaf that this version replaces. Few ask, so the map grows when they do. */
  valueOf(leaf: Ref): Uint8Array {
    for (let at = this.#valueOf.size; at < this.#oldLeaves.length; at++) {
      this.#valueOf.set(this.#oldLeaves[at] ?? empty, this.#oldValues[at] ?? nothing);
    }
    return defined(this.#valueOf.get(leaf), "a stage knows what it replaces");
  }

  #close(made: Version): void {
    const { latest, oldest, stale } = this.#core;
    const header = { version: latest.version, root: latest.rootHash, pairs: BigInt(latest.pairs) };
    this.#put(undoKey(made.version, 0), undoHeaderForm.encode({ ...header, chunks: this.#chunks }));
    const { version, rootHash: root, pairs } = made;
    this.#put(metaKey, metaForm.encode({ version, root, pairs: BigInt(pairs) }));
    // What leads back to a version that is no longer kept may go; readers of the oldest kept one
    // need only what came after it.
    for (const old of [...stale, { version: oldest.version, records: oldest.undoRecords }]) {
      for (let chunk = 0; chunk < old.records; chunk++) {
        this.#batch.push({ key: undoKey(old.version, chunk) });
      }
    }
  }

  /** The batch is on disk: readers see the version from now on. */
  commit(): void {
    assert(this.#made !== undefined, "only a finished stage is committed");
    this.#core.oldest.undoRecords = 0;
    this.#core.append(this.#made);
  }

  /** It will never be written, however far it got: everything that it made goes. */
  discard(): void {
    const { tree, garbage } = this.#core;
    const { leaves, replaced } = this.#writes;
    for (const [at, old] of replaced.entries()) {
      if (old === empty) continue;
      const leaf = leaves[at] ?? empty;
      if (leaf !== empty) tree.inherit(old, leaf);
      if (tree.leaves.undoChunk(old) !== 0) tree.leaves.setReplaced(old, { serial: 0, chunk: 0 });
    }
    garbage.push({
      nodes: tree.workspace.created.refs(),
      leaves: leaves.filter((leaf) => leaf !== empty),
    });
    this.#core.pending = undefined;
  }
}

/**
 * Frees what expired versions alone had.
 * @yields a pause
 */
export function* freeGarbage({ garbage, tree, cache }: StateCore): Work<void> {
  for (let retired = garbage.pop(); retired !== undefined; retired = garbage.pop()) {
    const { nodes, leaves } = retired;
    for (const ref of nodes.subarray(0, nodesPerPause)) tree.recycle(ref);
    for (const leaf of leaves.subarray(0, leavesPerPause)) {
      cache.delete(leaf);
      tree.release(leaf);
    }
    if (nodes.length <= nodesPerPause && leaves.length <= leavesPerPause) continue;
    const left = { nodes: nodes.subarray(nodesPerPause), leaves: leaves.subarray(leavesPerPause) };
    garbage.push(left);
    yield;
  }
}
