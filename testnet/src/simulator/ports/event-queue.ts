/**
 * Virtual time. Everything that happens in a simulation is an event here; two at one time happen
 * in the order in which they were asked for. Between two events all promises settle.
 */
import { defined } from "@pyralog/chain/base";

/** Events that one turn of the real event loop runs. */
const turnsAtOnce = 64;

interface SimEvent {
  readonly atUs: number;
  readonly sequence: number;
  readonly run: () => void;
}

export class EventQueue {
  readonly #heap: SimEvent[] = [];
  #nowUs = 0;
  #sequence = 0;

  /** Microseconds since the simulation began. */
  get nowUs(): number {
    return this.#nowUs;
  }

  get nowMs(): number {
    return this.#nowUs / 1_000;
  }

  get size(): number {
    return this.#heap.length;
  }

  after(delayMs: number, run: () => void): void {
    this.afterUs(Math.round(Math.max(0, delayMs) * 1_000), run);
  }

  afterUs(delayUs: number, run: () => void): void {
    this.#heap.push({ atUs: this.#nowUs + delayUs, sequence: this.#sequence++, run });
    this.#up(this.#heap.length - 1);
  }

  /**
   * Runs what is due until then, one event after the other, or until `done` says so between two.
   * Where nothing is left to run, time stands at `untilMs`.
   */
  run(untilMs: number, done: () => boolean = () => false): Promise<void> {
    return new Promise((resolve, reject) => {
      let isOver = false;
      const turn = (): void => {
        if (isOver) return;
        try {
          isOver = done() || !this.#runNext(untilMs);
          if (isOver) resolve();
        } catch (error) {
          isOver = true;
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      // Node settles all promises after each of them; the loop, dear in itself, turns for many.
      const turns = (): void => {
        for (let count = 1; count < turnsAtOnce; count++) setImmediate(turn);
        setImmediate(() => {
          turn();
          if (!isOver) turns();
        });
      };
      turns();
    });
  }

  /** False where no event is due by then. */
  #runNext(untilMs: number): boolean {
    const [next] = this.#heap;
    if (next === undefined || next.atUs > untilMs * 1_000) {
      if (untilMs !== Infinity) this.#nowUs = Math.max(this.#nowUs, untilMs * 1_000);
      return false;
    }
    this.#takeFirst();
    this.#nowUs = next.atUs;
    next.run();
    return true;
  }

  #takeFirst(): void {
    const last = defined(this.#heap.pop(), "the heap is not empty");
    if (this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#down(0);
  }

  #up(start: number): void {
    let place = start;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#swapIfBefore(place, parent)) return;
      place = parent;
    }
  }

  #down(start: number): void {
    let place = start;
    for (;;) {
      const left = place * 2 + 1;
      const right = left + 1;
      const least = this.#isBefore(right, left) ? right : left;
      if (!this.#swapIfBefore(least, place)) return;
      place = least;
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [left, right] = [this.#heap[one], this.#heap[other]];
    if (left === undefined || right === undefined) return false;
    if (left.atUs !== right.atUs) return left.atUs < right.atUs;
    return left.sequence < right.sequence;
  }

  #swapIfBefore(one: number, other: number): boolean {
    if (!this.#isBefore(one, other)) return false;
    const held = defined(this.#heap[one], "a place in the heap");
    this.#heap[one] = defined(this.#heap[other], "a place in the heap");
    this.#heap[other] = held;
    return true;
  }
}
