/**
 * What the RPC needs of a node, and nothing of how the node does it. The wiring implements it over
 * stores, drivers and the application; tests implement it over values in memory. Heights asked for
 * are ones that `base` and `height` allow; what is pruned or missing all the same is `undefined`.
 */
import type {
  CheckTxResponse,
  InfoResponse,
  QueryRequest,
  QueryResponse,
} from "@pyralog/chain/abci";
import type { Result } from "@pyralog/chain/base";
import type { RoundState } from "@pyralog/chain/consensus";
import type { Query } from "@pyralog/chain/query";
import type {
  Block,
  BlockId,
  BlockResults,
  Commit,
  ConsensusParams,
  Evidence,
  Header,
  Height,
  PublicKey,
  Round,
  Time,
  TxResult,
  Validator,
  ValidatorSet,
  Vote,
} from "@pyralog/chain/types";

export type Awaitable<Value> = Value | Promise<Value>;

export interface RpcBackend {
  readonly blocks: BlockReader;
  readonly states: StateReader;
  readonly index: IndexReader;
  readonly pool: PoolAccess;
  readonly application: ApplicationAccess;
  readonly node: NodeAccess;
}

export interface BlockMeta {
  readonly blockId: BlockId;
  readonly sizeBytes: number;
  readonly header: Header;
  readonly txCount: number;
}

export interface BlockReader {
  /** The lowest height still kept; 0 before the first block. */
  base(): Height;
  /** The highest height stored; 0 before the first block. */
  height(): Height;
  meta(height: Height): Awaitable<BlockMeta | undefined>;
  block(height: Height): Awaitable<Block | undefined>;
  heightOf(hash: Uint8Array): Awaitable<Height | undefined>;
  /** The commit that the block at the next height carries. */
  commit(height: Height): Awaitable<Commit | undefined>;
  /** The precommits that this node saw, for the newest height. */
  seenCommit(height: Height): Awaitable<Commit | undefined>;
}

export interface StateReader {
  results(height: Height): Awaitable<BlockResults | undefined>;
  validators(height: Height): Awaitable<ValidatorSet | undefined>;
  consensusParams(height: Height): Awaitable<ConsensusParams | undefined>;
}

export interface IndexedTx {
  readonly height: Height;
  readonly index: number;
  readonly tx: Uint8Array;
  readonly result: TxResult;
}

/** By height, then by index within the block. */
export interface Search {
  readonly query: Query;
  readonly order: "ascending" | "descending";
  /** How many hits to pass over, and how many to give at most. */
  readonly skip: number;
  readonly limit: number;
}

/** The total counts all hits, also where the page is empty. */
export interface Page<Hit> {
  readonly total: number;
  readonly hits: readonly Hit[];
}

export interface IndexReader {
  tx(hash: Uint8Array): Awaitable<IndexedTx | undefined>;
  searchTxs(search: Search): Awaitable<Page<IndexedTx>>;
  searchBlocks(search: Search): Awaitable<Page<Height>>;
}

/** What the pool said to a transaction; a refusal's message is for the client. */
export interface Submission {
  readonly outcome: Result<CheckTxResponse, { readonly message: string }>;
}

export interface PoolAccess {
  count(): number;
  bytes(): number;
  /** The next ones to be proposed. */
  txs(limit: number): readonly Uint8Array[];
  submit(tx: Uint8Array): Promise<Submission>;
}

export interface ApplicationAccess {
  info(): Awaitable<InfoResponse>;
  query(request: QueryRequest): Awaitable<QueryResponse>;
  /** CheckTx without a place in the pool. */
  check(tx: Uint8Array): Awaitable<CheckTxResponse>;
}

export interface NodeInfo {
  readonly protocol: { readonly p2p: bigint; readonly block: bigint; readonly app: bigint };
  /** In hexadecimal digits. */
  readonly id: string;
  readonly listenAddress: string;
  readonly network: string;
  readonly version: string;
  readonly channels: Uint8Array;
  readonly moniker: string;
  readonly other: Readonly<Record<string, string>>;
}

export interface PeerConnection {
  readonly info: NodeInfo;
  readonly outbound: boolean;
  readonly remoteIp: string;
  readonly connectedMs: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

/** What this node believes a peer has (`dump_consensus_state`). */
export interface PeerRound {
  readonly address: string;
  readonly height: Height;
  readonly round: Round;
  readonly step: RoundState["step"];
  readonly startTime: Time;
  readonly prevotes: readonly boolean[];
  readonly precommits: readonly boolean[];
  readonly parts: readonly boolean[];
}

export interface NodeAccess {
  /** The genesis document as JSON text, as the node was given it. It never changes. */
  genesis(): string;
  info(): NodeInfo;
  validatorKey(): PublicKey;
  /** Whether the node is known to be behind its peers. */
  syncing(): boolean;
  listening(): boolean;
  listeners(): readonly string[];
  peers(): readonly PeerConnection[];
  peerRounds(): readonly PeerRound[];
  round(): RoundState;
  addEvidence(evidence: Evidence): Awaitable<Result<void, { readonly message: string }>>;
  /** Calls back with everything that happens from now on, until the returned function is called. */
  subscribe(listener: (event: NodeEvent) => void): () => void;
}

/** Events that carry no more than the round and the step they happened in. */
export type RoundEventName =
  | "Lock"
  | "NewRoundStep"
  | "Polka"
  | "Relock"
  | "TimeoutPropose"
  | "TimeoutWait"
  | "Unlock"
  | "ValidBlock";

export interface RoundPlace {
  readonly height: Height;
  readonly round: Round;
  readonly step: RoundState["step"] | "new-round";
}

export type NodeEvent =
  /** The block is applied, committed and indexed: whoever hears of it finds all of it. */
  | {
      readonly kind: "block-committed";
      readonly block: Block;
      readonly blockId: BlockId;
      readonly results: BlockResults;
      /** The validators that the block changed, as they are from then on. */
      readonly validatorUpdates: readonly Validator[];
    }
  | { readonly kind: "new-round"; readonly place: RoundPlace; readonly proposer: Proposer }
  | { readonly kind: "complete-proposal"; readonly place: RoundPlace; readonly blockId: BlockId }
  | { readonly kind: "round"; readonly name: RoundEventName; readonly place: RoundPlace }
  | { readonly kind: "vote"; readonly vote: Vote };

export interface Proposer {
  readonly address: Uint8Array;
  readonly index: number;
}
