/**
 * Which blocks of our own code ran, by V8's precise coverage of the running thread. Taking it costs
 * milliseconds, so that it is taken once for many inputs.
 */
import { Session, type Profiler } from "node:inspector";

interface Range {
  readonly start: number;
  readonly end: number;
}

export class Coverage {
  readonly #session = new Session();
  readonly #isOurs: (url: string) => boolean;
  readonly #seen = new Set<string>();
  /** Every block of each function that was ever told apart from what is around it. */
  readonly #known = new Map<string, Map<string, Range>>();

  constructor(isOurs: (url: string) => boolean) {
    this.#isOurs = isOurs;
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  get blocks(): number {
    return this.#seen.size;
  }

  /** Blocks that ran since the last call, as names. */
  take(): ReadonlySet<string> {
    const ran = new Set<string>();
    this.#session.post("Profiler.takePreciseCoverage", (error, taken) => {
      if (error !== null) throw error;
      for (const script of taken.result) {
        if (!this.#isOurs(script.url)) continue;
        for (const { ranges } of script.functions) {
          this.#blocksOf(script.scriptId, ranges).forEach((block) => ran.add(block));
        }
      }
    });
    return ran;
  }

  /**
   * A block that ran as often as what is around it is not told of. So what ran are all blocks of
   * the function that are known, but for those inside one that is told of as not having run.
   */
  #blocksOf(script: string, ranges: readonly Profiler.CoverageRange[]): readonly string[] {
    const [whole, ...blocks] = ranges;
    if (whole === undefined || whole.count === 0) return [];
    const name = `${script}:${whole.startOffset}:${whole.endOffset}`;
    const ran = [name];
    const known = this.#known.get(name) ?? new Map<string, Range>();
    this.#known.set(name, known);
    for (const { startOffset: start, endOffset: end } of blocks) {
      known.set(`${script}:${start}:${end}`, { start, end });
    }
    const idle = blocks.filter(({ count }) => count === 0);
    for (const [block, { start, end }] of known) {
      const isIdle = idle.some(
        ({ startOffset, endOffset }) => startOffset <= start && end <= endOffset,
      );
      if (!isIdle) ran.push(block);
    }
    return ran;
  }

  /** Of these, those that never ran before; from now on they did. */
  learn(ran: ReadonlySet<string>): readonly string[] {
    const fresh = [...ran].filter((block) => !this.#seen.has(block));
    for (const block of fresh) this.#seen.add(block);
    return fresh;
  }

  stop(): void {
    this.#session.post("Profiler.stopPreciseCoverage");
    this.#session.disconnect();
  }
}
