/** How one finalized block turns one state into the next (CometBFT v0.38 `updateState`). */
import { ok, refused, type Result } from "#base";
import type { FinalizeBlockResponse } from "#abci";
import {
  createHeight,
  hashResults,
  incrementProposerPriority,
  updateValidatorSet,
  validateConsensusParams,
  type Block,
  type BlockId,
  type ConsensusParams,
  type ValidatorSet,
} from "#types";
import type { ChainState } from "./chain-state.ts";
import { replicaError, type ReplicaError } from "./replica-error.ts";
import { checkValidatorUpdates } from "./validator-updates.ts";

export interface FinalizedBlock {
  readonly blockId: BlockId;
  readonly block: Block;
  readonly response: FinalizeBlockResponse;
}

/** The app hash in the answer is the next block's; validator updates count two heights later. */
export function nextChainState(
  state: ChainState,
  finalized: FinalizedBlock,
): Result<ChainState, ReplicaError> {
  const { block, blockId, response } = finalized;
  const { height } = block.header;
  if (response.txResults.length !== block.txs.length) {
    const facts = { results: response.txResults.length, txs: block.txs.length };
    return refused(replicaError("RESULTS_COUNT", facts));
  }
  const validators = updatedValidators(state, response);
  if (validators.kind === "refused") return validators;
  const params = updatedParams(state, { response, height });
  if (params.kind === "refused") return params;
  const changed = response.validatorUpdates.length > 0;
  return ok({
    ...state,
    lastBlockHeight: height,
    lastBlockId: blockId,
    lastBlockTime: block.header.time,
    validators: state.nextValidators,
    nextValidators: incrementProposerPriority(validators.value, 1),
    lastValidators: state.validators,
    lastHeightValidatorsChanged: changed
      ? createHeight(height + 2n)
      : state.lastHeightValidatorsChanged,
    consensusParams: params.value,
    lastHeightParamsChanged:
      response.consensusParamUpdates === undefined
        ? state.lastHeightParamsChanged
        : createHeight(height + 1n),
    lastResultsHash: hashResults(response.txResults),
    appHash: response.appHash,
  });
}

function updatedValidators(
  state: ChainState,
  response: FinalizeBlockResponse,
): Result<ValidatorSet, ReplicaError> {
  const updates = checkValidatorUpdates(response.validatorUpdates, state.consensusParams);
  if (updates.kind === "refused") return updates;
  if (updates.value.length === 0) return ok(state.nextValidators);
  const set = updateValidatorSet(state.nextValidators, updates.value);
  if (set.kind === "ok") return set;
  return refused(replicaError("UPDATE_SET", { reason: set.error.message }));
}

function updatedParams(
  state: ChainState,
  options: { readonly response: FinalizeBlockResponse; readonly height: bigint },
): Result<ConsensusParams, ReplicaError> {
  const next = options.response.consensusParamUpdates;
  if (next === undefined) return ok(state.consensusParams);
  const valid = validateConsensusParams(next);
  if (valid.kind === "refused") {
    return refused(replicaError("UPDATE_PARAMS", { reason: valid.error.message }));
  }
  const before = state.consensusParams.abci.voteExtensionsEnableHeight;
  const after = next.abci.voteExtensionsEnableHeight;
  // ASA-2024-001: once in force or past, the enabling height may not change any more.
  const frozen = before !== 0n && before <= options.height;
  if (after !== before && (frozen || (after !== 0n && after <= options.height))) {
    return refused(replicaError("UPDATE_PARAMS", { voteExtensionsEnableHeight: after }));
  }
  return ok(next);
}
