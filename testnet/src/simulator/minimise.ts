/**
 * Makes a broken run smaller while it stays broken: whole classes of faults go first, then time,
 * then single faults. Every fault draws from chance of its own, so the others stay as they were.
 */
import { Violation } from "#checkers";
import type { SeedOptions } from "./options.ts";
import { runSeed, type SeedResult } from "./run-seed.ts";

const runsMax = 200;
const faultyMsMin = 2_000;

export async function minimise(
  broken: SeedResult,
  options: {
    readonly say: (line: string) => void;
    readonly run?: (options: SeedOptions) => Promise<SeedResult>;
  },
): Promise<SeedResult> {
  const search = new Search(broken, options.run ?? ((smaller) => runSeed(smaller)));
  await search.dropKinds();
  options.say(`kinds that matter: ${search.kinds.join(" ")}`);
  await search.shorten();
  options.say(`broken after ${(search.best.simulatedMs / 1_000).toFixed(1)} simulated seconds`);
  await search.dropFaults();
  options.say(`faults left: ${search.faultsLeft}, after ${search.runs} runs`);
  return search.best;
}

class Search {
  readonly #run: (options: SeedOptions) => Promise<SeedResult>;
  readonly #name: string;
  best: SeedResult;
  runs = 0;

  constructor(broken: SeedResult, run: (options: SeedOptions) => Promise<SeedResult>) {
    this.best = broken;
    this.#name = nameOf(broken);
    this.#run = run;
  }

  get kinds(): readonly string[] {
    const { faults, withoutKinds } = this.best.options;
    return faults.filter((kind) => !withoutKinds.includes(kind));
  }

  get faultsLeft(): number {
    let left = 0;
    for (const count of this.best.faults.values()) left += count;
    return left;
  }

  async dropKinds(): Promise<void> {
    for (const kind of this.best.options.faults) {
      const { withoutKinds } = this.best.options;
      await this.#tries({ withoutKinds: [...withoutKinds, kind] });
    }
  }

  async shorten(): Promise<void> {
    for (let { cycles } = this.best.options; cycles > 1; cycles = cycles >> 1) {
      if (!(await this.#tries({ cycles: cycles >> 1 }))) break;
    }
    for (;;) {
      const faultyMs = this.best.options.faultyMs >> 1;
      if (faultyMs < faultyMsMin || !(await this.#tries({ faultyMs }))) return;
    }
  }

  /** Halves of what is left first, then quarters, down to one by one. */
  async dropFaults(): Promise<void> {
    const { begun } = this.best;
    for (let size = Math.max(1, begun >> 1); size >= 1; size = size >> 1) {
      for (let first = 0; first < begun; first += size) {
        const known = this.best.options.without;
        const more = Array.from({ length: size }, (_, place) => first + place);
        const news = more.filter((number) => number < begun && !known.includes(number));
        if (news.length > 0) await this.#tries({ without: [...known, ...news] });
      }
    }
  }

  /** Whether it is still broken in the same way. */
  async #tries(smaller: Partial<SeedOptions>): Promise<boolean> {
    if (this.runs >= runsMax) return false;
    this.runs++;
    const result = await this.#run({ ...this.best.options, ...smaller });
    if (result.violation === undefined || nameOf(result) !== this.#name) return false;
    this.best = result;
    return true;
  }
}

/** What was broken: the invariant, or the first line of an exception. */
function nameOf({ violation }: SeedResult): string {
  if (violation instanceof Violation) return violation.code;
  return violation?.message.split("\n")[0] ?? "";
}
