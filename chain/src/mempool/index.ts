/**
 * Transactions on their way into a block: admission through the application's CheckTx, a cache of
 * what was seen, limits, order, rechecks after each block, and the batched exchange with peers. It
 * follows CometBFT v0.38's flood pool (`mempool/clist_mempool.go`) in its refusals and limits, and
 * differs where that one is known to hurt: a transaction crosses a link once, rechecks come in
 * slices, one sender cannot fill the pool. It keeps nothing across a restart.
 */
export { createMempoolLimits, type MempoolLimits } from "./limits.ts";
export { Mempool } from "./mempool.ts";
export type {
  BlockLimits,
  CheckResult,
  KeyedTx,
  MempoolCounters,
  MempoolEffect,
  MempoolInput,
} from "./model.ts";
export type { ReapLimits } from "./pool.ts";
export type { MempoolRefusal, MempoolRefusalCode } from "./refusal.ts";
