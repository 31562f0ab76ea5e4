/** The one timer of a machine that asks to be woken: a later request replaces the one before. */
import type { Time } from "@pyralog/chain/types";
import type { Clock, Timers } from "#ports";
import { monotonicTime, msUntil } from "./monotonic-time.ts";

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
    this.#cancel = this.#timers.after(msUntil(time, this.#clock), () => this.#wake(time));
  }

  /**
   * Node counts a timer from where its turn of the event loop began, so it may come too soon. A
   * machine that is told so does nothing, and would not ask again for what it has asked for.
   */
  #wake(time: Time): void {
    if (monotonicTime(this.#clock) < time) this.wakeAt(time);
    else this.#tick();
  }

  /** For good: what other drivers still report while they stop must not wake it again. */
  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }
}
