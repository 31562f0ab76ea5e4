import { violation } from "./violation.ts";

export interface Measured {
  /** Which queue, pool or memory. */
  readonly name: string;
  readonly size: number;
  readonly max: number;
}

/** B: whatever is measured, at whatever moment, is within its limit. */
export class Bounds {
  readonly #greatest = new Map<string, number>();

  /** @throws Violation */
  measured(node: string, measures: readonly Measured[]): void {
    for (const { name, size, max } of measures) {
      if (size > max) throw violation("BOUNDS", { node, name, size, max });
      this.#greatest.set(name, Math.max(size, this.greatest(name)));
    }
  }

  /** The largest that was seen of it. */
  greatest(name: string): number {
    return this.#greatest.get(name) ?? 0;
  }
}
