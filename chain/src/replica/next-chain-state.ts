/** How one finalized block turns one state into the next (CometBFT v0.38 `updateState`). */
import { ok, refused, type Result } from "#base";
import type { FinalizeBlockResponse } from "#abci";
import {
  createHeight,
  hashResults,
  incrementProposerPriority,
  updateValidatorSet,
  validateConsensusParams,
  validateParamsChange,
  validateValidatorUpdates,
  type Block,
  type BlockId,
  type ConsensusParams,
  type Height,
  type ValidatorSet,
} from "#types";
import type { ChainState } from "./chain-state.ts";
import { replicaError, type ReplicaError } from "./replica-error.ts";

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
  const { validatorUpdates } = response;
  const alone = validateValidatorUpdates(validatorUpdates, state.consensusParams);
  if (alone.kind === "refused") return refusedUpdate(alone.error);
  if (validatorUpdates.length === 0) return ok(state.nextValidators);
  const together = updateValidatorSet(state.nextValidators, validatorUpdates);
  return together.kind === "ok" ? together : refusedUpdate(together.error);
}

function refusedUpdate(error: Error): Result<never, ReplicaError> {
  return refused(replicaError("UPDATE_INVALID", { reason: error.message }));
}

function updatedParams(
  state: ChainState,
  options: { readonly response: FinalizeBlockResponse; readonly height: Height },
): Result<ConsensusParams, ReplicaError> {
  const before = state.consensusParams;
  const after = options.response.consensusParamUpdates;
  if (after === undefined) return ok(before);
  const alone = validateConsensusParams(after);
  const change = validateParamsChange({ before, after, height: options.height });
  const failed = [alone, change].find((verdict) => verdict.kind === "refused");
  if (failed === undefined) return ok(after);
  return refused(replicaError("UPDATE_PARAMS", { reason: failed.error.message }));
}
