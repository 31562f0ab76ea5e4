/**
 * One engine on a bench: it gets inputs and answers of its driver at once, except those that a test
 * wants to give itself, and everything it does is written down as text.
 */
import assert from "node:assert/strict";
import { hexFromBytes } from "#base";
import {
  completeRecord,
  decideSigning,
  signedMessage,
  Tendermint,
  type Effect,
  type InputBody,
  type Lock,
  type SignRecord,
  type SignRequest,
  type StartHeight,
  type Timeouts,
  type WalEntry,
} from "#consensus";
import {
  consensusParamsDefault,
  createHeight,
  createRound,
  incrementProposerPriority,
  nil,
  type BlockIdOrNil,
  type ConsensusParams,
  type Nil,
  type Time,
} from "#types";
import { aBlock, type NamedBlock } from "./a-block.ts";
import {
  aProposal,
  aVote,
  chainId,
  genesisTime,
  later,
  someValidators,
  type ProposalOptions,
  type Validators,
  type VoteOptions,
} from "./some-validators.ts";

export interface BenchOptions {
  readonly validators?: Validators;
  /** Our place in the set; none to follow only. */
  readonly self?: number | "none";
  readonly timeouts?: Partial<Timeouts>;
  readonly record?: SignRecord | Nil;
  readonly params?: ConsensusParams;
  /** Effects that the test answers itself. */
  readonly unanswered?: readonly Effect["kind"][];
}

const questions = ["sign", "build-block", "check-block", "extend-vote", "check-extension"] as const;

/** Effects that are answered by an input. */
export type Question = Extract<Effect, { readonly kind: (typeof questions)[number] }>;

export function isQuestion(effect: Effect): effect is Question {
  return questions.some((kind) => kind === effect.kind);
}

export class Bench {
  readonly validators: Validators;
  readonly engine: Tendermint;
  readonly self: number | undefined;
  readonly params: ConsensusParams;
  readonly lines: string[] = [];
  readonly wal: WalEntry[] = [];
  readonly blocks = new Map<string, NamedBlock>();
  /** By name: what valid(v) says; true for others. */
  readonly verdicts = new Map<string, boolean>();
  /** Every request that was signed, in order. */
  readonly signed: SignRequest[] = [];
  record: SignRecord | Nil;
  /** The name of the block that `build-block` gives. */
  toBuild = "C";
  now: Time = genesisTime;
  /** The effects of the last command, answers' effects included. */
  effects: Effect[] = [];
  readonly #unanswered: ReadonlySet<string>;

  constructor(options: BenchOptions = {}) {
    this.validators = options.validators ?? someValidators();
    const { self = 3 } = options;
    this.self = self === "none" ? undefined : self;
    this.params = options.params ?? consensusParamsDefault;
    this.record = options.record ?? nil;
    this.#unanswered = new Set(options.unanswered ?? []);
    const key = this.self === undefined ? undefined : this.validators.keys[this.self];
    this.engine = new Tendermint({
      chainId,
      crypto: this.validators.crypto,
      ...(key === undefined ? {} : { self: key.address }),
      ...(options.timeouts === undefined ? {} : { timeouts: options.timeouts }),
    });
    for (const name of ["A", "B", "C"]) this.blocks.set(name, aBlock(name));
  }

  block(name: string): NamedBlock {
    const known = this.blocks.get(name);
    assert.ok(known !== undefined, `no block ${name}`);
    return known;
  }

  /** Height 1, or what the options say. */
  start(options: Partial<StartHeight> = {}): this {
    return this.command("start", {
      kind: "start-height",
      height: createHeight(1n),
      validators: this.validators.set,
      params: this.params,
      previous: nil,
      record: this.record,
      replay: false,
      ...options,
    });
  }

