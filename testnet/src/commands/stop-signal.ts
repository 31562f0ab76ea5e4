import { setTimeout as sleep } from "node:timers/promises";

/** Asked for by Ctrl-C, or by whoever started us; asking twice asks for nothing more. */
export class StopSignal {
  readonly asked: Promise<void>;
  readonly #controller = new AbortController();

  constructor() {
    this.asked = new Promise((resolve) => {
      this.#controller.signal.addEventListener("abort", () => resolve());
    });
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => this.#controller.abort());
    }
  }

  get isAsked(): boolean {
    return this.#controller.signal.aborted;
  }

  /** Waits, but not past the moment of being asked; nothing is left that holds the process. */
  async pause(delayMs: number): Promise<void> {
    try {
      await sleep(delayMs, undefined, { signal: this.#controller.signal });
    } catch (error) {
      if (!this.isAsked) throw error;
    }
  }
}
