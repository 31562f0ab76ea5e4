/**
 * The votes of one height, round and type. Every vote in it was verified by the caller. A validator
 * counts once towards "any" votes, and once towards each block that it signed for: the paper asks
 * for 2f+1 messages for one value, and an equivocator has sent one for each of its values. Two
 * quorums still meet in a correct validator, which signs once.
 */
import { assert, defined } from "#base";
import {
  blockIdKey,
  commitFromVotes,
  voteFromCommit,
  type BlockId,
  type BlockIdOrNil,
  type Commit,
  type Height,
  type Round,
  type ValidatorSet,
  type Vote,
  type VoteType,
} from "#types";
import type { VotesView } from "./round-state.ts";

/**
 * How a vote stands to those that are there: `first` of its validator, another one that
 * `contradicts` the first, `known` already (the same block; the first signature serves), or
 * `surplus`, the third value of an equivocator, for which no correct validator voted.
 */
export type VoteStanding = "first" | "contradicts" | "known" | "surplus";

interface Tally {
  readonly blockId: BlockIdOrNil;
  readonly votes: Map<number, Vote>;
  power: bigint;
}

export class VoteSet implements VotesView {
  readonly height: Height;
  readonly round: Round;
  readonly type: VoteType;
  readonly #validators: ValidatorSet;
  readonly #first: (Vote | undefined)[];
  readonly #tallies = new Map<string, Tally>();
  #power = 0n;
  #majority: BlockIdOrNil | undefined;

  constructor(options: {
    readonly height: Height;
    readonly round: Round;
    readonly type: VoteType;
    readonly validators: ValidatorSet;
  }) {
    this.height = options.height;
    this.round = options.round;
    this.type = options.type;
    this.#validators = options.validators;
    this.#first = Array.from(options.validators.validators, () => undefined);
  }

  standing(vote: Vote): VoteStanding {
    const { validatorIndex, blockId } = vote;
    if (this.#first[validatorIndex] === undefined) return "first";
    const tally = this.#tallies.get(blockIdKey(blockId));
    if (tally?.votes.has(validatorIndex) === true) return "known";
    const backed = tally !== undefined && this.#isMoreThanThird(tally.power);
    return backed || this.#valuesOf(validatorIndex) < 2 ? "contradicts" : "surplus";
  }

  /** A verified vote whose standing is `first` or `contradicts`. Gives what it contradicts. */
  add(vote: Vote): Vote | undefined {
    const { validatorIndex } = vote;
    const standing = this.standing(vote);
    assert(standing === "first" || standing === "contradicts", "only a vote that counts is added");
    const power = this.#powerOf(validatorIndex);
    const before = this.#first[validatorIndex];
    if (before === undefined) {
      this.#first[validatorIndex] = vote;
      this.#power += power;
    }
    const tally = this.#tallyOf(vote.blockId);
    tally.votes.set(validatorIndex, vote);
    tally.power += power;
    if (this.isTwoThirds(tally.power)) this.#majority ??= tally.blockId;
    return before;
  }

  /** Forgets all votes of a validator, to make room for its newer ones. */
  remove(validatorIndex: number): void {
    if (this.#first[validatorIndex] === undefined) return;
    const power = this.#powerOf(validatorIndex);
    this.#first[validatorIndex] = undefined;
    this.#power -= power;
    for (const [key, tally] of this.#tallies) {
      if (!tally.votes.delete(validatorIndex)) continue;
      tally.power -= power;
      if (tally.votes.size === 0) this.#tallies.delete(key);
    }
    const tally = this.#majority === undefined ? undefined : this.#find(this.#majority);
    if (!this.isTwoThirds(tally?.power ?? 0n)) this.#majority = undefined;
  }

  /** What 2f+1 voted for. */
  get majority(): BlockIdOrNil | undefined {
    return this.#majority;
  }

  /** 2f+1 voted, for anything. */
  get hasTwoThirdsAny(): boolean {
    return this.isTwoThirds(this.#power);
  }

  get isComplete(): boolean {
    return this.#power === this.#validators.powerTotal;
  }

  /** 2f+1 voted for just this. */
  hasTwoThirdsFor(blockId: BlockIdOrNil): boolean {
    return this.isTwoThirds(this.#find(blockId)?.power ?? 0n);
  }

  isTwoThirds(power: bigint): boolean {
    return power * 3n > this.#validators.powerTotal * 2n;
  }

  get size(): number {
    return this.#first.length;
  }

  has(validatorIndex: number): boolean {
    return this.#first[validatorIndex] !== undefined;
  }

  get(validatorIndex: number): Vote | undefined {
    return this.#first[validatorIndex];
  }

  list(): readonly Vote[] {
    return this.#first.filter((vote) => vote !== undefined);
  }

  get bits(): readonly boolean[] {
    return this.#first.map((vote) => vote !== undefined);
  }

  bitsFor(blockId: BlockIdOrNil): readonly boolean[] {
    const votes = this.#find(blockId)?.votes;
    return this.#first.map((_, validatorIndex) => votes?.has(validatorIndex) ?? false);
  }

  voteFor(validatorIndex: number, blockId: BlockIdOrNil): Vote | undefined {
    return this.#find(blockId)?.votes.get(validatorIndex);
  }

  /** The commit that these precommits make, once 2f+1 are for the block. */
  toCommit(blockId: BlockId): Commit {
    assert(this.hasTwoThirdsFor(blockId), "a commit carries 2f+1 precommits for its block");
    const { height, round } = this;
    const votes = this.#first.map((first, index) => this.voteFor(index, blockId) ?? first);
    return commitFromVotes({ height, round, blockId, votes });
  }

  #isMoreThanThird(power: bigint): boolean {
    return power * 3n > this.#validators.powerTotal;
  }

  #valuesOf(validatorIndex: number): number {
    let count = 0;
    for (const { votes } of this.#tallies.values()) if (votes.has(validatorIndex)) count++;
    return count;
  }

  #powerOf(validatorIndex: number): bigint {
    return defined(this.#validators.validators[validatorIndex], "a voter is in the set").power;
  }

  #find(blockId: BlockIdOrNil): Tally | undefined {
    return this.#tallies.get(blockIdKey(blockId));
  }

  #tallyOf(blockId: BlockIdOrNil): Tally {
    const key = blockIdKey(blockId);
    const known = this.#tallies.get(key);
    if (known !== undefined) return known;
    const tally: Tally = { blockId, votes: new Map(), power: 0n };
    this.#tallies.set(key, tally);
    return tally;
  }
}

/** The precommits behind a verified commit, to which late ones can be added. */
export function voteSetFromCommit(commit: Commit, validators: ValidatorSet): VoteSet {
  const { height, round } = commit;
  const set = new VoteSet({ height, round, type: "precommit", validators });
  for (const index of validators.validators.keys()) {
    const vote = voteFromCommit(commit, index);
    if (vote !== undefined) set.add(vote);
  }
  return set;
}
