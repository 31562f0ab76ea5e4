import { ok, refused, type Result } from "#base";
import type { ConsensusParams, ValidatorUpdate } from "#types";
import { replicaError, type ReplicaError } from "./replica-error.ts";

/** An application's updates, before they meet the set: CometBFT's `validateValidatorUpdates`. */
export function checkValidatorUpdates(
  updates: readonly ValidatorUpdate[],
  params: ConsensusParams,
): Result<readonly ValidatorUpdate[], ReplicaError> {
  for (const update of updates) {
    if (update.power < 0n) return refused(replicaError("UPDATE_POWER", { power: update.power }));
    if (update.power > 0n && !params.validator.pubKeyTypes.includes(update.publicKey.type)) {
      return refused(replicaError("UPDATE_KEY_TYPE", { type: update.publicKey.type }));
    }
  }
  return ok(updates);
}
