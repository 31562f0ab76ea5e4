/**
 * Carries out what the consensus engine asks for, one input after the other and one effect after
 * the other: what has to be on disk before a vote is on disk before the vote. Answers go in before
 * everything that waits.
 */
import {
  decodeWalEntry,
  encodeWalEntry,
  type Effect,
  type Input,
  type InputBody,
  type RoundState,
  type Tendermint,
} from "@pyralog/chain/consensus";
import { nextHeight } from "@pyralog/chain/replica";
import { createHeight, createTime, nil, type Height, type Vote } from "@pyralog/chain/types";
import type { Clock, PeerId, Timers } from "#ports";
import type { Wal } from "#storage";
import { driverLimits } from "./limits.ts";
import { Mailbox } from "./mailbox.ts";
import type { Proposer } from "./proposer.ts";
import type { BlockExecutor } from "./block-executor.ts";
import { PeerInputs, type PeerInput } from "./peer-inputs.ts";
import type { Signer } from "./signer.ts";

/** Who listens to the engine: gossip, evidence, subscribers. */
export interface ConsensusListener {
  /** The engine takes a decided block for this height from now on. */
  heightStarted(height: Height): void;
  /** What gossip and subscribers follow; `roundState` is as it is after the step. */
  followed(effect: Followed): void;
  equivocated(pair: { readonly voteA: Vote; readonly voteB: Vote }): void;
  punish(peer: PeerId, reason: string): void;
}

type DecidedBlock = Extract<Effect, { kind: "decided" }>;
export type Followed = Extract<Effect, { kind: "gained" | "step-changed" | "decided" }>;
type ScheduleTimeout = Extract<Effect, { kind: "schedule-timeout" }>;
/** What needs no disk: done at once. */
const toldKinds = [
  "extend-vote",
  "check-extension",
  "schedule-timeout",
  "gained",
  "step-changed",
  "equivocation",
  "punish",
] as const;
type Told = Extract<Effect, { kind: (typeof toldKinds)[number] }>;

const { consensusInputsMax, sliceMs } = driverLimits;

export class ConsensusDriver {
  readonly #engine: Tendermint;
  readonly #wal: Wal;
  readonly #signer: Signer;
  readonly #proposer: Proposer;
  readonly #executor: BlockExecutor;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #listener: ConsensusListener;
  readonly #mailbox: Mailbox<InputBody>;
  readonly #peerInputs = new PeerInputs();
  readonly #cancels = new Set<() => void>();
  #started = false;
  #turnMs = 0;

