/** The ways in which a validator of the simulation may lie, by the names of their classes. */

/**
 * `double-proposal` and `double-vote` tell one half of the peers something else than the other;
 * `amnesia` prevotes against its lock; `bad-proposer` proposes out of turn, or on a proof of lock
 * that there is not; `withholding` sends its own messages to some, to none or at the last moment,
 * or relays nothing; `invalid-block` proposes what must be refused, or parts that fit nothing;
 * `extremes` are bit arrays of wrong lengths and heights, rounds and places beyond all others;
 * `vote-flood` votes for hundreds of rounds to come; `replay` sends again what is long past, and
 * votes of another chain; `mutation` changes any message a little; `transaction-spam`, `sync-lies`
 * and `odd-evidence` concern the other streams; `twins` are one key on two machines.
 */
export const lieKinds = [
  "double-proposal",
  "double-vote",
  "amnesia",
  "bad-proposer",
  "withholding",
  "invalid-block",
  "extremes",
  "vote-flood",
  "replay",
  "transaction-spam",
  "sync-lies",
  "odd-evidence",
  "mutation",
] as const;

export const byzantineKinds = [...lieKinds, "twins"] as const;

export type LieKind = (typeof lieKinds)[number];
export type ByzantineKind = (typeof byzantineKinds)[number];
