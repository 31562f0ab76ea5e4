/** What the engine's side tells the application about votes and misbehaviour (CometBFT
 * `buildLastCommitInfo`, `Evidence.ABCI`). */
import { assert, defined } from "#base";
import type { CommitInfo, FinalizeBlockRequest, Misbehavior, ProcessProposalRequest } from "#abci";
import type { BlockId, Block, Commit, Evidence, ValidatorSet } from "#types";
import type { ChainState } from "./chain-state.ts";

export function commitInfoOf(commit: Commit, validators: ValidatorSet | undefined): CommitInfo {
  if (commit.signatures.length === 0) return { round: 0, votes: [] };
  const set = defined(validators, "a commit has validators");
  assert(commit.signatures.length === set.validators.length, "one place per validator");
  const votes = set.validators.map(({ address, power }, index) => ({
    validator: { address, power },
    blockIdFlag: commit.signatures[index]?.kind ?? "absent",
  }));
  return { round: commit.round, votes };
}

export function misbehaviorOf(evidence: readonly Evidence[]): readonly Misbehavior[] {
  return evidence.map((piece) => ({
    kind: piece.kind,
    validator: { address: piece.voteA.validatorAddress, power: piece.validatorPower },
    height: piece.voteA.height,
    time: piece.time,
    powerTotal: piece.powerTotal,
  }));
}

export function processRequestOf(
  state: Pick<ChainState, "lastValidators">,
  decided: { readonly block: Block; readonly blockId: BlockId },
): ProcessProposalRequest {
  const { block, blockId } = decided;
  return {
    txs: block.txs,
    proposedLastCommit: commitInfoOf(block.lastCommit, state.lastValidators),
    misbehavior: misbehaviorOf(block.evidence),
    hash: blockId.hash,
    height: block.header.height,
    time: block.header.time,
    nextValidatorsHash: block.header.nextValidatorsHash,
    proposerAddress: block.header.proposerAddress,
  };
}

export function finalizeRequestOf(
  state: Pick<ChainState, "lastValidators">,
  decided: { readonly block: Block; readonly blockId: BlockId },
): FinalizeBlockRequest {
  const { proposedLastCommit, ...rest } = processRequestOf(state, decided);
  return { ...rest, decidedLastCommit: proposedLastCommit };
}