  propose(
    name: string,
    options: {
      readonly round?: number;
      readonly validRound?: number;
      readonly parts?: boolean;
    } = {},
  ): this {
    const round = options.round ?? 0;
    const { blockId } = this.block(name);
    const proposal: ProposalOptions = {
      ...options,
      blockId,
      by: proposerIndex(this.validators, round),
    };
    const pol = options.validRound === undefined ? "" : ` on ${options.validRound}`;
    this.command(`proposal ${name} of round ${round}${pol}`, {
      kind: "proposal",
      from: "peer",
      proposal: aProposal(this.validators, proposal),
    });
    return options.parts === false ? this : this.parts(name, { round });
  }

  parts(name: string, options: { readonly round?: number; readonly from?: string } = {}): this {
    for (const part of this.block(name).parts) {
      this.command(`part ${part.index} of ${name}`, {
        kind: "part",
        from: options.from ?? "peer",
        height: createHeight(1n),
        round: createRound(options.round ?? 0),
        part,
      });
    }
    return this;
  }

  /** Votes of several validators for a block by name, or nil. */
  vote(
    type: "prevote" | "precommit",
    options: Omit<VoteOptions, "type" | "by" | "blockId"> & {
      readonly by: readonly number[];
      readonly for?: string;
    },
  ): this {
    const { by, for: name, ...rest } = options;
    const blockId = name === undefined ? nil : this.block(name).blockId;
    for (const voter of by) {
      const vote = aVote(this.validators, { ...rest, type, by: voter, blockId });
      const round = options.round ?? 0;
      this.command(`${type} ${round} ${name ?? "nil"} of v${voter}`, {
        kind: "vote",
        from: "peer",
        vote,
      });
    }
    return this;
  }

  timeout(step: "new-height" | "propose" | "prevote" | "precommit", round = 0): this {
    const height = this.engine.roundState().height;
    this.now = later(this.now, 3);
    return this.command(`timeout ${step} of round ${round}`, {
      kind: "timeout",
      height,
      round: createRound(round),
      step,
    });
  }

  /** Feeds one input and the driver's answers to what it causes. */
  command(name: string, input: InputBody): this {
    this.lines.push(`> ${name}`);
    this.effects = [];
    const inputs = [input];
    for (let next = inputs.shift(); next !== undefined; next = inputs.shift()) {
      const answers: InputBody[] = [];
      for (const effect of this.engine.step({ ...next, now: this.now })) {
        this.effects.push(effect);
        const line = this.describe(effect);
        if (line !== undefined) this.lines.push(line);
        const answer = this.#unanswered.has(effect.kind) ? undefined : this.answer(effect);
        if (answer !== undefined) answers.push(answer);
      }
      inputs.unshift(...answers);
    }
    return this;
  }

  answer(effect: Effect): InputBody | undefined {
    if (effect.kind === "append-wal") this.wal.push(effect.entry);
    return isQuestion(effect) ? this.#answerQuestion(effect) : undefined;
  }

