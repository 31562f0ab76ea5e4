/** The engine's settings and bounds. Timeouts are one operator's; they need not be equal. */
import { assert, brand } from "#base";
import type { Round } from "#types";

export const firstRound: Round = brand(0);

/** The defaults of CometBFT v0.38, under its names. Each round's timeouts are longer (L21). */
export interface Timeouts {
  readonly proposeMs: number;
  readonly proposeDeltaMs: number;
  readonly prevoteMs: number;
  readonly prevoteDeltaMs: number;
  readonly precommitMs: number;
  readonly precommitDeltaMs: number;
  /** From a decision to the next height's first round, to gather late precommits. */
  readonly commitMs: number;
  /** Do not wait for `commitMs` once every precommit of the last height is in. */
  readonly skipCommit: boolean;
}

export const timeoutsDefault: Timeouts = Object.freeze({
  proposeMs: 3000,
  proposeDeltaMs: 500,
  prevoteMs: 1000,
  prevoteDeltaMs: 500,
  precommitMs: 1000,
  precommitDeltaMs: 500,
  commitMs: 1000,
  skipCommit: false,
});

export const limits = Object.freeze({
  /** Of each validator, votes of so many rounds beyond the current one are kept, the newest. */
  futureRoundsMax: 2,
  /**
   * Votes of rounds further ahead are not kept: each round skipped costs a turn of the proposers,
   * and a coalition of a third must not stop us with one that no correct validator reaches.
   */
  roundsAheadMax: 100_000,
  /** Proposals of so many rounds beyond the current one are kept: each costs a turn to compute. */
  proposalRoundsAhead: 2,
  /** Part sets of so many proposals are kept, the newest, besides locked, valid and voted ones. */
  proposedBlocksMax: 5,
  /** Parts whose set is not known yet are held, so many bytes for each peer. */
  heldPartBytesMax: 1_048_576,
  /** Besides those held, a peer may send so many greatest blocks of unfit parts per height. */
  unverifiedBlocksMax: 2n,
  /** Unfit parts of more peers than these are dropped unseen. */
  unverifiedPeersMax: 64,
  /** What timers can wait. */
  timeoutMsMax: 2 ** 31 - 1,
});

assert(limits.proposalRoundsAhead < limits.proposedBlocksMax, "the current proposal is kept");
assert(limits.proposalRoundsAhead <= limits.futureRoundsMax, "a kept proposal's votes are kept");
