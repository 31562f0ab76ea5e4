import { assert } from "#base";

/** Every bound of the pool, in one place (STYLE rule 25). An operator may change them. */
export interface MempoolLimits {
  readonly txsMax: number;
  /** Sum of the transactions' own bytes, those still being checked included. */
  readonly poolBytesMax: number;
  readonly txBytesMax: number;
  /** The last hashes, remembered so that what was seen is not checked again. */
  readonly cacheHashesMax: number;
  /** Whether a refused transaction stays in the cache and so cannot be tried again. */
  readonly keepInvalid: boolean;
  /** Transactions of one sender, as the application names it. */
  readonly senderTxsMax: number;
  /** Transactions that came from one peer, where the application names no sender. */
  readonly peerTxsMax: number;
  /** Transactions of one peer whose check has not come back yet. */
  readonly peerCheckingMax: number;
  /** Checks that a peer's transactions may fail per second, and at once after a quiet time. */
  readonly peerFailuresPerSecond: number;
  readonly peerFailuresMax: number;
  /** So many of its transactions may be no transactions at all; newer software may send some. */
  readonly peerFaultsPerSecond: number;
  readonly peerFaultsMax: number;
  /** Checks beyond a full pool, in the hope that the new one may take another's place. */
  readonly overCheckingMax: number;
  readonly checkSliceTxs: number;
  readonly recheckSliceTxs: number;
  /** A frame to a peer is sent at this size, or after the delay. One larger transaction fits. */
  readonly frameBytes: number;
  /** Transactions or hashes in one frame. */
  readonly frameItemsMax: number;
  readonly frameDelayMs: number;
  /** Announcements wait longer: in a mesh most of them are answered before they are made. */
  readonly announceDelayMs: number;
  /** How long an announced transaction may come by itself before it is asked for. */
  readonly wantDelayMs: number;
  /** After how long another peer is asked for it. */
  readonly wantTimeoutMs: number;
  readonly peerWantedMax: number;
  /** What one peer may have sent to it because it asked, per second. */
  readonly servedBytesPerSecond: number;
  /** A transaction that waits this long is announced to everybody again. */
  readonly reannounceMs: number;
}

/** CometBFT v0.38's numbers where it has them, but for the bytes: its 1 GiB is too much to lose. */
const mempoolLimitsDefault: MempoolLimits = {
  txsMax: 5000,
  poolBytesMax: 64 * 1024 * 1024,
  txBytesMax: 1_048_576,
  cacheHashesMax: 10_000,
  keepInvalid: false,
  senderTxsMax: 64,
  peerTxsMax: 1250,
  peerCheckingMax: 1024,
  peerFailuresPerSecond: 500,
  peerFailuresMax: 5000,
  peerFaultsPerSecond: 1,
  peerFaultsMax: 64,
  overCheckingMax: 64,
  checkSliceTxs: 128,
  recheckSliceTxs: 256,
  frameBytes: 64 * 1024,
  frameItemsMax: 2048,
  frameDelayMs: 25,
  announceDelayMs: 100,
  wantDelayMs: 30,
  wantTimeoutMs: 500,
  peerWantedMax: 2048,
  servedBytesPerSecond: 8 * 1024 * 1024,
  reannounceMs: 10_000,
};

/** Fills in the defaults and asserts how the limits stand to one another. */
export function createMempoolLimits(changes: Partial<MempoolLimits> = {}): MempoolLimits {
  const limits = { ...mempoolLimitsDefault, ...changes };
  assert(limits.txsMax >= 1, "a pool holds at least one transaction");
  assert(limits.cacheHashesMax >= limits.txsMax, "the cache remembers at least the whole pool");
  assert(limits.txBytesMax <= limits.poolBytesMax, "the largest transaction fits the pool");
  assert(limits.senderTxsMax >= 1, "every sender may have one transaction");
  assert(limits.peerFailuresMax >= limits.peerTxsMax, "what one block outdated is no flood");
  assert(limits.peerFaultsMax >= 1, "one fault is forgiven");
  assert(limits.peerTxsMax >= 1, "every peer may bring one transaction");
  assert(limits.frameItemsMax >= 1, "a frame is not empty");
  assert(limits.checkSliceTxs >= 1 && limits.recheckSliceTxs >= 1, "a slice is not empty");
  assert(limits.servedBytesPerSecond >= limits.txBytesMax, "the largest transaction is served");
  assert(limits.wantDelayMs >= limits.frameDelayMs, "a batch under way arrives before it is asked");
  return limits;
}
