/** The proposals of one height, one per round, and whose turn each round is. */
import { assert } from "#base";
import {
  incrementProposerPriority,
  type Proposal,
  type Round,
  type Validator,
  type ValidatorSet,
} from "#types";
import { limits } from "./limits.ts";

export class Proposals {
  readonly #validators: ValidatorSet;
  readonly #proposers = new Map<Round, Validator>();
  readonly #accepted = new Map<Round, Proposal>();

  constructor(validators: ValidatorSet) {
    this.#validators = validators;
  }

  /**
   * proposer(h, r): by priority, so many turns after the height's own. The caller bounds the round,
   * since each turn costs a walk over the set.
   */
  proposerOf(round: Round): Validator {
    const known = this.#proposers.get(round);
    if (known !== undefined) return known;
    const { proposer } =
      round === 0 ? this.#validators : incrementProposerPriority(this.#validators, round);
    this.#proposers.set(round, proposer);
    return proposer;
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
