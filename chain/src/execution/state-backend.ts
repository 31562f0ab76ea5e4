import type { Work } from "#base";
import type { CommittedState, StateWrite } from "#merkle";

/** A block's changes, hashed into a new version that nobody sees yet. */
export interface StagedState {
  readonly version: bigint;
  readonly root: Uint8Array;
  /** What the driver writes into the application's table in one synced batch. */
  readonly batch: readonly StateWrite[];
}

/** The committed state, version by version. `VersionedState` of #merkle is one. */
export interface StateBackend<Staged extends StagedState = StagedState> {
  latest(): CommittedState;
  /** Nothing where the version was never made or is not kept any more. */
  at(version: bigint): CommittedState | undefined;
  stage(writes: readonly StateWrite[], version: bigint): Work<Staged>;
  /** The staged version becomes the latest: its batch is on disk. */
  commit(staged: Staged): void;
}
