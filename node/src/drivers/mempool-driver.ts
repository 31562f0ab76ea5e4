/**
 * Carries out what the mempool asks for: checks through the application in slices, frames to peers,
 * answers to clients, wake-ups. Checks run between the turns of consensus; the application keeps
 * them on an overlay of their own.
 */
import type { Application, CheckTxResponse } from "@pyralog/chain/abci";
import { defined, type Result } from "@pyralog/chain/base";
import type {
  CheckResult,
  Mempool,
  MempoolCounters,
  MempoolEffect,
  MempoolInput,
  MempoolRefusal,
} from "@pyralog/chain/mempool";
import type { Height } from "@pyralog/chain/types";
import type { Clock, Metrics, PeerId, Timers, Wire } from "#ports";
import { driverLimits } from "./limits.ts";
import { Mailbox } from "./mailbox.ts";
import { monotonicTime } from "./monotonic-time.ts";
import { Waker } from "./waker.ts";

/** What a client is told about its transaction: CheckTx's answer, or why it was not asked. */
export interface Submission {
  readonly hash: Uint8Array;
  readonly outcome: Result<CheckTxResponse, MempoolRefusal>;
}

type Check = Extract<MempoolEffect, { kind: "check" }>;
type Timeless<Input> = Input extends unknown ? Omit<Input, "now"> : never;

const measured = [
  ["mempool_failed_txs", "failed"],
  ["mempool_rejected_txs", "rejected"],
  ["mempool_evicted_txs", "evicted"],
  ["mempool_recheck_times", "rechecked"],
] as const;
const { sliceMs, checksQueuedMax } = driverLimits;

export class MempoolDriver {
  readonly pool: Mempool;
  readonly #application: Application;
  readonly #wire: Wire;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #waker: Waker;
  readonly #metrics: Metrics;
  readonly #drop: (peer: PeerId, reason: string) => void;
  readonly #waiting = new Map<number, (submission: Submission) => void>();
  readonly #checks: Mailbox<Check>;
  /** Of the block that the application's check-state stands on. */
  #height: Height;
  #counted: MempoolCounters;
  #submissions = 0;

  constructor(options: {
    readonly pool: Mempool;
    /** The last committed height. */
    readonly height: Height;
    readonly application: Application;
    readonly wire: Wire;
    readonly clock: Clock;
    readonly timers: Timers;
    readonly metrics: Metrics;
    readonly drop: (peer: PeerId, reason: string) => void;
    readonly failed: (error: unknown) => void;
  }) {
    this.pool = options.pool;
    this.#height = options.height;
    this.#counted = { ...options.pool.counters };
    this.#application = options.application;
    this.#wire = options.wire;
    this.#clock = options.clock;
    this.#timers = options.timers;
    this.#waker = new Waker(options, () => this.step({ kind: "tick" }));
    this.#metrics = options.metrics;
    this.#drop = options.drop;
    this.#checks = new Mailbox({
      handle: (check) => this.#check(check),
      failed: options.failed,
      inputsMax: checksQueuedMax,
    });
  }

  submit(tx: Uint8Array): Promise<Submission> {
    const id = this.#submissions++;
    const answered = new Promise<Submission>((resolve) => this.#waiting.set(id, resolve));
    this.step({ kind: "submitted", id, tx });
    return answered;
  }

  step(input: Timeless<MempoolInput>): void {
    const isBlock = input.kind === "block-committed";
    if (isBlock) this.#height = input.height;
    const now = monotonicTime(this.#clock);
    for (const effect of this.pool.step({ ...input, now })) this.#perform(effect);
    if (isBlock || input.kind === "tick") this.#measure();
  }

  stop(): Promise<void> {
    this.#waker.stop();
    return this.#checks.close();
  }

  #measure(): void {
    const { size, bytes, counters } = this.pool;
    this.#metrics.set("mempool_size", { value: size });
    this.#metrics.set("mempool_size_bytes", { value: bytes });
    for (const [name, counter] of measured) {
      const value = counters[counter] - this.#counted[counter];
      if (value > 0) this.#metrics.count(name, { value });
    }
    this.#counted = { ...counters };
  }

  #perform(effect: MempoolEffect): void {
    switch (effect.kind) {
      case "check":
        this.#checks.post(effect);
        return;
      case "answer": {
        const resolve = defined(this.#waiting.get(effect.id), "one answer per submission");
        this.#waiting.delete(effect.id);
        resolve({ hash: effect.hash, outcome: effect.outcome });
        return;
      }
      case "send":
        for (const peer of effect.peers) {
          this.#wire.send({ peer, channel: "transactions", bytes: effect.bytes });
        }
        return;
      case "punish":
        this.#drop(effect.peer, effect.reason);
        return;
      case "wake":
        this.#waker.wakeAt(effect.at);
        return;
    }
  }

  async #check(check: Check): Promise<void> {
    const results: CheckResult[] = [];
    const kind = check.mode;
    let started = this.#clock.monotonicMs();
    for (const { key, tx } of check.txs) {
      const isInTime = check.height === this.#height;
      const response = isInTime ? this.#application.checkTx({ tx, kind }) : undefined;
      results.push({ key, response });
      if (this.#clock.monotonicMs() - started < sliceMs) continue;
      await this.#timers.pause();
      started = this.#clock.monotonicMs();
    }
    this.step({ kind: "checked", height: check.height, results });
  }
}