  constructor(options: {
    readonly engine: Tendermint;
    readonly wal: Wal;
    readonly signer: Signer;
    readonly proposer: Proposer;
    readonly executor: BlockExecutor;
    readonly clock: Clock;
    readonly timers: Timers;
    readonly listener: ConsensusListener;
    readonly failed: (error: unknown) => void;
  }) {
    this.#engine = options.engine;
    this.#wal = options.wal;
    this.#signer = options.signer;
    this.#proposer = options.proposer;
    this.#executor = options.executor;
    this.#clock = options.clock;
    this.#timers = options.timers;
    this.#listener = options.listener;
    this.#mailbox = new Mailbox({
      handle: (input) => this.#handle(input),
      failed: options.failed,
      inputsMax: consensusInputsMax,
    });
  }

  /** None before the first height is begun. */
  get roundState(): RoundState | undefined {
    return this.#started ? this.#engine.roundState() : undefined;
  }

  /** Inputs that wait for their turn. */
  get waiting(): number {
    return this.#mailbox.size;
  }

  /** Begins the height after the executor's state, with what the WAL holds of it. */
  async start(): Promise<void> {
    const start = this.#startHeight(true);
    this.#mailbox.post(start);
    for (const entry of await this.#recorded(start.height)) this.#mailbox.post(entry);
    this.#mailbox.post({ kind: "replay-ended" });
    await this.#mailbox.idle();
  }

  /** False when too much waits: the peer will send it again. */
  receive(input: PeerInput): boolean {
    if (!this.#peerInputs.admits(input)) return false;
    if (this.#mailbox.offer(input)) return true;
    this.#peerInputs.taken(input);
    return false;
  }

  /** A new connection: what was held against the peer ended with the last one. */
  peerConnected(peer: PeerId): void {
    this.#peerInputs.connected(peer);
  }

  async stop(): Promise<void> {
    for (const cancel of this.#cancels) cancel();
    await this.#mailbox.close();
  }

  /** What the WAL holds of the height; its marker is set where a crash came before it. */
  async #recorded(height: Height): Promise<readonly InputBody[]> {
    const before = createHeight(height - 1n);
    const inputs: InputBody[] = [];
    if (this.#wal.endHeight !== before) await this.#wal.endOf(before);
    for await (const entry of this.#wal.replay(before)) {
      inputs.push({ kind: "recorded", entry: decodeWalEntry(entry) });
    }
    return inputs;
  }

  async #handle(body: InputBody): Promise<void> {
    if ("from" in body && !(await this.#isWorthATurn(body))) return;
    const input: Input = { ...body, now: createTime(this.#clock.now()) };
    const answers: InputBody[] = [];
    const effects = this.#engine.step(input);
    this.#started = true;
    for (const effect of effects) {
      const answer = await this.#perform(effect);
      if (answer !== undefined) answers.push(answer);
    }
    this.#mailbox.postFirst(answers);
    if (body.kind === "start-height") this.#listener.heightStarted(body.height);
  }

  /** Answers go on at once; behind a flood of peers' messages the loop still turns. */
  async #isWorthATurn(input: PeerInput): Promise<boolean> {
    if (!this.#peerInputs.taken(input)) return false;
    if (this.#clock.monotonicMs() - this.#turnMs < sliceMs) return true;
    await this.#timers.pause();
    this.#turnMs = this.#clock.monotonicMs();
    return true;
  }

  async #perform(effect: Effect): Promise<InputBody | undefined> {
    if (isTold(effect)) return this.#tell(effect);
    switch (effect.kind) {
      case "append-wal":
        this.#wal.append(encodeWalEntry(effect.entry));
        return undefined;
      case "sync-wal":
        await this.#wal.sync();
        return undefined;
      case "sign":
        return this.#signer.sign(effect.request);
      case "build-block":
        return this.#proposer.build(effect);
      case "check-block":
        return {
          kind: "block-checked",
          height: effect.height,
          blockId: effect.blockId,
          accepted: await this.#executor.accepts(effect),
        };
      case "decided":
        await this.#decided(effect);
        return this.#startHeight(false);
    }
  }

  /** Block and commit first, then the marker, then everything that follows from the block. */
  async #decided(decided: DecidedBlock): Promise<void> {
    this.#listener.followed(decided);
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
    await this.#executor.save(decided);
    await this.#wal.endOf(decided.height);
    await this.#executor.apply(decided);
    await this.#wal.prune(decided.height);
  }

  #startHeight(replay: boolean): Extract<InputBody, { kind: "start-height" }> {
    const { state, lastSeenCommit } = this.#executor;
    const { lastValidators, validators, consensusParams } = state;
    const previous =
      lastValidators === undefined || lastSeenCommit === undefined
        ? nil
        : ({ kind: "previous", validators: lastValidators, commit: lastSeenCommit } as const);
    return {
      kind: "start-height",
      height: nextHeight(state),
      validators,
      params: consensusParams,
      previous,
      record: this.#signer.record,
      replay,
    };
  }

  #tell(effect: Told): InputBody | undefined {
    switch (effect.kind) {
      case "extend-vote":
        return { ...effect, kind: "vote-extended", extension: this.#executor.extension(effect) };
      case "check-extension": {
        const accepted = this.#executor.acceptsExtension(effect.vote);
        return { kind: "extension-checked", vote: effect.vote, accepted };
      }
      case "schedule-timeout":
        this.#schedule(effect);
        return undefined;
      case "gained":
      case "step-changed":
        this.#listener.followed(effect);
        return undefined;
      case "equivocation":
        this.#listener.equivocated(effect);
        return undefined;
      case "punish":
        this.#peerInputs.punished(effect.from);
        this.#listener.punish(effect.from, effect.reason);
        return undefined;
    }
  }

  #schedule({ height, round, step, durationMs }: ScheduleTimeout): void {
    const cancel = this.#timers.after(durationMs, () => {
      this.#cancels.delete(cancel);
      this.#mailbox.post({ kind: "timeout", height, round, step });
    });
    this.#cancels.add(cancel);
  }
}

function isTold(effect: Effect): effect is Told {
  return toldKinds.some((kind) => kind === effect.kind);
}
