/**
 * Feeds a target with changed inputs and keeps those that reach code that none reached before. It
 * ends with the first input that the target throws on, takes too long for, or keeps memory for.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createPrng, type Prng } from "@pyralog/chain/base";
import { Coverage } from "./coverage.ts";
import { mutate } from "./mutate.ts";
import type { Target } from "./target.ts";

export interface Failure {
  readonly kind: "throws" | "slow" | "hangs" | "keeps memory";
  readonly message: string;
  readonly input: Uint8Array;
}

export interface Report {
  readonly executions: number;
  readonly blocks: number;
  /** Inputs that reached something new, in the order in which they were found. */
  readonly found: readonly Uint8Array[];
  readonly failure: Failure | undefined;
}

export interface FuzzOptions {
  readonly target: Target;
  readonly corpus: readonly Uint8Array[];
  readonly seed: number;
  readonly seconds: number;
  /** Whether a script's coverage counts. */
  readonly isOurs: (url: string) => boolean;
  /** Told of each input before it runs. */
  readonly before?: (input: Uint8Array) => void;
}

/** One input may take so long, and all of them may make so much stay. */
const inputMsMax = 100;
const growthBytesMax = 200 * 1024 * 1024;
const memoryEveryMs = 1_000;
const [batchMin, batchMax] = [16, 4_096];

export async function fuzz(options: FuzzOptions): Promise<Report> {
  const run = new Run(options);
  try {
    await run.all();
  } finally {
    run.stop();
  }
  return run.report();
}

/** Ends the run. */
class Found extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

class Run {
  readonly #options: FuzzOptions;
  readonly #coverage: Coverage;
  readonly #prng: Prng;
  readonly #corpus: Uint8Array[];
  readonly #found: Uint8Array[] = [];
  readonly #memory = new Memory();
  #executions = 0;
  #batch = batchMin;
  #failure: Failure | undefined;

  constructor(options: FuzzOptions) {
    this.#options = options;
    this.#coverage = new Coverage(options.isOurs);
    this.#prng = createPrng(options.seed);
    this.#corpus = [...options.target.seeds, ...options.corpus];
  }

  stop(): void {
    this.#coverage.stop();
  }

  report(): Report {
    const { blocks } = this.#coverage;
    const [executions, found, failure] = [this.#executions, this.#found, this.#failure];
    return { executions, blocks, found, failure };
  }

  async all(): Promise<void> {
    try {
      await this.#allOrFailure();
    } catch (error) {
      if (!(error instanceof Found)) throw error;
      this.#failure = error.failure;
    }
  }

  async #allOrFailure(): Promise<void> {
    const end = performance.now() + 1000 * this.#options.seconds;
    for (const input of this.#corpus) await this.#execute(input);
    this.#coverage.learn(this.#coverage.take());
    this.#memory.begin();
    let lookedMs = performance.now();
    let last: Uint8Array = new Uint8Array(0);
    while (performance.now() < end) {
      const inputs = Array.from({ length: this.#batch }, () => this.#next());
      last = inputs.at(-1) ?? last;
      await this.#tryAll(inputs);
      if (performance.now() - lookedMs < memoryEveryMs) continue;
      lookedMs = performance.now();
      this.#checkMemory(last);
    }
    this.#checkMemory(last);
  }

  #checkMemory(input: Uint8Array): void {
    const grown = this.#memory.grown();
    if (grown <= growthBytesMax) return;
    throw new Found({ kind: "keeps memory", message: `it grew by ${grown} bytes`, input });
  }

  #next(): Uint8Array {
    const prng = this.#prng;
    const pick = (): Uint8Array => {
      // What was found last has been tried least.
      const recent = prng.below(3) === 0 ? Math.min(8, this.#corpus.length) : this.#corpus.length;
      return this.#corpus[this.#corpus.length - 1 - prng.below(recent)] ?? new Uint8Array(0);
    };
    return mutate(pick(), { target: this.#options.target, prng, other: pick() });
  }

  async #tryAll(inputs: readonly Uint8Array[]): Promise<void> {
    const begun = performance.now();
    for (const input of inputs) await this.#execute(input);
    const ran = performance.now();
    const fresh = this.#coverage.learn(this.#coverage.take());
    const tookMs = performance.now() - ran;
    // Looking takes a third of the time at most.
    const inputMs = (ran - begun) / inputs.length;
    const fitting = Math.ceil((2 * tookMs) / Math.max(0.001, inputMs));
    this.#batch = Math.min(batchMax, Math.max(batchMin, fitting));
    if (fresh.length > 0) await this.#locate(inputs, new Set(fresh));
  }

  /** Which of the inputs reached these blocks, by halves. */
  async #locate(inputs: readonly Uint8Array[], fresh: Set<string>): Promise<void> {
    if (inputs.length === 0 || fresh.size === 0) return;
    this.#coverage.take();
    for (const input of inputs) await this.#execute(input);
    const ran = this.#coverage.take();
    this.#coverage.learn(ran);
    const reached = [...fresh].filter((block) => ran.has(block));
    if (reached.length === 0) return;
    const [input] = inputs;
    if (inputs.length === 1 && input !== undefined) {
      this.#corpus.push(input);
      this.#found.push(input);
      for (const block of reached) fresh.delete(block);
      return;
    }
    const middle = Math.ceil(inputs.length / 2);
    await this.#locate(inputs.slice(0, middle), fresh);
    await this.#locate(inputs.slice(middle), fresh);
  }

  async #execute(input: Uint8Array): Promise<void> {
    this.#executions++;
    const tookMs = await this.#timeOf(input);
    if (tookMs <= inputMsMax) return;
    // A pause of the collector, or of the machine, is not the input's fault.
    const again = [await this.#timeOf(input), await this.#timeOf(input), await this.#timeOf(input)];
    const leastMs = Math.min(tookMs, ...again);
    if (leastMs <= inputMsMax) return;
    throw new Found({ kind: "slow", message: `it took ${Math.round(leastMs)} ms`, input });
  }

  async #timeOf(input: Uint8Array): Promise<number> {
    this.#options.before?.(input);
    const begun = performance.now();
    try {
      // What is synchronous costs no turn of the queue.
      const running = this.#options.target.run(input);
      if (running !== undefined) await running;
    } catch (error) {
      const message = told(error);
      throw new Found({ kind: "throws", message, input });
    }
    return performance.now() - begun;
  }
}

/** With what caused it, as far as it says so. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? error.message;
  return error.cause === undefined ? stack : `${stack}\n${told(error.cause)}`;
}

/** What stays after a collection, beyond what was there at the beginning. */
class Memory {
  readonly #collect: () => void;
  #began = 0;

  constructor() {
    setFlagsFromString("--expose-gc");
    const collect: unknown = runInNewContext("gc");
    this.#collect = (): void => {
      if (typeof collect === "function") Reflect.apply(collect, undefined, []);
    };
  }

  begin(): void {
    this.#collect();
    this.#began = used();
  }

  grown(): number {
    if (used() - this.#began <= growthBytesMax) return 0;
    this.#collect();
    return used() - this.#began;
  }
}

function used(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
