/**
 * One run of a node, from start to crash. What the dead one still waits for never comes; a paused
 * one gets everything later, at once, as after SIGSTOP.
 */
import type { Clock, Entropy, Timers } from "@pyralog/node/ports";
import type { Prng } from "@pyralog/chain/base";
import type { EventQueue } from "./event-queue.ts";
import type { Trace } from "./trace.ts";

const nanosecondsPerUs = 1_000n;

/** Ends a process at a point of persistence that it chooses by its name. */
export interface Trap {
  catches(point: string): boolean;
  crash(): void;
}

export class SimProcess {
  readonly name: string;
  readonly #queue: EventQueue;
  readonly #trace: Trace;
  #state: "running" | "paused" | "dead" = "running";
  #pauses = 0;
  #held: (() => void)[] = [];
  #trap: Trap | undefined;

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

  /**
   * The same for work that reaches a medium: it passes one named point before and one after, and
   * whoever set a trap may end the process there, before the work or with it done and unanswered.
   */
  persist<Value>(
    work: { readonly point: string; readonly delayMs: number },
    change: () => Value,
  ): Promise<Value> {
    if (this.#springs(`before ${work.point}`)) return new Promise(() => undefined);
    return new Promise((resolve, reject) => {
      this.after(work.delayMs, () => {
        try {
          const value = change();
          if (!this.#springs(`after ${work.point}`)) resolve(value);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
  }

  /** For this process alone; a new trap takes the place of the last one. */
  setTrap(trap: Trap): void {
    this.#trap = trap;
  }

  /** The crash comes from the queue: whoever is at the point is in the middle of something. */
  #springs(point: string): boolean {
    const trap = this.#trap;
    if (this.#state !== "running" || trap?.catches(point) !== true) return false;
    this.#trap = undefined;
    this.#queue.afterUs(0, () => trap.crash());
    return true;
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

/** A machine's clocks: the wall clock may be wrong, stand still, or run with its timers' drift. */
export class SimClock implements Clock {
  readonly #queue: EventQueue;
  readonly #epochNs: bigint;
  #drift = 1;
  #isStopped = false;
  /** Since when `#drift` and `#isStopped` are as they are, and what the clocks showed then. */
  #sinceUs = 0;
  #wallUs = 0;
  #monotonicUs = 0;
  /** The wall clock's alone. */
  skewMs = 0;

  constructor(queue: EventQueue, epochNs: bigint) {
    this.#queue = queue;
    this.#epochNs = epochNs;
  }

  now(): bigint {
    const elapsedUs = Math.round(this.#wall() + this.skewMs * 1_000);
    return this.#epochNs + BigInt(elapsedUs) * nanosecondsPerUs;
  }

  monotonicMs(): number {
    return this.#monotonic() / 1_000;
  }

  /** How long the machine's millisecond is too short: 2 makes its clocks twice as fast. */
  get drift(): number {
    return this.#drift;
  }

  run(how: { readonly drift?: number; readonly isStopped?: boolean }): void {
    [this.#wallUs, this.#monotonicUs] = [this.#wall(), this.#monotonic()];
    this.#sinceUs = this.#queue.nowUs;
    this.#drift = how.drift ?? this.#drift;
    this.#isStopped = how.isStopped ?? this.#isStopped;
  }

  /** Shows the true time again. */
  correct(): void {
    this.run({ drift: 1, isStopped: false });
    this.#wallUs = this.#queue.nowUs;
    this.skewMs = 0;
  }

  #wall(): number {
    return this.#isStopped ? this.#wallUs : this.#wallUs + this.#elapsedUs;
  }

  #monotonic(): number {
    return this.#monotonicUs + this.#elapsedUs;
  }

  get #elapsedUs(): number {
    return (this.#queue.nowUs - this.#sinceUs) * this.#drift;
  }
}

export function createSimTimers(process: SimProcess, clock: SimClock): Timers {
  return {
    after(delayMs, callback) {
      let cancelled = false;
      process.after(delayMs / clock.drift, () => {
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
