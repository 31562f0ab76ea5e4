/**
 * What gossip and RPC may see of the engine: live, read-only views that cost nothing to hand out.
 * They change with the next step, so a reader that wants to keep something copies it.
 */
import type {
  Block,
  BlockIdOrNil,
  Height,
  Nil,
  Part,
  PartSetHeader,
  Proposal,
  Round,
  Time,
  Validator,
  ValidatorSet,
  Vote,
  VoteType,
} from "#types";
import type { Lock } from "../sign-rule/sign-record.ts";
import type { Step } from "./input.ts";

export interface RoundState {
  readonly height: Height;
  readonly round: Round;
  readonly step: Step;
  /** When round 0 of this height begins or began. */
  readonly startTime: Time;
  readonly validators: ValidatorSet;
  /** Whose turn the current round is. */
  readonly proposer: Validator;
  /** The accepted proposal of a round, if there is one. */
  proposalOf(round: Round): Proposal | undefined;
  /** The parts of the current round's proposal. */
  readonly proposalParts: PartsView | undefined;
  /** Every part set that is known at this height, complete or wanted. */
  partsOf(header: PartSetHeader): PartsView | undefined;
  /** Incomplete part sets of blocks that proposal, quorums or the lock name: to be asked for. */
  readonly wanted: readonly PartsView[];
  readonly locked: Lock | Nil;
  readonly valid: Lock | Nil;
  /** The rounds that votes are known of, ascending. */
  readonly rounds: readonly Round[];
  votesOf(round: Round, type: VoteType): VotesView | undefined;
  /** Precommits of the last height, late ones included; absent at the first height. */
  readonly lastCommit: VotesView | undefined;
}

export interface PartsView {
  readonly header: PartSetHeader;
  readonly complete: boolean;
  /** The decoded block of a complete set; absent too where it is undecodable. */
  readonly block: Block | undefined;
  has(index: number): boolean;
  get(index: number): Part | undefined;
  /** One per part. */
  readonly bits: readonly boolean[];
}

export interface VotesView {
  readonly height: Height;
  readonly round: Round;
  readonly type: VoteType;
  /** The number of validators. */
  readonly size: number;
  has(validatorIndex: number): boolean;
  /** The validator's first vote. */
  get(validatorIndex: number): Vote | undefined;
  /** The first vote of each validator, by index. */
  list(): readonly Vote[];
  /** One per validator: whether any vote of it is known. */
  readonly bits: readonly boolean[];
  /** One per validator: whether it is known to have voted for this block (or nil). */
  bitsFor(blockId: BlockIdOrNil): readonly boolean[];
  /** The vote for just this block, which may be the second of an equivocator. */
  voteFor(validatorIndex: number, blockId: BlockIdOrNil): Vote | undefined;
  /** What more than two thirds of the power voted for. */
  readonly majority: BlockIdOrNil | undefined;
}
