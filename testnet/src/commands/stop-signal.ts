/** Asked for by Ctrl-C, or by whoever started us; asking twice asks for nothing more. */
export class StopSignal {
  readonly asked: Promise<void>;
  #isAsked = false;

  constructor() {
    this.asked = new Promise((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
        process.on(signal, () => {
          this.#isAsked = true;
          resolve();
        });
      }
    });
  }

  get isAsked(): boolean {
    return this.#isAsked;
  }
}
