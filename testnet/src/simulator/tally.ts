/** Many seeds taken together: what was simulated, and whether it was enough to prove anything. */
import { createHash } from "node:crypto";
import { byzantineKinds, type ByzantineKind } from "./byzantine/index.ts";
import { faultKinds, type FaultKind } from "./faults/index.ts";
import { describeFailure, type SeedResult } from "./run-seed.ts";

/** One seed's result as it travels between processes. */
export interface SeedReport {
  readonly seed: number;
  readonly simulatedMs: number;
  readonly heights: number;
  readonly calmHeights: number;
  readonly calmMs: number;
  readonly laterRounds: number;
  readonly txs: number;
  readonly faults: readonly (readonly [FaultKind, number])[];
  readonly lies: readonly (readonly [ByzantineKind, number])[];
  readonly punished: number;
  readonly points: readonly (readonly [string, number])[];
  readonly refusals: number;
  /** What did not hold, and how to see it again; empty where everything did. */
  readonly failure: string;
  readonly trace: string;
}

const msPerHour = 3_600_000;
/** Idle hours prove nothing: so often a height is decided while nothing is wrong. */
const heightMsMax = 3_000;
/** From so many seeds on every class must have come in so many of a hundred. */
const seedsForClasses = 100;
const percentOfSeedsMin = 5;

export function reportOf(result: SeedResult): SeedReport {
  const { options, violation, faults, lies, points } = result;
  return {
    seed: options.seed,
    simulatedMs: result.simulatedMs,
    heights: result.heights,
    calmHeights: result.calmHeights,
    calmMs: result.calmMs,
    laterRounds: result.laterRounds,
    txs: result.txs,
    faults: [...faults],
    lies: [...lies],
    punished: result.punished,
    points: [...points],
    refusals: result.refusals,
    failure: violation === undefined ? "" : describeFailure(result),
    trace: result.trace,
  };
}

export class Tally {
  readonly #reports: SeedReport[] = [];

  add(report: SeedReport): void {
    this.#reports.push(report);
  }

  get seeds(): number {
    return this.#reports.length;
  }

  get hours(): number {
    return this.#sum(({ simulatedMs }) => simulatedMs) / msPerHour;
  }

  get violations(): number {
    return this.#reports.filter(({ failure }) => failure !== "").length;
  }

  /** Of the seeds in their order; of one seed its own. */
  get trace(): string {
    const [first, ...others] = this.#reports.toSorted((one, other) => one.seed - other.seed);
    if (first === undefined || others.length === 0) return first?.trace ?? "";
    const hash = createHash("sha256");
    for (const { trace } of [first, ...others]) hash.update(trace);
    return hash.digest("hex");
  }

  /** Why these seeds prove too little; empty where they prove enough. */
  get shortcomings(): readonly string[] {
    const calmMs = this.#sum((report) => report.calmMs);
    const calmHeights = this.#sum((report) => report.calmHeights);
    const found: string[] = [];
    if (calmHeights * heightMsMax < calmMs) {
      found.push(`${calmHeights} heights in ${(calmMs / 1_000).toFixed(0)} calm seconds`);
    }
    if (this.seeds < seedsForClasses) return found;
    for (const [kind, { seeds }] of this.#classes()) {
      if (seeds * 100 >= this.seeds * percentOfSeedsMin) continue;
      found.push(`${kind} came in ${seeds} of ${this.seeds} seeds`);
    }
    return found;
  }

  get counts(): string {
    return [
      `${this.hours.toFixed(2)} h simulated`,
      `${this.#sum(({ heights }) => heights)} heights`,
      `rounds above 0: ${this.#sum(({ laterRounds }) => laterRounds)}`,
      `${this.#sum(({ txs }) => txs)} transactions`,
      `${this.#sum(({ faults }) => faults.reduce((sum, [, count]) => sum + count, 0))} faults`,
      `${this.#sum(({ lies }) => lies.reduce((sum, [, count]) => sum + count, 0))} lies`,
      `${this.#sum(({ punished }) => punished)} misbehaviours punished`,
      `nodes ended at ${this.#points().size} points of persistence`,
      `${this.#sum(({ refusals }) => refusals)} refusals over damaged disks`,
    ].join(", ");
  }

  /** Faults per class, and in how many seeds each came. */
  get lines(): readonly string[] {
    const classes = [...this.#classes()].filter(([, { count }]) => count > 0);
    const told = classes.map(([kind, { count, seeds }]) => `${kind} ${count} (${seeds})`);
    const points = [...this.#points()].toSorted(([one], [other]) => (one < other ? -1 : 1));
    return [
      `faults per class, and seeds in which it came: ${told.join(", ")}`,
      `ended at: ${points.map(([point, count]) => `${point} ${count}`).join(", ")}`,
      `calm: ${this.#sum(({ calmHeights }) => calmHeights)} heights in ` +
        `${(this.#sum(({ calmMs }) => calmMs) / 1_000).toFixed(0)} seconds`,
    ];
  }

  #classes(): ReadonlyMap<string, { readonly count: number; readonly seeds: number }> {
    return new Map(
      [...faultKinds, ...byzantineKinds].map((kind) => {
        const counts = this.#reports.map(
          ({ faults, lies }) => [...faults, ...lies].find(([known]) => known === kind)?.[1] ?? 0,
        );
        const count = counts.reduce((sum, one) => sum + one, 0);
        return [kind, { count, seeds: counts.filter((one) => one > 0).length }] as const;
      }),
    );
  }

  #points(): ReadonlyMap<string, number> {
    const points = new Map<string, number>();
    for (const report of this.#reports) {
      for (const [point, count] of report.points) {
        points.set(point, (points.get(point) ?? 0) + count);
      }
    }
    return points;
  }

  #sum(of: (report: SeedReport) => number): number {
    return this.#reports.reduce((sum, report) => sum + of(report), 0);
  }
}
