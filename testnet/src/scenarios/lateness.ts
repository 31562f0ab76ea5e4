/**
 * How long a machine lets nobody run: a timer of our own tells, by coming late. Where much else
 * runs, what a network takes is measured without the time that it was not given.
 */
const everyMs = 20;
const usualMs = 5;

export class Lateness {
  readonly #timer: NodeJS.Timeout;
  #lastMs = performance.now();
  #lateMs = 0;

  constructor() {
    this.#timer = setInterval(() => this.#tick(), everyMs);
  }

  /** The milliseconds since it began, less those in which nobody ran. */
  since(startedMs: number): number {
    this.#tick();
    clearInterval(this.#timer);
    return performance.now() - startedMs - this.#lateMs;
  }

  #tick(): void {
    const nowMs = performance.now();
    this.#lateMs += Math.max(0, nowMs - this.#lastMs - everyMs - usualMs);
    this.#lastMs = nowMs;
  }
}
