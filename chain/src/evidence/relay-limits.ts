import { assert } from "#base";

/** Every bound and delay of the evidence relay, in one place (STYLE rule 25). */
export interface RelayLimits {
  /** How often it is looked over who still lacks something, while anything is pending. */
  readonly reviewMs: number;
  /** What a peer does not confirm is sent again, each time after twice as long. */
  readonly resendMs: number;
  readonly resendMaxMs: number;
  /** Pieces and hashes in one frame. A piece is a few hundred bytes. */
  readonly frameItemsMax: number;
  /** Pieces of one peer that are being checked; what is beyond is not taken, and comes again. */
  readonly checkingMax: number;
  /** A node that catches up may be so far beyond what its peers last heard of it. */
  readonly expirySlackBlocks: bigint;
}

const relayLimitsDefault: RelayLimits = {
  reviewMs: 250,
  resendMs: 1_000,
  resendMaxMs: 16_000,
  frameItemsMax: 64,
  checkingMax: 128,
  expirySlackBlocks: 100n,
};

/** Fills in the defaults and asserts how the limits stand to one another. */
export function createRelayLimits(changes: Partial<RelayLimits> = {}): RelayLimits {
  const limits = { ...relayLimitsDefault, ...changes };
  assert(limits.reviewMs <= limits.resendMs, "what is due again is looked at in time");
  assert(limits.resendMs <= limits.resendMaxMs, "resending slows down");
  assert(limits.frameItemsMax <= limits.checkingMax, "what one frame brings is checked");
  assert(limits.expirySlackBlocks >= 0n, "the slack is towards the peer");
  return limits;
}
