/** A bug that is planted in a copy of the sources, and what must find it there. */
import type { FixedOptions, TwinsOptions } from "#simulator";

interface Edit {
  /** From the root of the repository. */
  readonly file: string;
  /** Stands in the file exactly once, or the bug is out of date. */
  readonly find: string;
  readonly replace: string;
}

export type Harness =
  /** Seeds of the simulator, with what they draw but for the options that are fixed. */
  | { readonly kind: "simulator"; readonly fixed: FixedOptions }
  /** So many schedules for each seed, drawn out of the enumeration. */
  | {
      readonly kind: "twins";
      readonly options: Omit<TwinsOptions, "from" | "to">;
      readonly schedules: number;
    }
  /** A test of one module, by its title, where no simulated network can show the bug. */
  | {
      readonly kind: "test";
      readonly file: string;
      readonly title: string;
      /** Why no network shows it. */
      readonly because: string;
    };

export interface PlantedBug {
  readonly name: string;
  /** What is wrong, in the words of whoever would make the mistake. */
  readonly mistake: string;
  readonly edits: readonly Edit[];
  readonly harness: Harness;
  /** Codes of the finding, any of which will do; none for a test, which fails. */
  readonly fires: readonly string[];
  /** One of so many seeds, from 0 on, finds it; `seeds.json` says which. */
  readonly seedsMax: number;
}

/** What a harness saw go wrong first. */
export interface Finding {
  readonly seed: number;
  readonly code: string;
  readonly message: string;
}

/** What a probe is asked: one harness, some seeds, the first finding. */
export interface ProbeJob {
  readonly harness: Harness;
  readonly seeds: readonly number[];
}

export interface ProbeAnswer {
  /** One a job; null as JSON has it. */
  readonly findings: readonly (Finding | null)[];
  readonly seedsRun: number;
}
