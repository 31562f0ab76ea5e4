/**
 * The state that the app hash is the root of: a binary Merkle tree over hashed keys in which
 * subtrees of one leaf are collapsed to that leaf (DESIGN §6.7). Nodes live in typed arrays and
 * are shared by the versions that have them; keys are indexed in byte order for scans; values
 * stay in the application's table, with what each version replaced beside them.
 */
export type { StateOptions } from "./state-core.ts";
export { StateError, type StateErrorCode } from "./state-error.ts";
export { StateLoader } from "./state-loader.ts";
export type { StagedState } from "./stage.ts";
export { stateTableRange } from "./table-records.ts";
export { VersionedState, type StateUsage } from "./versioned-state.ts";
