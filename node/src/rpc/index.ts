/**
 * CometBFT v0.38's RPC over a node: it decodes a request, asks the backend, and encodes the answer
 * in the original's shapes and words (rpc/core and rpc/jsonrpc of CometBFT). Subscriptions, health
 * checks and the metrics listener are here too. It owns no state of the chain.
 */
export type {
  ApplicationAccess,
  Awaitable,
  BlockMeta,
  BlockReader,
  IndexedTx,
  IndexReader,
  NodeAccess,
  NodeEvent,
  NodeInfo,
  Page,
  PeerConnection,
  PeerRound,
  PoolAccess,
  Proposer,
  RoundEventName,
  RoundPlace,
  RpcBackend,
  Search,
  StateReader,
  Submission,
} from "./backend.ts";
export { limits as rpcLimits, type RpcSettings } from "./limits.ts";
export { createMetrics, type MetricsRegistry } from "./metrics.ts";
export { createMetricsServer } from "./metrics-server.ts";
export { createRpcServer, type RpcServer, type RpcServerOptions } from "./rpc-server.ts";
