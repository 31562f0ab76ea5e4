/** The proposals of one height, one per round, and whose turn each round is. */
import { assert } from "#base";
import {
  incrementProposerPriority,
  type Proposal,
  type Round,
  type Validator,
  type ValidatorSet,
} from "#types";
import { firstRound, limits } from "./limits.ts";

interface Turn {
  readonly round: Round;
  readonly set: ValidatorSet;
}

export class Proposals {
  readonly #firstTurn: Turn;
  #turn: Turn;
  readonly #proposers = new Map<Round, Validator>();
  readonly #accepted = new Map<Round, Proposal>();

  constructor(validators: ValidatorSet) {
    this.#firstTurn = { round: firstRound, set: validators };
    this.#turn = this.#firstTurn;
  }

  /**
   * proposer(h, r): by priority, so many turns after the height's own. Turns add up, so they are
   * counted from the last round asked for; the caller bounds how far ahead it asks.
   */
  proposerOf(round: Round): Validator {
    const known = this.#proposers.get(round);
    if (known !== undefined) return known;
    const from = this.#turn.round < round ? this.#turn : this.#firstTurn;
    const turns = round - from.round;
    const set = turns === 0 ? from.set : incrementProposerPriority(from.set, turns);
    this.#turn = { round, set };
    this.#proposers.set(round, set.proposer);
    return set.proposer;
  }

  get(round: Round): Proposal | undefined {
    return this.#accepted.get(round);
  }

  /** A verified proposal, the first of its round: a second one is never taken. */
  accept(proposal: Proposal): void {
    assert(!this.#accepted.has(proposal.round), "a round has one proposal");
    this.#accepted.set(proposal.round, proposal);
  }

  /** Those whose blocks are worth their memory, the latest round first. */
  get newest(): readonly Proposal[] {
    const rounds = [...this.#accepted.values()].toSorted((left, right) => right.round - left.round);
    return rounds.slice(0, limits.proposedBlocksMax);
  }
}
