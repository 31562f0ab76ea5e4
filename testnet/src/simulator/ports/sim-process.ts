/**
 * One run of a node, from start to crash. What the dead one still waits for never comes; a paused
 * one gets everything later, at once, as after SIGSTOP.
 */
import type { Clock, Entropy, Timers } from "@pyralog/node/ports";
import type { Prng } from "@pyralog/chain/base";
import type { EventQueue } from "./event-queue.ts";
import type { Trace } from "./trace.ts";

const nanosecondsPerUs = 1_000n;

export class SimProcess {
  readonly name: string;
  readonly #queue: EventQueue;
  readonly #trace: Trace;
  #state: "running" | "paused" | "dead" = "running";
  #pauses = 0;
  #held: (() => void)[] = [];

  constructor(options: {
    readonly name: string;
    readonly queue: EventQueue;
    readonly trace: Trace;
  }) {
    this.name = options.name;
    this.#queue = options.queue;
    this.#trace = options.trace;
  }

  get isAlive(): boolean {
    return this.#state !== "dead";
  }

  note(line: string, payload?: Uint8Array): void {
    this.#trace.note(`${this.#queue.nowUs} ${this.name} ${line}`, payload);
  }

  /** Runs the callback in this process's life after the delay, or never. */
  after(delayMs: number, callback: () => void): void {
    this.#queue.after(delayMs, () => this.#deliver(callback));
  }

  /** Resolves with what `work` gives after the delay; never where the process died meanwhile. */
  answer<Value>(delayMs: number, work: () => Value): Promise<Value> {
    return new Promise((resolve, reject) => {
      this.after(delayMs, () => {
        try {
          resolve(work());
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
  }

  /** The answer names this pause, to ask about it later. */
  pause(): number {
    if (this.#state === "running") {
      this.#state = "paused";
      this.#pauses++;
    }
    return this.#pauses;
  }

  isPausedSince(pause: number): boolean {
    return this.#state === "paused" && this.#pauses === pause;
  }

  resume(): void {
    if (this.#state !== "paused") return;
    this.#state = "running";
    const held = this.#held;
    this.#held = [];
    for (const callback of held) this.after(0, callback);
  }

  die(): void {
    this.#state = "dead";
    this.#held = [];
  }

  #deliver(callback: () => void): void {
    switch (this.#state) {
      case "running":
        callback();
        return;
      case "paused":
        this.#held.push(callback);
        return;
      case "dead":
    }
  }
}

/** A wall clock that may be wrong by `skewMs`, and a monotonic one that is not. */
export class SimClock implements Clock {
  readonly #queue: EventQueue;
  readonly #epochNs: bigint;
  skewMs = 0;

  constructor(queue: EventQueue, epochNs: bigint) {
    this.#queue = queue;
    this.#epochNs = epochNs;
  }

  now(): bigint {
    const elapsedUs = this.#queue.nowUs + Math.round(this.skewMs * 1_000);
    return this.#epochNs + BigInt(elapsedUs) * nanosecondsPerUs;
  }

  monotonicMs(): number {
    return this.#queue.nowMs;
  }
}

export function createSimTimers(process: SimProcess): Timers {
  return {
    after(delayMs, callback) {
      let cancelled = false;
      process.after(delayMs, () => {
        if (cancelled) return;
        process.note("timer");
        callback();
      });
      return () => {
        cancelled = true;
      };
    },
    pause: () => process.answer(0, () => undefined),
  };
}

export function createSimEntropy(prng: Prng): Entropy {
  return { bytes: (length) => prng.bytes(length) };
}
