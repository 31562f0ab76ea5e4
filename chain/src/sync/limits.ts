import { assert } from "#base";

/** Every bound of block sync, in one place (STYLE rule 25). */
export interface SyncLimits {
  /** Heights that are asked for or held at one time, from the next one on. */
  readonly windowHeights: number;
  readonly peerRequestsMax: number;
  /** Bytes of blocks held for later; beyond it only the next height is asked for. */
  readonly heldBytesMax: number;
  /** How long a node that lacks only the newest block leaves it to gossip. */
  readonly graceMs: number;
  /** A request is given up after a multiple of what the peer usually takes, within these. */
  readonly timeoutMinMs: number;
  readonly timeoutMaxMs: number;
  readonly timeoutPerLatency: number;
  /** Unanswered requests in a row before a peer is banned; after the first it has to wait. */
  readonly strikesMax: number;
  readonly pauseMs: number;
  /** Blocks within its own claim that a peer may deny in a row. */
  readonly denialsMax: number;
  /** After how long a candidate that nothing came of goes to the engine again. */
  readonly handOverMs: number;
  /** Status messages to peers are at least this far apart, and at most the second. */
  readonly statusMinMs: number;
  readonly statusMaxMs: number;
  /** Blocks being loaded for one peer, for all, and requests of one peer per second. */
  readonly peerLoadsMax: number;
  readonly loadsMax: number;
  readonly peerRequestsPerSecond: number;
  /** A block counts as one request more for each so many bytes. */
  readonly bytesPerRequest: number;
}

const syncLimitsDefault: SyncLimits = {
  windowHeights: 32,
  peerRequestsMax: 8,
  heldBytesMax: 32 * 1024 * 1024,
  graceMs: 2_000,
  timeoutMinMs: 3_000,
  timeoutMaxMs: 15_000,
  timeoutPerLatency: 8,
  strikesMax: 5,
  pauseMs: 5_000,
  denialsMax: 16,
  handOverMs: 5_000,
  statusMinMs: 200,
  statusMaxMs: 5_000,
  peerLoadsMax: 16,
  loadsMax: 64,
  peerRequestsPerSecond: 512,
  bytesPerRequest: 64 * 1024,
};

/** Fills in the defaults and asserts how the limits stand to one another. */
export function createSyncLimits(changes: Partial<SyncLimits> = {}): SyncLimits {
  const limits = { ...syncLimitsDefault, ...changes };
  assert(limits.windowHeights >= 1, "the next height is within the window");
  assert(limits.peerRequestsMax >= 1, "a peer may be asked");
  assert(limits.peerRequestsMax <= limits.peerLoadsMax, "a peer answers all that we ask at once");
  assert(limits.peerLoadsMax <= limits.loadsMax, "one peer's share is within the whole");
  assert(limits.timeoutMinMs <= limits.timeoutMaxMs, "timeouts have a range");
  assert(limits.statusMinMs <= limits.statusMaxMs, "status messages have a range");
  assert(limits.denialsMax > limits.peerRequestsMax, "pruning may deny all that is under way");
  assert(limits.strikesMax >= 1, "a peer is banned for something");
  return limits;
}
