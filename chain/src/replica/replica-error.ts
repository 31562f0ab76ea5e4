import { ChainError, type Facts } from "#base";

/**
 * Why a block, an answer of the application or a set of stored heights is refused:
 * - `BLOCK_VERSION`, `BLOCK_CHAIN_ID`, `BLOCK_HEIGHT`, `BLOCK_LAST_BLOCK_ID`, `BLOCK_APP_HASH`,
 *   `BLOCK_CONSENSUS_HASH`, `BLOCK_RESULTS_HASH`, `BLOCK_VALIDATORS_HASH`,
 *   `BLOCK_NEXT_VALIDATORS_HASH`: the header disagrees with our state.
 * - `BLOCK_LAST_COMMIT_HASH`, `BLOCK_DATA_HASH`, `BLOCK_EVIDENCE_HASH`: the header disagrees with
 *   the body.
 * - `BLOCK_LAST_COMMIT`: the last commit is not one of the last block by the last validators.
 * - `BLOCK_PROPOSER`: the proposer is no validator of this height.
 * - `BLOCK_TIME`: not the weighted median of the last commit, or not after the last block.
 * - `BLOCK_EVIDENCE`: evidence that does not hold, is known already, or is too much.
 * - `UPDATE_INVALID`: the application's validator updates, alone or together with the set.
 * - `UPDATE_PARAMS`: its consensus parameters.
 * - `RESULTS_COUNT`: not one result per transaction.
 * - `HEIGHTS_UNREACHABLE`: no crash of ours leaves these heights behind.
 * - `APP_HASH_MISMATCH`: the application's hash is not the one recorded for its height.
 */
export type ReplicaErrorCode =
  | "BLOCK_VERSION"
  | "BLOCK_CHAIN_ID"
  | "BLOCK_HEIGHT"
  | "BLOCK_LAST_BLOCK_ID"
  | "BLOCK_APP_HASH"
  | "BLOCK_CONSENSUS_HASH"
  | "BLOCK_RESULTS_HASH"
  | "BLOCK_VALIDATORS_HASH"
  | "BLOCK_NEXT_VALIDATORS_HASH"
  | "BLOCK_LAST_COMMIT_HASH"
  | "BLOCK_DATA_HASH"
  | "BLOCK_EVIDENCE_HASH"
  | "BLOCK_LAST_COMMIT"
  | "BLOCK_PROPOSER"
  | "BLOCK_TIME"
  | "BLOCK_EVIDENCE"
  | "UPDATE_INVALID"
  | "UPDATE_PARAMS"
  | "RESULTS_COUNT"
  | "HEIGHTS_UNREACHABLE"
  | "APP_HASH_MISMATCH";

export class ReplicaError extends ChainError<ReplicaErrorCode> {}

export function replicaError(code: ReplicaErrorCode, facts: Facts = {}): ReplicaError {
  return new ReplicaError({ code, facts });
}
