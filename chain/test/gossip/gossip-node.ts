import {
  completeRecord,
  decideSigning,
  signedMessage,
  Tendermint,
  type Effect,
  type InputBody,
  type SignRecord,
  type SignRequest,
  type Timeouts,
} from "#consensus";
import { Gossip, type GossipEffect, type GossipInput, type GossipLimits } from "#gossip";
import { BlockSync, type StoredBlock, type SyncEffect, type SyncInput } from "#sync";
import {
  blockIdKey,
  consensusParamsDefault,
  createHeight,
  createTime,
  encodeBlock,
  encodeCommit,
  nil,
  type Height,
  type Nil,
  type Time,
} from "#types";
import { aBlock } from "../consensus/a-block.ts";
import { chainId, genesisTime, type Validators } from "../consensus/some-validators.ts";
import type { NodeEvent, Sent } from "./gossip-network.ts";

export interface NodeOptions {
  readonly index: number;
  readonly validators: Validators;
  readonly timeouts: Partial<Timeouts>;
  readonly limits: Partial<GossipLimits>;
  readonly blockBytes: number;
  readonly schedule: (atMs: number, event: NodeEvent) => void;
  readonly send: (sent: Sent) => void;
  readonly punish: (line: string) => void;
}

export function timeAt(ms: number): Time {
  return createTime(genesisTime + BigInt(ms) * 1_000_000n);
}

function msAt(time: Time): number {
  return Number((time - genesisTime) / 1_000_000n);
}

type EffectOf<Kind extends Effect["kind"]> = Extract<Effect, { kind: Kind }>;

/** Extensions are not enabled here, so nothing is asked about them. */
const questions = ["sign", "build-block", "check-block"] as const;

type Question = EffectOf<(typeof questions)[number]>;

type Deed = Exclude<
  Effect,
  { readonly kind: Question["kind"] | "extend-vote" | "check-extension" }
>;

/** Carries out what its three machines ask for, at once. */
export class GossipNode {
  readonly index: number;
  gossip: Gossip;
  engine: Tendermint;
  readonly decisions = new Map<number, string>();
  /** Rounds that heights took beyond the first. */
  roundsMore = 0;
  height = 0;
  readonly #options: NodeOptions;
  readonly #store = new Map<bigint, StoredBlock>();
  #sync: BlockSync;
  #record: SignRecord | Nil = nil;
  #previous: Extract<InputBody, { kind: "start-height" }>["previous"] = nil;
  #nowMs = 0;

  constructor(options: NodeOptions) {
    this.index = options.index;
    this.#options = options;
    this.engine = this.#createEngine();
    this.gossip = this.#createGossip();
    this.#sync = new BlockSync();
  }

