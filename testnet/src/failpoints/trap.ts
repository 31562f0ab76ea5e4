/** Kills this very process, with a signal that nothing can catch, at one failpoint. */
import type { FailingDeed, Failpoint } from "./names.ts";

export interface ArmedFailpoint {
  readonly name: Failpoint;
  /** At which time of passing it, counted from one. */
  readonly hit: number;
}

export class Trap {
  readonly #armed: ArmedFailpoint | undefined;
  #hits = 0;

  constructor(armed: ArmedFailpoint | undefined) {
    this.#armed = armed;
  }

  /** Does the work between its two failpoints. */
  async around<Value>(deed: FailingDeed, work: () => Promise<Value>): Promise<Value> {
    this.#pass(`${deed}/before`);
    const value = await work();
    this.#pass(`${deed}/after`);
    return value;
  }

  aroundSync<Value>(deed: FailingDeed, work: () => Value): Value {
    this.#pass(`${deed}/before`);
    const value = work();
    this.#pass(`${deed}/after`);
    return value;
  }

  #pass(name: Failpoint): void {
    if (this.#armed?.name !== name || ++this.#hits < this.#armed.hit) return;
    process.kill(process.pid, "SIGKILL");
    // The signal may take a moment, in which nothing more may happen.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
}
