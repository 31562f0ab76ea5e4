/** The engine's state as others may read it: nothing is copied before somebody asks. */
import type {
  Height,
  Nil,
  PartSetHeader,
  Proposal,
  Round,
  Time,
  Validator,
  ValidatorSet,
  VoteType,
} from "#types";
import type { Lock } from "../sign-rule/sign-record.ts";
import type { HeightState } from "./height-state.ts";
import type { Step } from "./input.ts";
import type { PartsView, RoundState, VotesView } from "./round-state.ts";
import { blocksThatMatter } from "./rules.ts";

export class RoundStateView implements RoundState {
  readonly #state: HeightState;

  constructor(state: HeightState) {
    this.#state = state;
  }

  get height(): Height {
    return this.#state.height;
  }

  get round(): Round {
    return this.#state.round;
  }

  get step(): Step {
    return this.#state.step;
  }

  get startTime(): Time {
    return this.#state.startTime;
  }

  get validators(): ValidatorSet {
    return this.#state.validators;
  }

  get proposer(): Validator {
    return this.#state.proposer;
  }

  proposalOf(round: Round): Proposal | undefined {
    return this.#state.proposals.get(round);
  }

  get proposalParts(): PartsView | undefined {
    const { proposal, blocks } = this.#state;
    return proposal === undefined ? undefined : blocks.find(proposal.blockId.parts);
  }

  partsOf(header: PartSetHeader): PartsView | undefined {
    return this.#state.blocks.find(header);
  }

  get wanted(): readonly PartsView[] {
    const { blocks } = this.#state;
    const headers = blocksThatMatter(this.#state).map(({ parts }) => blocks.find(parts));
    const sets = new Set(headers.filter((parts) => parts !== undefined));
    return [...sets].filter((parts) => !parts.complete);
  }

  get locked(): Lock | Nil {
    return this.#state.locked;
  }

  get valid(): Lock | Nil {
    return this.#state.valid;
  }

  get rounds(): readonly Round[] {
    return this.#state.votes.rounds;
  }

  votesOf(round: Round, type: VoteType): VotesView | undefined {
    return this.#state.votes.votesOf(round, type);
  }

  get lastCommit(): VotesView | undefined {
    return this.#state.lastCommit;
  }
}
