/** One validator: its disk, which survives, and its engine, which does not. */
import { bytesFromText, defined, type Prng } from "#base";
import {
  completeRecord,
  decideSigning,
  decodeSignRecord,
  decodeWalEntry,
  encodeSignRecord,
  encodeWalEntry,
  signedMessage,
  Tendermint,
  type Effect,
  type Gain,
  type InputBody,
  type RoundState,
  type SignRecord,
  type SignRequest,
} from "#consensus";
import {
  consensusParamsDefault,
  createHeight,
  createTime,
  incrementProposerPriority,
  medianTime,
  nil,
  type Nil,
  type ValidatorSet,
} from "#types";
import { aBlock } from "../a-block.ts";
import { isQuestion, type Question } from "../bench.ts";
import { chainId, genesisTime, type Validators } from "../some-validators.ts";
import type { EventQueue } from "./event-queue.ts";
import { isGood, type Oracle } from "./oracle.ts";

export type Decided = Extract<Effect, { kind: "decided" }>;
/** What the nodes of one network share. */
export interface World {
  readonly queue: EventQueue;
  readonly prng: Prng;
  readonly oracle: Oracle;
  readonly validators: Validators;
  /** The set of each height: priorities move on, powers stay. */
  setOf(height: bigint): ValidatorSet;
  spread(from: number, gain: Gain): void;
  /** Whether a crash takes the whole WAL with it, what was synced too. */
  losesWal(index: number): boolean;
}

interface SimNodeDisk {
  record: Uint8Array | undefined;
  synced: Uint8Array[];
  unsynced: Uint8Array[];
  readonly chain: Decided[];
}

export class SimNode {
  readonly index: number;
  readonly #world: World;
  readonly disk: SimNodeDisk = { record: undefined, synced: [], unsynced: [], chain: [] };
  /** Its clock is off by so many milliseconds. */
  readonly #skewMs: number;
  #engine: Tendermint | undefined;
  #life = 0;
  #busyUntilMs = 0;

  constructor(world: World, index: number) {
    this.#world = world;
    this.index = index;
    this.#skewMs = world.prng.below(2000) - 1000;
  }

  get isUp(): boolean {
    return this.#engine !== undefined;
  }

  get state(): RoundState | undefined {
    return this.#engine?.roundState();
  }

  /** The height that it works on. */
  get height(): bigint {
    return BigInt(this.disk.chain.length) + 1n;
  }