  #createEngine(): Tendermint {
    const { validators, timeouts, index } = this.#options;
    const self = validators.keys[index]?.address;
    const { crypto } = validators;
    return new Tendermint({ chainId, crypto, timeouts, ...(self === undefined ? {} : { self }) });
  }

  #createGossip(): Gossip {
    return new Gossip({ state: () => this.engine.roundState(), limits: this.#options.limits });
  }

  forget(): void {
    this.engine = this.#createEngine();
    this.gossip = this.#createGossip();
    this.#sync = new BlockSync();
  }

  start(nowMs: number): void {
    this.#nowMs = nowMs;
    this.#engineStep(this.#startHeight());
  }

  connect(peer: number, nowMs: number): void {
    this.#nowMs = nowMs;
    const input = { kind: "peer-connected", peer: `${peer}`, now: timeAt(nowMs) } as const;
    this.#gossipStep(input);
    this.#syncStep(input);
  }

  disconnect(peer: number, nowMs: number): void {
    this.#nowMs = nowMs;
    const input = { kind: "peer-disconnected", peer: `${peer}`, now: timeAt(nowMs) } as const;
    this.#gossipStep(input);
    this.#syncStep(input);
  }

  happen(event: NodeEvent, nowMs: number): void {
    this.#nowMs = nowMs;
    const now = timeAt(nowMs);
    switch (event.kind) {
      case "engine":
        if (isDue(event.input, this.engine)) this.#engineStep(event.input);
        return;
      case "gossip":
        this.#gossipStep({ ...event.input, now });
        return;
      case "sync":
        this.#syncStep({ ...event.input, now });
        return;
      case "frame": {
        const { sent, from } = event;
        const input = { kind: "received", peer: `${from}`, bytes: sent.bytes, now } as const;
        if (sent.channel === "sync") this.#syncStep(input);
        else this.#gossipStep(input);
        return;
      }
    }
  }

  #startHeight(): InputBody {
    const height = createHeight(BigInt(this.height) + 1n);
    return {
      kind: "start-height",
      height,
      validators: this.#options.validators.set,
      params: consensusParamsDefault,
      previous: this.#previous,
      record: this.#record,
      replay: false,
    };
  }

  #engineStep(input: InputBody): void {
    const inputs = [input];
    for (let next = inputs.shift(); next !== undefined; next = inputs.shift()) {
      for (const effect of this.engine.step({ ...next, now: timeAt(this.#nowMs) })) {
        const answer = this.#carryOut(effect);
        if (answer !== undefined) inputs.push(answer);
      }
      if (next.kind === "start-height") this.#tellSync(next.height);
    }
  }

  #tellSync(height: Height): void {
    const base = createHeight(this.height === 0 ? 0n : 1n);
    this.#syncStep({ kind: "height-started", height, base, now: timeAt(this.#nowMs) });
  }

  #carryOut(effect: Effect): InputBody | undefined {
    if (isQuestion(effect)) return this.#answer(effect);
    return isDeed(effect) ? this.#do(effect) : undefined;
  }

  #do(effect: Deed): InputBody | undefined {
    switch (effect.kind) {
      case "append-wal":
      case "sync-wal":
      case "equivocation":
        return undefined;
      case "punish":
        return this.#punish(effect);
      case "schedule-timeout": {
        const { height, round, step, durationMs } = effect;
        const input = { kind: "timeout", height, round, step } as const;
        const atMs = this.#nowMs + Math.max(0, durationMs);
        this.#options.schedule(atMs, { kind: "engine", input });
        return undefined;
      }
      case "gained":
      case "step-changed":
        this.#gossipStep({ ...effect, now: timeAt(this.#nowMs) });
        return undefined;
      case "decided":
        this.#gossipStep({ ...effect, now: timeAt(this.#nowMs) });
        return this.#decided(effect);
    }
  }

  #answer(question: Question): InputBody {
    switch (question.kind) {
      case "sign":
        return this.#sign(question.request);
      case "build-block":
        return this.#build(question);
      case "check-block":
        return { ...question, kind: "block-checked", accepted: true };
    }
  }

  #punish({ from, reason }: EffectOf<"punish">): undefined {
    this.#options.punish(`${this.index} punishes ${from}: ${reason}`);
    if (reason !== "COMMIT_INVALID") return;
    const height = createHeight(BigInt(this.height) + 1n);
    this.#syncStep({ kind: "refused", height, peer: from, now: timeAt(this.#nowMs) });
  }

  #build({ height, round, lastCommit }: EffectOf<"build-block">): InputBody {
    const { blockBytes } = this.#options;
    const named = aBlock(`${height} in ${round} by ${this.index}`, {
      height,
      lastCommit,
      ...(blockBytes === 0 ? {} : { bytes: blockBytes }),
    });
    return { kind: "block-built", height, round, ...named };
  }

  #sign(request: SignRequest): InputBody {
    const verdict = decideSigning({ chainId, record: this.#record, request });
    if (verdict.kind === "refuse") return { kind: "sign-refused", record: this.#record };
    if (verdict.kind === "reuse") {
      return { kind: "signed", message: signedMessage(request, verdict.record) };
    }
    const { crypto, keys } = this.#options.validators;
    const secretKey = keys[this.index]?.secretKey ?? new Uint8Array(32);
    const { next, signBytes, extensionSignBytes: extensionSignature } = verdict;
    const signature = crypto.signEd25519({ secretKey, message: signBytes });
    const record = completeRecord(next, { signature, extensionSignature });
    this.#record = record;
    return { kind: "signed", message: signedMessage(request, record) };
  }

  #decided({ commit, block, blockId, round, height }: EffectOf<"decided">): InputBody {
    this.height = Number(height);
    this.roundsMore += round;
    this.decisions.set(this.height, blockIdKey(blockId));
    this.#store.set(height, { block: encodeBlock(block), commit: encodeCommit(commit) });
    this.#previous = { kind: "previous", validators: this.#options.validators.set, commit };
    return this.#startHeight();
  }

  #gossipStep(input: GossipInput): void {
    for (const effect of this.gossip.step(input)) this.#carryOutGossip(effect);
  }

  #carryOutGossip(effect: GossipEffect): void {
    switch (effect.kind) {
      case "deliver":
        this.#engineStep(effect.input);
        return;
      case "send":
        for (const peer of effect.peers) {
          this.#options.send({ channel: "consensus", to: Number(peer), bytes: effect.bytes });
        }
        return;
      case "punish":
        this.#options.punish(`${this.index} punishes ${effect.peer}: ${effect.reason}`);
        return;
      case "wake": {
        const input = { kind: "tick", now: effect.at } as const;
        this.#options.schedule(msAt(effect.at), { kind: "gossip", input });
        return;
      }
    }
  }

  #syncStep(input: SyncInput): void {
    for (const effect of this.#sync.step(input)) this.#carryOutSync(effect);
  }

  #carryOutSync(effect: SyncEffect): void {
    switch (effect.kind) {
      case "send":
        for (const peer of effect.peers) {
          this.#options.send({ channel: "sync", to: Number(peer), bytes: effect.bytes });
        }
        return;
      case "candidate": {
        const { peer: from, block, commit } = effect;
        this.#engineStep({ kind: "commit-received", from, block, commit });
        return;
      }
      case "load-block": {
        const { peer, height } = effect;
        const stored = this.#store.get(height);
        this.#syncStep({ kind: "loaded", peer, height, stored, now: timeAt(this.#nowMs) });
        return;
      }
      case "ban":
        this.#options.punish(`${this.index} bans ${effect.peer}: ${effect.reason}`);
        return;
      case "wake": {
        const input = { kind: "tick", now: effect.at } as const;
        this.#options.schedule(msAt(effect.at), { kind: "sync", input });
        return;
      }
    }
  }
}

function isQuestion(effect: Effect): effect is Question {
  return questions.some((kind) => kind === effect.kind);
}

function isDeed(effect: Effect): effect is Deed {
  return !isQuestion(effect) && effect.kind !== "extend-vote" && effect.kind !== "check-extension";
}

/** Timeouts from before a restart are not the new engine's. */
function isDue(input: InputBody, engine: Tendermint): boolean {
  return input.kind !== "timeout" || input.height === engine.roundState()?.height;
}
