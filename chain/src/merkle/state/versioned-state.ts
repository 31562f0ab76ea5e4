import { assert, type Work } from "#base";
import type { CommittedState, StateWrite } from "../committed-state.ts";
import { KeptState } from "./kept-state.ts";
import { freeGarbage, Stage, type StagedState } from "./stage.ts";
import { StateCore, type StateOptions } from "./state-core.ts";

/** What the state holds in memory. */
export interface StateUsage {
  /** Live pairs of the latest version. */
  readonly pairs: number;
  readonly versions: number;
  readonly nodes: number;
  readonly nodeBytes: number;
  readonly keyBytes: number;
  readonly cacheBytes: number;
}

/**
 * The authenticated state of the last versions. Nodes, hashes and keys are in memory, values in
 * the application's table. One version is made at a time: `stage`, then the batch goes to disk,
 * then `commit`; readers see nothing of it before that.
 */
export class VersionedState {
  readonly #core: StateCore;
  #open: { readonly stage: Stage; readonly staged: StagedState | undefined } | undefined;

  /** An empty state at version zero. A state with a history comes from a `StateLoader`. */
  constructor(options: StateOptions | StateCore) {
    this.#core = options instanceof StateCore ? options : new StateCore(options);
  }

  latest(): CommittedState {
    return new KeptState(this.#core, this.#core.latest);
  }

  /** Nothing where the version is not kept. */
  at(version: bigint): CommittedState | undefined {
    const kept = this.#core.kept.find((each) => each.version === version);
    return kept === undefined ? undefined : new KeptState(this.#core, kept);
  }

  /** The oldest version that can be read. */
  get oldest(): bigint {
    return this.#core.oldest.version;
  }

  get usage(): StateUsage {
    const { tree, cache, kept, latest } = this.#core;
    return {
      pairs: latest.pairs,
      versions: kept.length,
      nodes: tree.used,
      nodeBytes: tree.inners.bytes + tree.leaves.bytes,
      keyBytes: tree.keys.bytes,
      cacheBytes: cache.bytes,
    };
  }

  /**
   * Makes the next version out of the latest, from writes that name each key once. A version that
   * was staged before and not committed is dropped. The root of a genesis state can be learnt
   * before there is a block by staging it as version zero.
   * @yields a pause
   */
  *stage(writes: readonly StateWrite[], version: bigint): Work<StagedState> {
    const core = this.#core;
    assert(version >= core.latest.version, "versions go up");
    this.#drop();
    const stage = new Stage(core, { writes, version });
    this.#open = { stage, staged: undefined };
    yield* freeGarbage(core);
    const staged = yield* stage.run();
    this.#open = { stage, staged };
    return staged;
  }

  /** The staged batch is on disk: from now on it is the latest version. */
  commit(staged: StagedState): void {
    assert(this.#open?.staged === staged, "what is committed is what was staged last");
    assert(staged.version > this.#core.latest.version, "a version is committed once");
    this.#open.stage.commit();
    this.#open = undefined;
  }

  #drop(): void {
    this.#open?.stage.discard();
    this.#open = undefined;
  }
}
