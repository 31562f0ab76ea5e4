/**
 * One queue and one loop for one machine: inputs are handled strictly one after the other, and the
 * next waits until everything the last one asked for is done. A failure ends the loop for good; the
 * owner is told once and must stop the node, because what was half done may not be repeated.
 */
export class Mailbox<Input> {
  readonly #handle: (input: Input) => Promise<void>;
  readonly #failed: (error: unknown) => void;
  readonly #inputsMax: number;
  #queue: Input[] = [];
  #next = 0;
  #running = false;
  #closed = false;
  readonly #idle: (() => void)[] = [];

  constructor(options: {
    readonly handle: (input: Input) => Promise<void>;
    readonly failed: (error: unknown) => void;
    readonly inputsMax: number;
  }) {
    this.#handle = options.handle;
    this.#failed = options.failed;
    this.#inputsMax = options.inputsMax;
  }

  get size(): number {
    return this.#queue.length - this.#next;
  }

  /** False when the queue is full or closed: the input was not taken (a peer sends it again). */
  offer(input: Input): boolean {
    if (this.#closed || this.size >= this.#inputsMax) return false;
    this.#queue.push(input);
    this.#start();
    return true;
  }

  /** Takes the input whatever the length: for timeouts and our own answers, which none repeats. */
  post(input: Input): void {
    if (this.#closed) return;
    this.#queue.push(input);
    this.#start();
  }

  /** Takes the inputs before all that wait, in this order: answers to what is being handled. */
  postFirst(inputs: readonly Input[]): void {
    if (this.#closed || inputs.length === 0) return;
    this.#queue.splice(0, this.#next, ...inputs);
    this.#next = 0;
    this.#start();
  }

  /** Resolves when nothing is left to handle. */
  idle(): Promise<void> {
    if (!this.#running) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Drops what waits; what is being handled is finished, for which the answer waits. */
  close(): Promise<void> {
    this.#closed = true;
    this.#queue = [];
    this.#next = 0;
    return this.idle();
  }

  #start(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    try {
      // The caller goes on before its own input is handled: a machine never calls itself.
      await Promise.resolve();
      for (let input = this.#take(); input !== undefined; input = this.#take()) {
        await this.#handle(input);
      }
    } catch (error) {
      this.#closed = true;
      this.#failed(error);
    } finally {
      this.#running = false;
      for (const resolve of this.#idle.splice(0)) resolve();
    }
  }

  #take(): Input | undefined {
    const input = this.#queue[this.#next];
    if (input === undefined) {
      this.#queue = [];
      this.#next = 0;
      return undefined;
    }
    this.#next++;
    if (this.#next > 1024) {
      this.#queue = this.#queue.slice(this.#next);
      this.#next = 0;
    }
    return input;
  }
}
