/**
 * Whether a block may come next: CometBFT v0.38's `validateBlock` together with the parts of
 * `Block.ValidateBasic` that compare the header with the body. What it costs is the signatures of
 * the last commit; everything cheap is refused before them.
 */
import { equalBytes, ok, refused, type Result } from "#base";
import {
  blockProtocol,
  equalBlockIds,
  hashCommit,
  hashConsensusParams,
  hashEvidence,
  hashTxs,
  hashValidatorSet,
  verifyCommit,
  type Block,
  type Evidence,
  type Header,
  type SignatureVerifier,
} from "#types";
import { nextHeight, type ChainState } from "./chain-state.ts";
import { blockTime } from "./make-block.ts";
import { replicaError, type ReplicaError, type ReplicaErrorCode } from "./replica-error.ts";

export interface BlockJudges {
  readonly crypto: SignatureVerifier;
  /** The evidence pool's verdict on the block's evidence, size limit included. */
  readonly evidence: (evidence: readonly Evidence[]) => Result<unknown, Error>;
}

export function validateBlock(
  state: ChainState,
  options: { readonly block: Block; readonly judges: BlockJudges },
): Result<Block, ReplicaError> {
  const { block, judges } = options;
  const header = checkHeader(state, block.header);
  if (header.kind === "refused") return header;
  const body = checkBody(block);
  if (body.kind === "refused") return body;
  const commit = checkLastCommit(state, { block, crypto: judges.crypto });
  if (commit.kind === "refused") return commit;
  // After the commit is verified whole: the time is taken from the very signatures checked
  // (GO-2026-4361).
  const time = checkTime(state, block);
  if (time.kind === "refused") return time;
  const evidence = judges.evidence(block.evidence);
  if (evidence.kind === "refused") {
    return refused(replicaError("BLOCK_EVIDENCE", { reason: evidence.error.message }));
  }
  return ok(block);
}

function checkHeader(state: ChainState, header: Header): Result<Header, ReplicaError> {
  const { version } = state.consensusParams;
  const wrong: readonly (readonly [boolean, ReplicaErrorCode])[] = [
    [header.version.block !== blockProtocol || header.version.app !== version.app, "BLOCK_VERSION"],
    [header.chainId !== state.chainId, "BLOCK_CHAIN_ID"],
    [header.height !== nextHeight(state), "BLOCK_HEIGHT"],
    [!equalBlockIds(header.lastBlockId, state.lastBlockId), "BLOCK_LAST_BLOCK_ID"],
    [!equalBytes(header.appHash, state.appHash), "BLOCK_APP_HASH"],
    [
      !equalBytes(header.consensusHash, hashConsensusParams(state.consensusParams)),
      "BLOCK_CONSENSUS_HASH",
    ],
    [!equalBytes(header.lastResultsHash, state.lastResultsHash), "BLOCK_RESULTS_HASH"],
    [
      !equalBytes(header.validatorsHash, hashValidatorSet(state.validators)),
      "BLOCK_VALIDATORS_HASH",
    ],
    [
      !equalBytes(header.nextValidatorsHash, hashValidatorSet(state.nextValidators)),
      "BLOCK_NEXT_VALIDATORS_HASH",
    ],
    [state.validators.indexOf(header.proposerAddress) === undefined, "BLOCK_PROPOSER"],
  ];
  for (const [isWrong, code] of wrong) {
    if (isWrong) return refused(replicaError(code, { height: header.height }));
  }
  return ok(header);
}

function checkBody(block: Block): Result<Block, ReplicaError> {
  const { header } = block;
  const hashes: readonly (readonly [Uint8Array, Uint8Array, ReplicaErrorCode])[] = [
    [header.lastCommitHash, hashCommit(block.lastCommit), "BLOCK_LAST_COMMIT_HASH"],
    [header.dataHash, hashTxs(block.txs), "BLOCK_DATA_HASH"],
    [header.evidenceHash, hashEvidence(block.evidence), "BLOCK_EVIDENCE_HASH"],
  ];
  for (const [told, real, code] of hashes) {
    if (!equalBytes(told, real)) return refused(replicaError(code, { height: header.height }));
  }
  return ok(block);
}

function checkLastCommit(
  state: ChainState,
  options: { readonly block: Block; readonly crypto: SignatureVerifier },
): Result<Block, ReplicaError> {
  const { block, crypto } = options;
  const { lastBlockId, lastValidators } = state;
  if (block.header.height === state.initialHeight) {
    const { signatures } = block.lastCommit;
    if (signatures.length === 0) return ok(block);
    return refused(replicaError("BLOCK_LAST_COMMIT", { signatures: signatures.length }));
  }
  if (lastValidators === undefined || lastBlockId.kind === "nil") {
    return refused(replicaError("BLOCK_LAST_COMMIT", { reason: "no last validators" }));
  }
  const verdict = verifyCommit({
    chainId: state.chainId,
    validators: lastValidators,
    blockId: lastBlockId,
    height: state.lastBlockHeight,
    commit: block.lastCommit,
    crypto,
  });
  if (verdict.kind === "ok") return ok(block);
  return refused(replicaError("BLOCK_LAST_COMMIT", { reason: verdict.error.message }));
}

function checkTime(state: ChainState, block: Block): Result<Block, ReplicaError> {
  const { time, height } = block.header;
  const first = height === state.initialHeight;
  const late = first || time > state.lastBlockTime;
  if (late && time === blockTime(state, block.lastCommit)) return ok(block);
  return refused(replicaError("BLOCK_TIME", { height, time }));
}
