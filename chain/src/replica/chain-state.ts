/**
 * What a replica knows between two blocks: CometBFT v0.38's `state.State`. A value, never changed
 * in place; each block makes the next one (`next-chain-state.ts`).
 */
import { ok, refused, type Result } from "#base";
import {
  createHeight,
  createValidatorSet,
  incrementProposerPriority,
  nil,
  validateValidatorUpdates,
  type BlockIdOrNil,
  type ConsensusParams,
  type GenesisDocument,
  type Height,
  type Time,
  type ValidatorSet,
  type ValidatorUpdate,
} from "#types";
import { replicaError, type ReplicaError } from "./replica-error.ts";

export interface ChainState {
  readonly chainId: string;
  readonly initialHeight: Height;
  /** Zero before the first block. */
  readonly lastBlockHeight: Height;
  readonly lastBlockId: BlockIdOrNil;
  /** The genesis time before the first block. */
  readonly lastBlockTime: Time;
  /** Of the next block, of the one after it, and of the last one (none before the first). */
  readonly validators: ValidatorSet;
  readonly nextValidators: ValidatorSet;
  readonly lastValidators: ValidatorSet | undefined;
  readonly lastHeightValidatorsChanged: Height;
  readonly consensusParams: ConsensusParams;
  readonly lastHeightParamsChanged: Height;
  readonly lastResultsHash: Uint8Array;
  readonly appHash: Uint8Array;
}

/** The state that a genesis document and the application's answer to InitChain give. */
export function chainStateFromGenesis(options: {
  readonly genesis: GenesisDocument;
  readonly validators: readonly ValidatorUpdate[];
  readonly consensusParams: ConsensusParams;
  readonly appHash: Uint8Array;
  readonly resultsHash: Uint8Array;
}): Result<ChainState, ReplicaError> {
  const { genesis, consensusParams, appHash, resultsHash } = options;
  const checked = validateValidatorUpdates(options.validators, consensusParams);
  if (checked.kind === "refused") {
    return refused(replicaError("UPDATE_INVALID", { reason: checked.error.message }));
  }
  const validators = createValidatorSet(options.validators);
  return ok({
    chainId: genesis.chainId,
    initialHeight: genesis.initialHeight,
    lastBlockHeight: createHeight(0n),
    lastBlockId: nil,
    lastBlockTime: genesis.genesisTime,
    validators,
    nextValidators: incrementProposerPriority(validators, 1),
    lastValidators: undefined,
    lastHeightValidatorsChanged: genesis.initialHeight,
    consensusParams,
    lastHeightParamsChanged: genesis.initialHeight,
    lastResultsHash: resultsHash,
    appHash,
  });
}

/** The height that consensus works on next. */
export function nextHeight(state: ChainState): Height {
  return state.lastBlockHeight === 0n
    ? state.initialHeight
    : createHeight(state.lastBlockHeight + 1n);
}
