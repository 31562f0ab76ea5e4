import { assert } from "#base";

/** What a transaction may hold, by number: nothing is bounded by catching (DESIGN §4). */
export const limits = {
  /** The pool's `max_tx_bytes` is smaller; this bounds what a block may carry. */
  txBytesMax: 1_048_576,
  messagesMax: 1000,
  signersMax: 64,
  /** Messages within messages, of the transaction itself and of each of its parts. */
  depthMax: 12,
  /** Entries of lists in the transaction, and again in each message and key inside it. */
  itemsMax: 16_384,
  /** Keys within multi-signature keys. */
  keyDepthMax: 4,
  multisigKeysDecoded: 64,
  coinsMax: 64,
  /** Decoded transactions, each with its verdicts, that are kept: more than a full pool. */
  transactionsRemembered: 8192,
  /** What they take decoded is up to thirty times as much. */
  transactionBytesRemembered: 16 * 1024 * 1024,
  /** Keys that the pool's state remembers beside those that it changed, until the next block. */
  poolReadsRemembered: 65_536,
  /** Blocks executed ahead of a decision: one a round, the oldest goes. */
  blocksExecutedAhead: 3,
  /** Between two pauses of a work. */
  txsPerTurn: 16,
  queryItemsPerTurn: 256,
  pageDefault: 100,
  pageMax: 1000,
  /** 2^63 − 1, as in the SDK. */
  gasWantedMax: 2n ** 63n - 1n,
} as const;

assert(limits.multisigKeysDecoded >= 7, "as many keys are decoded as the genesis limit allows");
assert(limits.pageDefault <= limits.pageMax, "the default page is a page");
