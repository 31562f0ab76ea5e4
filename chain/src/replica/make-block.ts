import { assert, defined } from "#base";
import {
  blockProtocol,
  hashCommit,
  hashConsensusParams,
  hashEvidence,
  hashTxs,
  hashValidatorSet,
  medianTime,
  type Address,
  type Block,
  type Commit,
  type Evidence,
} from "#types";
import { nextHeight, type ChainState } from "./chain-state.ts";

/** The block that a proposer at this state makes of these contents (CometBFT `MakeBlock`). */
export function makeBlock(
  state: ChainState,
  contents: {
    readonly txs: readonly Uint8Array[];
    readonly evidence: readonly Evidence[];
    readonly lastCommit: Commit;
    readonly proposerAddress: Address;
  },
): Block {
  const { txs, evidence, lastCommit, proposerAddress } = contents;
  const height = nextHeight(state);
  return {
    header: {
      version: { block: blockProtocol, app: state.consensusParams.version.app },
      chainId: state.chainId,
      height,
      time: blockTime(state, lastCommit),
      lastBlockId: state.lastBlockId,
      lastCommitHash: hashCommit(lastCommit),
      dataHash: hashTxs(txs),
      validatorsHash: hashValidatorSet(state.validators),
      nextValidatorsHash: hashValidatorSet(state.nextValidators),
      consensusHash: hashConsensusParams(state.consensusParams),
      appHash: state.appHash,
      lastResultsHash: state.lastResultsHash,
      evidenceHash: hashEvidence(evidence),
      proposerAddress,
    },
    txs,
    evidence,
    lastCommit,
  };
}

/** BFT time: the genesis time first, then the weighted median of the last commit. */
export function blockTime(state: ChainState, lastCommit: Commit): Block["header"]["time"] {
  if (nextHeight(state) === state.initialHeight) return state.lastBlockTime;
  const validators = defined(state.lastValidators, "a block after the first has last validators");
  assert(lastCommit.signatures.length > 0, "a block after the first carries a commit");
  return medianTime(lastCommit, validators);
}
