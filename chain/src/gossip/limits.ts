import { assert } from "#base";

/** Every bound and delay of gossip, in one place (STYLE rule 25). */
export interface GossipLimits {
  /** What is put out for a peer waits so long for company: one frame carries all of it. */
  readonly flushMs: number;
  /** What somebody else made is left to others for this long before a peer gets it from us. */
  readonly relayMs: number;
  /** An announcement follows a step and a gain after these, and comes at the latest after that. */
  readonly announceStepMs: number;
  readonly announceGainMs: number;
  readonly announceMs: number;
  /** How often it is looked over what peers still lack. */
  readonly reviewMs: number;
  /** An item that a peer does not confirm is sent again, the second time after twice as long. */
  readonly resendMs: number;
  readonly resendMaxMs: number;
  /** Parts on the way to one peer. */
  readonly partsUnderWayMax: number;
  /** Votes put out for one peer at one look. */
  readonly votesPerReview: number;
  readonly frameBytes: number;
  readonly frameMessagesMax: number;
  /** Rounds, part sets and votes by block in one announcement. */
  readonly announceRoundsMax: number;
  readonly announcePartSetsMax: number;
  readonly announceClaimsMax: number;
  /** Quorums claimed by one peer that our announcements answer. */
  readonly peerClaimsMax: number;
  /** Relays in a row that turned out to be needed, before they go out without a delay. */
  readonly eagerAfter: number;
}

const gossipLimitsDefault: GossipLimits = {
  flushMs: 1,
  relayMs: 100,
  announceStepMs: 5,
  announceGainMs: 20,
  announceMs: 1_000,
  reviewMs: 250,
  resendMs: 1_000,
  resendMaxMs: 2_000,
  partsUnderWayMax: 32,
  votesPerReview: 96,
  frameBytes: 256 * 1024,
  frameMessagesMax: 256,
  announceRoundsMax: 32,
  announcePartSetsMax: 8,
  announceClaimsMax: 16,
  peerClaimsMax: 4,
  eagerAfter: 2,
};

/** Fills in the defaults and asserts how the limits stand to one another. */
export function createGossipLimits(changes: Partial<GossipLimits> = {}): GossipLimits {
  const limits = { ...gossipLimitsDefault, ...changes };
  assert(limits.relayMs > limits.announceGainMs, "peers say what they have before it is relayed");
  assert(limits.announceMs >= limits.announceGainMs, "a gain is not later than the regular word");
  assert(limits.resendMs > limits.announceGainMs, "what arrived is confirmed before it goes again");
  assert(limits.resendMaxMs >= limits.resendMs, "resending slows down");
  assert(limits.votesPerReview <= limits.frameMessagesMax, "a frame holds what a look puts out");
  assert(limits.announceRoundsMax >= 4, "the rounds that matter are announced");
  return limits;
}
