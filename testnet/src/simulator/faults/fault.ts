/**
 * What a class of faults is: something that begins at a moment, lasts a while and ends. Classes
 * carry the names of `reference/faults-and-attacks.md` §3, and a seed draws which of them it uses.
 */
import type { Prng } from "@pyralog/chain/base";
import type { SimWorld } from "../ports/index.ts";
import type { SimNode } from "../sim-node.ts";
import type { Stress } from "./stress.ts";

/** What faults may touch. */
export interface Stage {
  readonly world: SimWorld;
  readonly nodes: readonly SimNode[];
  /** Fewer than a third of the power: the only ones whose disks may lose what they had promised. */
  readonly frail: readonly SimNode[];
  /** The same, and the liars among them: the only ones whose keys may sign twice for it. */
  readonly untrusted: readonly SimNode[];
  readonly prng: Prng;
  readonly stress: Stress;
  /** A marked transaction to every pool: what the chain shall change about its validators. */
  readonly submit: (tx: Uint8Array) => void;
}

export interface Fault {
  /** It ends after half a second at the earliest and this at the latest. */
  readonly lastsMsMax: number;
  /** Gives what ends it; nothing where it cannot happen now. Called back once, before healing. */
  begin(stage: Stage): (() => void) | undefined;
}

export function pick<Item>(prng: Prng, items: readonly Item[]): Item | undefined {
  return items[prng.below(Math.max(1, items.length))];
}

/** Each with a chance of one half. */
export function some<Item>(prng: Prng, items: readonly Item[]): readonly Item[] {
  return items.filter(() => prng.chance(1, 2));
}

/** In `[min, max]`. */
export function between(prng: Prng, ...bounds: readonly [min: number, max: number]): number {
  const [min, max] = bounds;
  return min + prng.below(max - min + 1);
}

export function runningOf({ nodes }: Stage): readonly SimNode[] {
  return nodes.filter(({ isDown }) => !isDown);
}
