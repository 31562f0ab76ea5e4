/**
 * The votes of one height, by round and type. All rounds up to the current one are kept; of later
 * rounds, each validator's two newest, so that a liar fills no memory. Proposals count here too as
 * messages of their round (L55).
 */
import { defined } from "#base";
import type { Height, Round, ValidatorSet, Vote, VoteType } from "#types";
import { limits } from "./limits.ts";
import { VoteSet } from "./vote-set.ts";

interface RoundVotes {
  readonly round: Round;
  readonly prevote: VoteSet;
  readonly precommit: VoteSet;
  /** Whoever sent any message of the round. */
  readonly senders: Set<number>;
}

export class HeightVotes {
  readonly #height: Height;
  readonly #validators: ValidatorSet;
  readonly #rounds = new Map<Round, RoundVotes>();

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

  /** Whether a message of this validator and round would be kept, as things stand. */
  admits(message: SentMessage): boolean {
    const { round, validatorIndex, current } = message;
    if (round <= current) return true;
    if (round > current + limits.roundsAheadMax) return false;
    const known = this.#futureRoundsOf(validatorIndex, current);
    if (known.includes(round) || known.length < limits.futureRoundsMax) return true;
    return round > Math.min(...known);
  }

  /** The set that a verified vote belongs into; makes room for it where it is of the future. */
  makeRoom(vote: Vote, current: number): VoteSet {
    this.noteSender({ round: vote.round, validatorIndex: vote.validatorIndex, current });
    return this.#roundOf(vote.round)[vote.type];
  }

  /** A verified message came. What it displaces of the same validator is forgotten. */
  noteSender(message: SentMessage): void {
    const { round, validatorIndex, current } = message;
    if (round > current) this.#displace(message);
    this.#roundOf(round).senders.add(validatorIndex);
  }

  /** L55: the latest round after the current one of which f+1 have sent messages. */
  roundToSkipTo(current: number): Round | undefined {
    let latest: Round | undefined;
    for (const { round, senders } of this.#rounds.values()) {
      if (round <= current || round < (latest ?? 0)) continue;
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
    if (votes.senders.size === 0) this.#rounds.delete(votes.round);
  }

  #futureRoundsOf(validatorIndex: number, current: number): readonly Round[] {
    const rounds: Round[] = [];
    for (const { round, senders } of this.#rounds.values()) {
      if (round > current && senders.has(validatorIndex)) rounds.push(round);
    }
    return rounds;
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