  #answerQuestion(question: Question): InputBody {
    switch (question.kind) {
      case "sign":
        return this.#sign(question.request);
      case "build-block": {
        const { height, round } = question;
        return { kind: "block-built", height, round, ...this.block(this.toBuild) };
      }
      case "check-block": {
        const { height, blockId } = question;
        const accepted = this.verdicts.get(this.nameOf(blockId)) ?? true;
        return { kind: "block-checked", height, blockId, accepted };
      }
      case "extend-vote": {
        const { height, round } = question;
        return { kind: "vote-extended", height, round, extension: Uint8Array.of(9) };
      }
      case "check-extension":
        return { kind: "extension-checked", vote: question.vote, accepted: true };
    }
  }

  #sign(request: SignRequest): InputBody {
    const verdict = decideSigning({ chainId, record: this.record, request });
    const key = this.validators.keys[this.self ?? 0];
    assert.ok(key !== undefined);
    switch (verdict.kind) {
      case "sign": {
        const { crypto } = this.validators;
        const { secretKey } = key;
        const { next, signBytes, extensionSignBytes } = verdict;
        const signature = crypto.signEd25519({ secretKey, message: signBytes });
        const extensionSignature =
          extensionSignBytes.length === 0
            ? extensionSignBytes
            : crypto.signEd25519({ secretKey, message: extensionSignBytes });
        this.signed.push(request);
        this.record = completeRecord(next, { signature, extensionSignature });
        return { kind: "signed", message: signedMessage(request, this.record) };
      }
      case "reuse":
        return { kind: "signed", message: signedMessage(request, verdict.record) };
      case "refuse":
        this.lines.push(`refused ${verdict.reason}`);
        return { kind: "sign-refused", record: this.record };
    }
  }

  of<Kind extends Effect["kind"]>(kind: Kind): readonly Extract<Effect, { kind: Kind }>[] {
    const isOfKind = (effect: Effect): effect is Extract<Effect, { kind: Kind }> =>
      effect.kind === kind;
    return this.effects.filter(isOfKind);
  }

  /** The votes and proposals asked for by the last command, in words. */
  get asked(): readonly string[] {
    return this.of("sign").map(({ request }) => this.describeRequest(request));
  }

  describeRequest(request: SignRequest): string {
    const lock = this.describeLock(request.lock);
    if (request.kind === "proposal") {
      const { round, blockId, validRound } = request.proposal;
      const pol = typeof validRound === "number" ? ` on ${validRound}` : "";
      return `proposal ${round} ${this.nameOf(blockId)}${pol}, ${lock}`;
    }
    const { type, round, blockId } = request.vote;
    return `${type} ${round} ${this.nameOf(blockId)}, ${lock}`;
  }

  describeLock(lock: Lock | Nil): string {
    if (lock.kind === "nil") return "unlocked";
    return `locked ${this.nameOf(lock.blockId)} in ${lock.round}`;
  }

  nameOf(blockId: BlockIdOrNil): string {
    if (blockId.kind === "nil") return "nil";
    for (const [name, known] of this.blocks) {
      if (hexFromBytes(known.blockId.hash) === hexFromBytes(blockId.hash)) return name;
    }
    return "?";
  }

  /** One line per effect; WAL and gossip are left out, as they repeat what came in. */
  describe(effect: Effect): string | undefined {
    if (isQuestion(effect)) return this.#describeQuestion(effect);
    switch (effect.kind) {
      case "append-wal":
      case "gained":
        return undefined;
      case "sync-wal":
        return "sync-wal";
      case "schedule-timeout":
        return `schedule ${effect.step} of round ${effect.round} in ${effect.durationMs} ms`;
      case "step-changed":
        return `step ${effect.round}/${effect.step}`;
      case "equivocation": {
        const { voteA, voteB } = effect;
        const names = [voteA, voteB].map(({ blockId }) => this.nameOf(blockId)).join(", ");
        return `equivocation of v${voteA.validatorIndex}: ${names}`;
      }
      case "punish":
        return `punish ${effect.from}: ${effect.reason}`;
      case "decided":
        return `decided ${this.nameOf(effect.blockId)} in round ${effect.round}`;
    }
  }

  #describeQuestion(question: Question): string {
    switch (question.kind) {
      case "sign":
        return `sign ${this.describeRequest(question.request)}`;
      case "build-block":
        return `build-block of round ${question.round}`;
      case "check-block":
        return `check-block ${this.nameOf(question.blockId)}`;
      case "extend-vote":
        return `extend-vote for ${this.nameOf(question.blockId)}`;
      case "check-extension":
        return `check-extension of v${question.vote.validatorIndex}`;
    }
  }

  get place(): string {
    const { round, step } = this.engine.roundState();
    return `${round}/${step}`;
  }
}

/** Whose turn a round is, by place in the set. */
export function proposerIndex({ set }: Validators, round: number): number {
  const { proposer } = round === 0 ? set : incrementProposerPriority(set, round);
  const index = set.indexOf(proposer.address);
  assert.ok(index !== undefined);
  return index;
}
