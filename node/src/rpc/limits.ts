/** What one node gives to all its clients together, and to each. */
import { assert } from "@pyralog/chain/base";

/** What the operator sets. */
export interface RpcSettings {
  readonly listen: { readonly host: string; readonly port: number };
  /** Names, besides the loopback's own, under which a loopback listener may be addressed. */
  readonly hostNames?: readonly string[];
  readonly corsAllowedOrigins: readonly string[];
  readonly bodyBytesMax: number;
  readonly batchRequestsMax: number;
  readonly subscriptionClientsMax: number;
  readonly subscriptionsPerClientMax: number;
  readonly broadcastCommitTimeoutMs: number;
}

export const limits = {
  connectionsMax: 900,
  /** Of a search or a subscription. */
  queryBytesMax: 512,
  headerBytesMax: 32 * 1024,
  headersTimeoutMs: 10_000,
  /** For a whole request, body included. */
  requestTimeoutMs: 10_000,
  keepAliveMs: 60_000,
  /** Bytes of bodies being read, of all connections together. */
  bodyBytesInFlightMax: 64 * 1024 * 1024,
  /** Bytes of answers that clients have not taken yet, of all connections together. */
  replyBytesInFlightMax: 128 * 1024 * 1024,
  /** An answer of this size is given however many wait. */
  replyBytesAlways: 64 * 1024,
  /** What one WebSocket client may have waiting before it is cut off. */
  socketBufferBytesMax: 4 * 1024 * 1024,
  /** And all of them together; beyond it, whoever has the most waiting is cut off. */
  socketBuffersBytesMax: 128 * 1024 * 1024,
  /** Bytes of WebSocket messages that have not arrived whole, of all clients together. */
  socketUnreadBytesMax: 64 * 1024 * 1024,
  /** Requests of one WebSocket client that wait while one is carried out. */
  socketRequestsQueuedMax: 100,
  /** Events that wait to be matched, and the bytes of their blocks. A block is one. */
  eventsQueuedMax: 1000,
  eventBytesQueuedMax: 64 * 1024 * 1024,
  pingIntervalMs: 27_000,
  /** Without any sign of life for so long, a WebSocket client is gone. */
  silenceMaxMs: 30_000,
} as const;

assert(
  limits.socketBuffersBytesMax > limits.socketBufferBytesMax,
  "one client's buffer is within those of all",
);
assert(limits.pingIntervalMs < limits.silenceMaxMs, "a client is asked before it is given up");
assert(
  limits.keepAliveMs > limits.requestTimeoutMs,
  "a connection outlives the slowest request on it",
);
