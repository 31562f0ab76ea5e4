/**
 * The chain as one replica follows it, on the engine's side of ABCI: the state between two blocks,
 * which block may come next, what the application is told, and what becomes of its answer. It never
 * sees execution; it writes nothing; the drivers carry its values to disk.
 */
export {
  commitInfoOf,
  finalizeRequestOf,
  misbehaviorOf,
  processRequestOf,
} from "./abci-requests.ts";
export { chainStateFromGenesis, nextHeight, type ChainState } from "./chain-state.ts";
export { decodeChainState, encodeChainState } from "./encode-chain-state.ts";
export { planHandshake, type HandshakeStep, type StoredHeights } from "./handshake.ts";
export { makeBlock } from "./make-block.ts";
export { nextChainState, type FinalizedBlock } from "./next-chain-state.ts";
export { replicaError, ReplicaError, type ReplicaErrorCode } from "./replica-error.ts";
export { validateBlock, type BlockJudges } from "./validate-block.ts";
