/**
 * What the engine knows of one height: the variables of the paper (L1–L9), the messages, and how
 * far this node's own key has signed. It holds; `rules.ts` judges, `fire-rule.ts` changes.
 */
import {
  blockBytesLimit,
  nil,
  type Address,
  type BlockId,
  type Height,
  type Nil,
  type Proposal,
  type Round,
  type Time,
  type Validator,
  type ValidatorSet,
  type Vote,
} from "#types";
import type { Lock } from "../sign-rule/sign-record.ts";
import { compareSignPlaces, type SignPlace } from "../sign-rule/sign-rule.ts";
import { HeightBlocks } from "./height-blocks.ts";
import { HeightVotes } from "./height-votes.ts";
import type { StartHeight, Step, TimeoutStep } from "./input.ts";
import { firstRound } from "./limits.ts";
import { Proposals } from "./proposals.ts";
import type { VoteSet } from "./vote-set.ts";

export class HeightState {
  readonly start: StartHeight;
  /** Precommits of the last height, late ones included. */
  readonly lastCommit: VoteSet | undefined;
  readonly votes: HeightVotes;
  readonly blocks: HeightBlocks;
  readonly proposals: Proposals;
  /** Our place in the set; none where this node only follows. */
  readonly self: number | undefined;

  phase: "replaying" | "running" | "decided" = "replaying";
  /** When round 0 may begin. */
  startTime: Time;
  round: Round = firstRound;
  step: Step = "new-height";
  locked: Lock | Nil = nil;
  valid: Lock | Nil = nil;

  /** Of the current round: which timeouts have passed, and which of L34, L47 were scheduled. */
  readonly elapsed = new Set<TimeoutStep>();
  readonly scheduled = new Set<"prevote" | "precommit">();

  /** The last place that our key has signed or was asked to sign: never at it or below it again. */
  asked: SignPlace | undefined;
  /** The last record that a refusal told us of: what says nothing new is not obeyed twice. */
  refusedBy: string | undefined;

  /** Our own block of the current round: asked for, then here. */
  building = false;
  built: BlockId | undefined;
  /** The block of our precommit that waits for its extension. */
  extending: BlockId | undefined;
  /** Verified precommits whose extension the application has not judged yet. */
  readonly unjudged = new Map<string, Vote>();

  /** The precommits by which the height was decided; late ones still come in. */
  decided: VoteSet | undefined;

  constructor(options: {
    readonly start: StartHeight;
    readonly startTime: Time;
    readonly self: Address | undefined;
    readonly lastCommit: VoteSet | undefined;
  }) {
    const { start, self } = options;
    this.start = start;
    this.lastCommit = options.lastCommit;
    this.votes = new HeightVotes(start.height, start.validators);
    this.blocks = new HeightBlocks({ bytesMax: blockBytesLimit(start.params.block.maxBytes) });
    this.proposals = new Proposals(start.validators);
    this.self = self === undefined ? undefined : start.validators.indexOf(self);
    this.startTime = options.startTime;
  }

  get height(): Height {
    return this.start.height;
  }

  get validators(): ValidatorSet {
    return this.start.validators;
  }

  /** The current round, −1 before round 0 has begun. */
  get current(): number {
    return this.step === "new-height" ? -1 : this.round;
  }

  get proposer(): Validator {
    return this.proposals.proposerOf(this.round);
  }

  get proposal(): Proposal | undefined {
    return this.proposals.get(this.round);
  }

  get isOurTurn(): boolean {
    return this.self !== undefined && this.validators.indexOf(this.proposer.address) === this.self;
  }

  /** Whether our key may still sign there: each place at most once, and only forwards. */
  maySign(place: SignPlace): boolean {
    if (this.self === undefined) return false;
    return this.asked === undefined || compareSignPlaces(place, this.asked) > 0;
  }

  /** The lock only ever moves to a later round. */
  lockLater(lock: Lock | Nil): void {
    if (lock.kind === "nil") return;
    if (this.locked.kind === "nil" || lock.round > this.locked.round) this.locked = lock;
  }

  isExtended(height: Height): boolean {
    const { voteExtensionsEnableHeight } = this.start.params.abci;
    return voteExtensionsEnableHeight > 0n && height >= voteExtensionsEnableHeight;
  }
}
