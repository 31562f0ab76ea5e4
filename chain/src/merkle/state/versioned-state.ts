import { assert, defined, type Work } from "#base";
import type { CommittedState } from "../committed-state.ts";
import { KeptState } from "./kept-state.ts";
import { freeGarbage, Stage, type StagedState, type StageRequest } from "./stage.ts";
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
      nodes: tree.nodes.used,
      nodeBytes: tree.nodes.bytes,
      keyBytes: tree.keys.bytes,
      cacheBytes: cache.bytes,
    };
  }

  /**
   * Makes the next version out of the latest.
   * @yields a pause
   */
  *stage(request: StageRequest): Work<StagedState> {
    const core = this.#core;
    assert(this.#open === undefined, "one version is made at a time");
    assert(request.version > core.latest.version, "versions go up");
    const stage = new Stage(core, request);
    this.#open = { stage, staged: undefined };
    try {
      yield* freeGarbage(core);
      const staged = yield* stage.run();
      this.#open = { stage, staged };
      return staged;
    } finally {
      if (this.#open?.staged === undefined) this.#close(stage);
    }
  }

  /** The staged batch is on disk: from now on it is the latest version. */
  commit(staged: StagedState): void {
    this.#opened(staged).commit();
    this.#open = undefined;
  }

  /** The staged batch will never be written. */
  discard(staged: StagedState): void {
    this.#close(this.#opened(staged));
  }

  #close(stage: Stage): void {
    stage.discard();
    this.#open = undefined;
  }

  #opened(staged: StagedState): Stage {
    assert(this.#open?.staged === staged, "what is committed or discarded is what was staged");
    return defined(this.#open, "a version is being made").stage;
  }
}
