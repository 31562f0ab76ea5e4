/**
 * The world as the node's logic sees it: interfaces only. `node/io` implements them over files,
 * LevelDB, libp2p and the system clock; the simulator implements them over memory and one seed.
 * A port that fails throws a `PortError`, after which the node stops: it never retries and then
 * acknowledges.
 */
import { ChainError } from "@pyralog/chain/base";

/**
 * - `DISK_FULL`: no space left.
 * - `DISK_FAILED`: a read, write or sync failed; what was not synced must be taken as lost.
 * - `TABLE_CORRUPT`: the table's own structure does not hold together.
 * - `CLOSED`: the port was used after it was closed.
 * - `LOCKED`: another process has the table open.
 * - `LISTEN_FAILED`: the address cannot be listened on; most often another process has the port.
 */
export type PortErrorCode =
  "DISK_FULL" | "DISK_FAILED" | "TABLE_CORRUPT" | "CLOSED" | "LOCKED" | "LISTEN_FAILED";

export class PortError extends ChainError<PortErrorCode> {}

/** A directory of append-mostly files. Paths are relative, with `/`. */
export interface Disk {
  /** Names of the files in a directory, in byte order; empty where there is no directory. */
  list(directory: string): Promise<readonly string[]>;
  /** Opens a file, creating it and its directories where missing. */
  open(path: string): Promise<DiskFile>;
  /** Deletes the file; the directory entry is synced before this resolves. */
  remove(path: string): Promise<void>;
  /** Replaces a whole small file atomically and durably (write aside, sync, rename, sync). */
  replace(path: string, bytes: Uint8Array): Promise<void>;
  /** The whole file, or nothing where there is none. */
  read(path: string): Promise<Uint8Array | undefined>;
}

export interface DiskFile {
  size(): Promise<number>;
  /** Fewer bytes than asked for only where the file ends. */
  read(range: { readonly offset: number; readonly length: number }): Promise<Uint8Array>;
  write(offset: number, bytes: Uint8Array): Promise<void>;
  truncate(length: number): Promise<void>;
  /** Resolves when everything written before the call survives a power cut. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface TableWrite {
  readonly key: Uint8Array;
  /** No value deletes the key. */
  readonly value?: Uint8Array;
}

export interface KeyRange {
  /** Inclusive. */
  readonly from: Uint8Array;
  /** Exclusive; without it, to the end. */
  readonly to?: Uint8Array;
  readonly reverse?: boolean;
  readonly limit?: number;
}

/** An ordered table of bytes. Its one kind of write is an atomic, synced batch (DESIGN §4). */
export interface Table {
  getSync(key: Uint8Array): Uint8Array | undefined;
  get(key: Uint8Array): Promise<Uint8Array | undefined>;
  /** Entries in byte order, from a snapshot taken at the first step. */
  scan(range: KeyRange): AsyncIterable<readonly [Uint8Array, Uint8Array]>;
  write(batch: readonly TableWrite[]): Promise<void>;
  close(): Promise<void>;
}

export interface Clock {
  /** Nanoseconds since the Unix epoch, as the machine believes. */
  now(): bigint;
  /** Milliseconds that never go backwards; for measuring only. */
  monotonicMs(): number;
}

export interface Timers {
  /** Calls back once after the delay, unless cancelled by the returned function. */
  after(delayMs: number, callback: () => void): () => void;
  /** Gives the event loop back for one turn. */
  pause(): Promise<void>;
}

export interface Entropy {
  bytes(length: number): Uint8Array;
}

/** What kind of stream a message travels on; each has its own limits and its own queue. */
export type Channel = "consensus" | "transactions" | "sync" | "evidence";

/**
 * The largest message each channel carries; both ends refuse more. Consensus: a block part and its
 * proof, or a vote with its extension. Transactions: a batch. Sync: a block and its commit.
 * Evidence: some dozens of pieces.
 */
export const messageBytesMax: Readonly<Record<Channel, number>> = {
  consensus: 1280 * 1024,
  transactions: 1536 * 1024,
  sync: 24 * 1024 * 1024,
  evidence: 256 * 1024,
};

/** The other end, by its node id (libp2p peer id as text). */
export type PeerId = string;

export interface WireHandler {
  connected(peer: PeerId): void;
  disconnected(peer: PeerId): void;
  received(message: {
    readonly peer: PeerId;
    readonly channel: Channel;
    readonly bytes: Uint8Array;
  }): void;
}

/** Messages between nodes: whole, in order within peer and channel, or the peer disconnects. */
export interface Wire {
  readonly self: PeerId;
  start(handler: WireHandler): Promise<void>;
  /** False when the peer's queue is full or the peer is gone: the message was not taken. */
  send(message: {
    readonly peer: PeerId;
    readonly channel: Channel;
    readonly bytes: Uint8Array;
  }): boolean;
  /** Ends the connection and refuses the peer for a while. */
  ban(peer: PeerId, reason: string): void;
  stop(): Promise<void>;
}

/** A connected peer as operators see it. */
export interface WirePeer {
  readonly peer: PeerId;
  /** `host:port` as seen from here. */
  readonly address: string;
  readonly direction: "inbound" | "outbound";
  readonly connectedMs: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly queued: number;
}

/** A wire that can be asked about its peers. */
export interface ObservedWire extends Wire {
  peers(): readonly WirePeer[];
}

export type LogLevel = "debug" | "info" | "warn" | "error";

export interface Log {
  write(level: LogLevel, message: string, facts?: Readonly<Record<string, unknown>>): void;
}

export {
  noMetrics,
  type CounterName,
  type GaugeName,
  type HistogramName,
  type Metrics,
  type Sample,
} from "./metrics.ts";
