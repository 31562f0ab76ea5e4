/**
 * What somebody may spend: it grows by so much a second up to a greatest amount, which it begins
 * with. Spending may overdraw it, and then nothing is left until the debt is earned again.
 */
export class Allowance {
  readonly #perSecond: number;
  readonly #max: number;
  #left: number;
  #countedMs: number;

  constructor(options: {
    readonly perSecond: number;
    readonly max: number;
    readonly nowMs: number;
  }) {
    this.#perSecond = options.perSecond;
    this.#max = options.max;
    this.#left = options.max;
    this.#countedMs = options.nowMs;
  }

  /** Whether anything may be spent now. */
  isLeft(nowMs: number): boolean {
    return this.#earned(nowMs) > 0;
  }

  spend(amount: number, nowMs: number): void {
    this.#left = this.#earned(nowMs) - amount;
    this.#countedMs = Math.max(nowMs, this.#countedMs);
  }

  /** After how long something is left again; zero where something is. */
  waitMs(nowMs: number): number {
    const missing = 1 - this.#earned(nowMs);
    return missing <= 0 ? 0 : (missing * 1000) / this.#perSecond;
  }

  /** A clock that goes backwards earns nothing. */
  #earned(nowMs: number): number {
    const earned = (Math.max(0, nowMs - this.#countedMs) * this.#perSecond) / 1000;
    return Math.min(this.#max, this.#left + earned);
  }
}