  start(options: { readonly replay: boolean }): void {
    const { validators } = this.#world;
    const key = defined(validators.keys[this.index], "each node has a key");
    const timeouts = { proposeMs: 600, proposeDeltaMs: 200, prevoteMs: 300, prevoteDeltaMs: 200 };
    this.#engine = new Tendermint({
      chainId,
      crypto: validators.crypto,
      self: key.address,
      timeouts: { ...timeouts, precommitMs: 300, precommitDeltaMs: 200, commitMs: 100 },
    });
    this.#startHeight(options.replay);
    if (!options.replay) return;
    for (const bytes of this.disk.synced) {
      this.input({ kind: "recorded", entry: decodeWalEntry(bytes) });
    }
    this.input({ kind: "replay-ended" });
  }

  /** The power goes: what was not synced may be lost, and what was signed is not. */
  #crash(): void {
    const { disk } = this;
    const losesWal = this.#world.losesWal(this.index);
    this.#engine = undefined;
    this.#life++;
    this.#busyUntilMs = 0;
    const survivors = disk.unsynced.slice(0, this.#world.prng.below(disk.unsynced.length + 1));
    disk.synced = losesWal ? [] : [...disk.synced, ...survivors];
    disk.unsynced = [];
  }

  input(body: InputBody): void {
    const engine = this.#engine;
    if (engine === undefined) return;
    const nowMs = BigInt(Math.round(this.#world.queue.nowMs) + this.#skewMs);
    const now = createTime(genesisTime + 10_000_000_000n + nowMs * 1_000_000n);
    for (const effect of engine.step({ ...body, now })) this.#perform(effect);
  }

  #startHeight(replay: boolean): void {
    const last = this.disk.chain.at(-1);
    const { height } = this;
    this.input({
      kind: "start-height",
      height: createHeight(height),
      validators: this.#world.setOf(height),
      params: consensusParamsDefault,
      previous:
        last === undefined
          ? nil
          : { kind: "previous", validators: this.#world.setOf(height - 1n), commit: last.commit },
      record: this.#record,
      replay,
    });
  }

  get #record(): SignRecord | Nil {
    const { record } = this.disk;
    return record === undefined ? nil : decodeSignRecord(record);
  }

  #perform(effect: Effect): void {
    if (isQuestion(effect)) return this.#ask(effect);
    const { oracle } = this.#world;
    switch (effect.kind) {
      case "append-wal":
        this.disk.unsynced.push(encodeWalEntry(effect.entry));
        return;
      case "sync-wal":
        this.disk.synced.push(...this.disk.unsynced.splice(0));
        return;
      case "schedule-timeout":
        return this.#schedule(effect);
      case "gained":
        return this.#world.spread(this.index, effect.gain);
      case "equivocation":
        return oracle.accused(effect.voteA, effect.voteB);
      case "punish":
        return oracle.punished(effect.from, effect.reason);
      case "decided":
        return this.#decided(effect);
      case "step-changed":
        return undefined;
    }
  }

  #schedule(timeout: Extract<Effect, { kind: "schedule-timeout" }>): void {
    const { height, round, step, durationMs } = timeout;
    const life = this.#life;
    this.#world.queue.after(durationMs, () => {
      if (life === this.#life) this.input({ kind: "timeout", height, round, step });
    });
  }

  #decided(decided: Decided): void {
    const { oracle, queue, prng } = this.#world;
    oracle.decided(decided, this.#world.setOf(decided.height));
    this.disk.chain.push(decided);
    this.disk.synced = [];
    this.disk.unsynced = [];
    const life = this.#life;
    queue.after(5 + prng.below(20), () => {
      if (life === this.#life) this.#startHeight(false);
    });
  }

  /** Questions are answered one after the other; a crash may come between work and answer. */
  #ask(question: Question): void {
    const { queue, prng } = this.#world;
    const life = this.#life;
    this.#busyUntilMs = Math.max(this.#busyUntilMs, queue.nowMs) + 1 + prng.below(8);
    queue.after(this.#busyUntilMs - queue.nowMs, () => {
      if (life !== this.#life) return;
      const answer = this.#answer(question);
      if (prng.chance(1, 200)) this.crashAndReturn();
      else this.input(answer);
    });
  }

  crashAndReturn(): void {
    const { queue, prng } = this.#world;
    if (!this.isUp) return;
    this.#crash();
    queue.after(100 + prng.below(2000), () => {
      if (!this.isUp) this.start({ replay: true });
    });
  }

  #answer(question: Question): InputBody {
    switch (question.kind) {
      case "sign":
        return this.#sign(question.request);
      case "build-block": {
        const { height, round, lastCommit } = question;
        const time =
          height === 1n ? genesisTime : medianTime(lastCommit, this.#world.setOf(height - 1n));
        const name = `${this.index} at ${height}/${round}`;
        return {
          kind: "block-built",
          height,
          round,
          ...aBlock(name, { height, time, lastCommit }),
        };
      }
      case "check-block": {
        const { height, blockId, block } = question;
        const accepted = isGood(block.header.appHash) && block.header.height === height;
        return { kind: "block-checked", height, blockId, accepted };
      }
      case "extend-vote": {
        const { height, round } = question;
        return { kind: "vote-extended", height, round, extension: bytesFromText("extension") };
      }
      case "check-extension":
        return { kind: "extension-checked", vote: question.vote, accepted: true };
    }
  }

  #sign(request: SignRequest): InputBody {
    const record = this.#record;
    const verdict = decideSigning({ chainId, record, request });
    switch (verdict.kind) {
      case "reuse":
        return { kind: "signed", message: signedMessage(request, verdict.record) };
      case "refuse":
        return { kind: "sign-refused", record };
      case "sign": {
        const { keys, crypto } = this.#world.validators;
        const { secretKey } = defined(keys[this.index], "each node has a key");
        const [signature, extensionSignature] = [verdict.signBytes, verdict.extensionSignBytes].map(
          (message) =>
            message.length === 0 ? message : crypto.signEd25519({ secretKey, message }),
        );
        const next = completeRecord(verdict.next, {
          signature: defined(signature, "signed"),
          extensionSignature: defined(extensionSignature, "signed"),
        });
        this.#world.oracle.signed(this.index, request);
        this.disk.record = encodeSignRecord(next);
        return { kind: "signed", message: signedMessage(request, next) };
      }
    }
  }
}

/** Priorities after so many heights. */
export function setAfter(set: ValidatorSet, heights: number): ValidatorSet {
  return heights === 0 ? set : incrementProposerPriority(set, heights);
}
