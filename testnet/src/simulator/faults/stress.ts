/** What all links suffer from at present: of several faults on one rule the worst one counts. */
import type { NetworkRules } from "../ports/index.ts";

const stressed = [
  "lossPerMille",
  "repeatPerMille",
  "disorderPerMille",
  "replayPerMille",
  "delayMeanMs",
] as const;

export type StressedRules = Partial<Pick<NetworkRules, (typeof stressed)[number]>>;

export class Stress {
  readonly #rules: NetworkRules;
  readonly #active = new Set<StressedRules>();

  constructor(rules: NetworkRules) {
    this.#rules = rules;
  }

  /** Gives what takes it away again. */
  add(rules: StressedRules): () => void {
    // A copy, so that two faults of the same strength are two.
    const added = { ...rules };
    this.#active.add(added);
    this.#apply();
    return () => {
      this.#active.delete(added);
      this.#apply();
    };
  }

  #apply(): void {
    for (const rule of stressed) {
      this.#rules[rule] = Math.max(0, ...[...this.#active].map((rules) => rules[rule] ?? 0));
    }
  }
}
