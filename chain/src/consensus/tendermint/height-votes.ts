/**
 * The votes of one height, by round and type. All rounds up to the current one are kept; of later
 * rounds, each validator's two newest, so that a liar fills no memory. Proposals count here too as
 * messages of their round (L55).
 */
import { defined } from "#base";
import {
  isBlock,
  type BlockId,
  type Height,
  type Round,
  type ValidatorSet,
  type Vote,
  type VoteType,
} from "#types";
import { limits } from "./limits.ts";
import { VoteSet } from "./vote-set.ts";

interface RoundVotes {
  readonly round: Round;
  readonly prevote: VoteSet;
  readonly precommit: VoteSet;
  /** Whoever sent any message of the round. */
  readonly senders: Set<number>;
}

/** 2f+1 votes of one round and type for one block. */
export interface Quorum {
  readonly round: Round;
  readonly type: VoteType;
  readonly blockId: BlockId;
}

export class HeightVotes {
  readonly #height: Height;
  readonly #validators: ValidatorSet;
  readonly #rounds = new Map<Round, RoundVotes>();
  /** Rounds that were not begun when their first message came: few, as they are bounded. */
  readonly #ahead = new Set<Round>();
  #quorums: readonly Quorum[] = [];

  constructor(height: Height, validators: ValidatorSet) {
    this.#height = height;
    this.#validators = validators;
  }

  votesOf(round: Round, type: VoteType): VoteSet | undefined {
    return this.#rounds.get(round)?.[type];
  }

  /** Ascending. */
  get rounds(): readonly Round[] {
    return [...this.#rounds.keys()].toSorted((left, right) => left - right);
  }

  /** For blocks, never nil; the latest round first. */
  get quorums(): readonly Quorum[] {
    return this.#quorums;
  }

  /** Whether a message of this validator and round would be kept, as things stand. */
  admits(message: SentMessage): boolean {
    const { round, validatorIndex, current } = message;
    if (round <= current) return true;
    if (round > current + limits.roundsAheadMax) return false;
    const known = this.#futureRoundsOf(validatorIndex, current);
    if (known.includes(round) || known.length < limits.futureRoundsMax) return true;
    return round > Math.min(...known);
  }

  /** Counts a verified vote that adds to its set. Gives its set, and the vote it contradicts. */
  add(
    vote: Vote,
    current: number,
  ): { readonly votes: VoteSet; readonly contradicted: Vote | undefined } {
    const { round, validatorIndex, type } = vote;
    this.noteSender({ round, validatorIndex, current });
    const votes = this.#roundOf(round)[type];
    const contradicted = votes.add(vote);
    const { majority } = votes;
    const isNew = !this.#quorums.some((quorum) => quorum.round === round && quorum.type === type);
    if (majority !== undefined && isBlock(majority) && isNew) {
      const quorums = [...this.#quorums, { round, type, blockId: majority }];
      this.#quorums = quorums.toSorted((left, right) => right.round - left.round);
    }
    return { votes, contradicted };
  }

  /** A verified message came. What it displaces of the same validator is forgotten. */
  noteSender(message: SentMessage): void {
    const { round, validatorIndex, current } = message;
    if (round > current) {
      this.#displace(message);
      this.#ahead.add(round);
    }
    this.#roundOf(round).senders.add(validatorIndex);
  }

  /** L55: the latest round after the current one of which f+1 have sent messages. */
  roundToSkipTo(current: number): Round | undefined {
    let latest: Round | undefined;
    for (const { round, senders } of this.#future(current)) {
      if (round < (latest ?? 0)) continue;
      if (this.#powerOf(senders) * 3n > this.#validators.powerTotal) latest = round;
    }
    return latest;
  }

  #displace({ round, validatorIndex, current }: SentMessage): void {
    const known = this.#futureRoundsOf(validatorIndex, current);
    if (known.includes(round) || known.length < limits.futureRoundsMax) return;
    const oldest = known.toSorted((left, right) => left - right)[0];
    const votes = this.#rounds.get(defined(oldest, "a validator at its limit has rounds"));
    if (votes === undefined) return;
    votes.prevote.remove(validatorIndex);
    votes.precommit.remove(validatorIndex);
    votes.senders.delete(validatorIndex);
    this.#quorums = this.#quorums.filter((quorum) => this.#holds(quorum));
    if (votes.senders.size === 0) this.#rounds.delete(votes.round);
  }

  #holds({ round, type, blockId }: Quorum): boolean {
    return this.votesOf(round, type)?.hasTwoThirdsFor(blockId) === true;
  }

  #futureRoundsOf(validatorIndex: number, current: number): readonly Round[] {
    return this.#future(current)
      .filter(({ senders }) => senders.has(validatorIndex))
      .map(({ round }) => round);
  }

  #future(current: number): readonly RoundVotes[] {
    const future: RoundVotes[] = [];
    for (const round of this.#ahead) {
      const votes = this.#rounds.get(round);
      if (votes === undefined || round <= current) this.#ahead.delete(round);
      else future.push(votes);
    }
    return future;
  }

  #powerOf(senders: ReadonlySet<number>): bigint {
    let power = 0n;
    for (const index of senders) {
      power += defined(this.#validators.validators[index], "a sender is in the set").power;
    }
    return power;
  }

  #roundOf(round: Round): RoundVotes {
    const known = this.#rounds.get(round);
    if (known !== undefined) return known;
    const place = { height: this.#height, round, validators: this.#validators };
    const votes: RoundVotes = {
      round,
      prevote: new VoteSet({ ...place, type: "prevote" }),
      precommit: new VoteSet({ ...place, type: "precommit" }),
      senders: new Set(),
    };
    this.#rounds.set(round, votes);
    return votes;
  }
}

/** `current` is −1 before round 0 has begun. */
interface SentMessage {
  readonly round: Round;
  readonly validatorIndex: number;
  readonly current: number;
}
