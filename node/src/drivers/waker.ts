/** The one timer of a machine that asks to be woken: a later request replaces the one before. */
import type { Time } from "@pyralog/chain/types";
import type { Clock, Timers } from "#ports";
import { msUntil } from "./monotonic-time.ts";

export class Waker {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #tick: () => void;
  #cancel: () => void = () => undefined;
  #isStopped = false;

  constructor(
    world: { readonly clock: Clock; readonly timers: Timers },
    /** Tells the machine that its time has come. */
    tick: () => void,
  ) {
    this.#clock = world.clock;
    this.#timers = world.timers;
    this.#tick = tick;
  }

  wakeAt(time: Time): void {
    this.#cancel();
    if (this.#isStopped) return;
    this.#cancel = this.#timers.after(msUntil(time, this.#clock), this.#tick);
  }

  /** For good: what other drivers still report while they stop must not wake it again. */
  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }
}
