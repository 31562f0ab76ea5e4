import { assert, type Work } from "#base";
import type { StateWrite } from "../committed-state.ts";
import { empty, type Ref } from "./nodes.ts";
import type { StateCore, Version } from "./state-core.ts";
import { metaKey, RecordWriter, undoKey } from "./table-records.ts";
import { TreeUpdate } from "./tree-update.ts";
import { metaForm, undoHeaderForm, UndoWriter } from "./undo-forms.ts";
import { WriteBatch, writesPerPause } from "./write-batch.ts";

const nodesPerPause = 4096;
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
  /** The undo chunk of each write's old value. */
  readonly #chunks: Uint32Array;
  readonly #batch: StateWrite[] = [];
  #made: Version | undefined;

  constructor(
    core: StateCore,
    request: { readonly writes: readonly StateWrite[]; readonly version: bigint },
  ) {
    this.#core = core;
    this.#version = request.version;
    this.#writes = new WriteBatch(core.tree, request.writes);
    this.#update = new TreeUpdate(core.tree, this.#writes);
    this.#chunks = new Uint32Array(request.writes.length);
  }

  /** @yields a pause */
  *run(): Work<StagedState> {
    const { tree, latest } = this.#core;
    yield* this.#writes.prepare();
    const root = yield* this.#update.run(latest.root);
    const added = yield* this.#record();
    this.#undo.flush();
    const made: Version = {
      version: this.#version,
      serial: latest.serial + 1,
      root,
      rootHash: tree.nodes.hash(root),
      pairs: latest.pairs + added,
      retired: Uint32Array.from(this.#update.retired),
      undoRecords: this.#undo.chunks.length + 1,
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
    const { core, writes } = { core: this.#core, writes: this.#writes };
    let added = 0;
    for (const [at, { key, value = nothing }] of writes.writes.entries()) {
      const leaf = writes.leaves[at] ?? empty;
      const replaced = writes.replaced[at] ?? empty;
      if (leaf !== empty) {
        this.#batch.push(this.#records.live(key, value));
        core.cache.set(leaf, value);
      } else if (replaced !== empty) {
        this.#batch.push(this.#records.deletion(key));
      }
      if (leaf !== empty || replaced !== empty) this.#remember({ at, key, replaced });
      added += Number(leaf !== empty) - Number(replaced !== empty);
      if (at % writesPerPause === writesPerPause - 1) yield;
    }
    return added;
  }

  #remember(change: {
    readonly at: number;
    readonly key: Uint8Array;
    readonly replaced: Ref;
  }): void {
    // Nothing leads back to an empty state as shortly as knowing that it was empty.
    if (this.#core.latest.pairs === 0) return;
    const { at, key, replaced } = change;
    const value = replaced === empty ? nothing : this.#core.value(replaced);
    if (replaced !== empty) this.#core.pending.set(replaced, value);
    this.#chunks[at] = this.#undo.add({ key, value });
  }

  #close(made: Version): void {
    const { latest, oldest, stale } = this.#core;
    const put = (key: Uint8Array, value: Uint8Array): void => {
      this.#batch.push(this.#records.record(key, value));
    };
    const { chunks } = this.#undo;
    const header = { version: latest.version, root: latest.rootHash, pairs: BigInt(latest.pairs) };
    put(undoKey(made.version, 0), undoHeaderForm.encode({ ...header, chunks: chunks.length }));
    for (const [at, chunk] of chunks.entries()) put(undoKey(made.version, at + 1), chunk);
    const { version, rootHash: root, pairs } = made;
    put(metaKey, metaForm.encode({ version, root, pairs: BigInt(pairs) }));
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
    const made = this.#made;
    assert(made !== undefined, "only a finished stage is committed");
    const { serial } = made;
    for (const [at, replaced] of this.#writes.replaced.entries()) {
      if (replaced === empty) continue;
      this.#core.tree.nodes.setReplaced(replaced, { serial, chunk: this.#chunks[at] ?? 0 });
    }
    this.#core.oldest.undoRecords = 0;
    this.#core.append(made);
  }

  /** It will never be written, however far it got: everything that it made goes. */
  discard(): void {
    const made = [...this.#update.created, ...this.#writes.leaves.filter((leaf) => leaf !== empty)];
    this.#core.garbage.push(Uint32Array.from(made));
    this.#core.pending.clear();
  }
}

/**
 * Frees what expired versions alone had.
 * @yields a pause
 */
export function* freeGarbage(core: StateCore): Work<void> {
  for (let list = core.garbage[0]; list !== undefined; list = core.garbage[0]) {
    for (const ref of list.subarray(0, nodesPerPause)) core.release(ref);
    if (list.length <= nodesPerPause) core.garbage.shift();
    else core.garbage[0] = list.subarray(nodesPerPause);
    yield;
  }
}
