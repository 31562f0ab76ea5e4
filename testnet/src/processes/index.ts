/**
 * Real local networks: homes, keys and genesis are made, one process a node is started, watched,
 * hurt on command and stopped. It speaks to nodes over their RPC like everybody else, and decides
 * nothing about the chain.
 */
export { controlPath, sendOrder, type Order, type OrderFor } from "./control.ts";
export { loadDevAccounts, type DevAccount } from "./dev-accounts.ts";
export { findCometbft } from "./find-cometbft.ts";
export { lastLogLine } from "./last-log-line.ts";
export { openLocalNetwork, type LocalNetwork } from "./local-network.ts";
export { loadNetworkFile, type NetworkFile, type NetworkNode } from "./network-file.ts";
export { NetworkError, type NetworkErrorCode } from "./network-error.ts";
export {
  logPath,
  NodeProcess,
  type NodeExit,
  type NodeRun,
  type NodeState,
} from "./node-process.ts";
export { observeNodes, observePace, type NodeView, type Pace } from "./observe.ts";
export { basePortDefault, planNodes, rpcUrl, type NodePlan } from "./plan.ts";
export { findPorts } from "./ports.ts";
export { Session, type SessionOptions } from "./session.ts";
