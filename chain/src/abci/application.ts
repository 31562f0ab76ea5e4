/**
 * The seam between an engine and the application: ABCI 2.0 as CometBFT v0.38 calls it
 * (spec/abci/abci++_methods.md), as plain values in one process. `order.ts` is the oracle of the
 * order in which calls may come.
 */
import type { Work } from "#base";
import type { StateWrite } from "#merkle";
import type {
  Address,
  ChainEvent,
  ConsensusParams,
  Height,
  Power,
  Time,
  TxResult,
  ValidatorUpdate,
} from "#types";

export interface InfoResponse {
  readonly data: string;
  readonly version: string;
  readonly appVersion: bigint;
  readonly lastBlockHeight: Height;
  readonly lastBlockAppHash: Uint8Array;
}

export interface InitChainRequest {
  readonly time: Time;
  readonly chainId: string;
  readonly consensusParams: ConsensusParams;
  readonly validators: readonly ValidatorUpdate[];
  /** The genesis document's `app_state`, as JSON text. */
  readonly appStateBytes: Uint8Array;
  readonly initialHeight: Height;
}

export interface InitChainResponse {
  readonly consensusParams?: ConsensusParams;
  /** Replaces the genesis validators where it is not empty. */
  readonly validators: readonly ValidatorUpdate[];
  readonly appHash: Uint8Array;
}

export interface CheckTxRequest {
  readonly tx: Uint8Array;
  readonly kind: "new" | "recheck";
}

export interface CheckTxResponse {
  readonly code: number;
  readonly data: Uint8Array;
  readonly log: string;
  readonly info: string;
  readonly gasWanted: bigint;
  readonly gasUsed: bigint;
  /** One `mempool` event with `sender`, `sequence` and `fee` lets the pool order and cap. */
  readonly events: readonly ChainEvent[];
  readonly codespace: string;
}

/** How one validator voted on the last block. */
export interface VoteInfo {
  readonly validator: { readonly address: Address; readonly power: Power };
  readonly blockIdFlag: "absent" | "commit" | "nil";
}

export interface CommitInfo {
  readonly round: number;
  readonly votes: readonly VoteInfo[];
}

export interface Misbehavior {
  readonly kind: "duplicate-vote" | "light-client-attack";
  readonly validator: { readonly address: Address; readonly power: Power };
  readonly height: Height;
  readonly time: Time;
  readonly powerTotal: Power;
}

interface BlockRequest {
  readonly txs: readonly Uint8Array[];
  readonly misbehavior: readonly Misbehavior[];
  readonly height: Height;
  readonly time: Time;
  readonly nextValidatorsHash: Uint8Array;
  readonly proposerAddress: Address;
}

export interface PrepareProposalRequest extends BlockRequest {
  readonly txBytesMax: bigint;
  readonly localLastCommit: CommitInfo;
}

export interface PrepareProposalResponse {
  readonly txs: readonly Uint8Array[];
  /** Transactions on which execution had to stop: the pool forgets them. */
  readonly poisonous: readonly Uint8Array[];
}

export interface ProcessProposalRequest extends BlockRequest {
  readonly hash: Uint8Array;
  readonly proposedLastCommit: CommitInfo;
}

export interface FinalizeBlockRequest extends BlockRequest {
  readonly hash: Uint8Array;
  readonly decidedLastCommit: CommitInfo;
}

export interface FinalizeBlockResponse {
  readonly events: readonly ChainEvent[];
  readonly txResults: readonly TxResult[];
  readonly validatorUpdates: readonly ValidatorUpdate[];
  readonly consensusParamUpdates?: ConsensusParams;
  readonly appHash: Uint8Array;
  /** Handlers that failed as no rule foresees: told to the operator, no part of any hash. */
  readonly loud?: readonly LoudFailure[];
}

/** What failed, and with which exception. */
export interface LoudFailure {
  readonly where: string;
  readonly error: string;
}

export interface CommitResponse {
  /** Blocks below it may go. Zero keeps everything. */
  readonly retainHeight: Height;
  /** What the driver writes in one synced batch before it calls the block committed. */
  readonly batch: readonly StateWrite[];
}

export interface QueryRequest {
  readonly path: string;
  readonly data: Uint8Array;
  /** Zero asks for the latest committed height. */
  readonly height: Height;
  readonly prove: boolean;
}

export interface ProofOp {
  readonly type: string;
  readonly key: Uint8Array;
  readonly data: Uint8Array;
}

export interface QueryResponse {
  readonly code: number;
  readonly log: string;
  readonly info: string;
  readonly index: bigint;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly proofOps: readonly ProofOp[];
  readonly height: Height;
  readonly codespace: string;
}

/**
 * Calls that change state come one after the other; `query` may come between any two turns of a
 * work and reads committed versions only. Work may pause anywhere; nothing is visible before it is
 * done. Vote extensions are opaque bytes to the engine.
 */
export interface Application {
  info(): InfoResponse;
  initChain(request: InitChainRequest): Work<InitChainResponse>;
  checkTx(request: CheckTxRequest): CheckTxResponse;
  prepareProposal(request: PrepareProposalRequest): Work<PrepareProposalResponse>;
  processProposal(request: ProcessProposalRequest): Work<boolean>;
  extendVote(request: { readonly hash: Uint8Array; readonly height: Height }): Uint8Array;
  verifyVoteExtension(request: {
    readonly hash: Uint8Array;
    readonly height: Height;
    readonly validatorAddress: Address;
    readonly extension: Uint8Array;
  }): boolean;
  finalizeBlock(request: FinalizeBlockRequest): Work<FinalizeBlockResponse>;
  /** Hands out what the finalized block changes in the application's table. */
  commit(): CommitResponse;
  /** The batch of `commit` is on disk: from now on queries see the block's state. */
  committed(): void;
  query(request: QueryRequest): Work<QueryResponse>;
}
