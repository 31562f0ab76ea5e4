/** About three milliseconds of the event loop. */
const entriesPerTurn = 16_384;

/** Gives the loop back each time that enough was done; every search has its own. */
export class Pacer {
  readonly #pause: () => Promise<void>;
  #spent = 0;

  constructor(pause: () => Promise<void>) {
    this.#pause = pause;
  }

  /** Counts work, in entries of a list that are read; true when it is time to `rest`. */
  spend(entries: number): boolean {
    this.#spent += entries;
    return this.#spent >= entriesPerTurn;
  }

  rest(): Promise<void> {
    this.#spent = 0;
    return this.#pause();
  }
}
