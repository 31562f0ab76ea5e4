/**
 * One operator's settings, read once and frozen (STYLE rule 40). Sections and keys are CometBFT's
 * where it has them; durations are milliseconds. What all operators agree on is genesis instead.
 */
import type { GasPrices } from "@pyralog/chain/execution";
import type { PeerAddress, TcpAddress } from "./values.ts";
import type { HomePaths } from "./home.ts";

export interface Config {
  readonly paths: HomePaths;
  readonly general: GeneralConfig;
  readonly rpc: RpcConfig;
  readonly p2p: P2pConfig;
  readonly mempool: MempoolConfig;
  readonly consensus: ConsensusConfig;
  readonly instrumentation: InstrumentationConfig;
  readonly app: AppConfig;
  readonly state: StateConfig;
}

export interface GeneralConfig {
  readonly moniker: string;
  /** `info`, or levels per module: `consensus:debug,*:info`. */
  readonly logLevels: string;
}

export interface RpcConfig {
  readonly listen: TcpAddress;
  readonly corsAllowedOrigins: readonly string[];
  readonly subscriptionClientsMax: number;
  readonly subscriptionsPerClientMax: number;
  readonly broadcastCommitTimeoutMs: number;
  readonly batchRequestsMax: number;
  readonly bodyBytesMax: number;
}

export interface P2pConfig {
  readonly listen: TcpAddress;
  /** What peers are told to dial, where it differs from `listen`. */
  readonly external: TcpAddress | undefined;
  readonly persistentPeers: readonly PeerAddress[];
  readonly inboundPeersMax: number;
  readonly outboundPeersMax: number;
}

export interface MempoolConfig {
  readonly txsMax: number;
  readonly bytesMax: number;
  readonly txBytesMax: number;
  readonly cacheSize: number;
  readonly txsPerSenderMax: number;
  readonly recheck: boolean;
}

export interface ConsensusConfig {
  readonly proposeTimeoutMs: number;
  readonly proposeTimeoutDeltaMs: number;
  readonly prevoteTimeoutMs: number;
  readonly prevoteTimeoutDeltaMs: number;
  readonly precommitTimeoutMs: number;
  readonly precommitTimeoutDeltaMs: number;
  /** How long a decided height waits for late precommits before the next one begins. */
  readonly commitTimeoutMs: number;
}

export interface InstrumentationConfig {
  readonly prometheus: boolean;
  readonly listen: TcpAddress;
  /** What the name of every metric begins with. */
  readonly namespace: string;
}

export interface AppConfig {
  /** None lets everything in. */
  readonly gasPricesMin: GasPrices;
  /** Blocks kept below the newest; 0 keeps all. */
  readonly blocksKeptMin: number;
}

export interface StateConfig {
  /** How many heights of state can be asked for and proven. */
  readonly versionsMax: number;
}
