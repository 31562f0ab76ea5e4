import type { Prng } from "@pyralog/chain/base";
import { lieKinds, type LieKind } from "./kinds.ts";

interface LiarDrawn {
  /** Which validator. */
  readonly index: number;
  readonly kinds: readonly LieKind[];
}

/** Who lies in a seed; always less than a third of the power. */
export interface ByzantineOptions {
  readonly liars: readonly LiarDrawn[];
  /** Validators whose key is on a second machine too. */
  readonly twins: readonly number[];
}

export const allHonest: ByzantineOptions = { liars: [], twins: [] };

const kindsMax = 4;

/** None in half of the seeds; in a ring never two, as they could cut off the honest for good. */
export function drawByzantine(
  prng: Prng,
  network: { readonly nodes: number; readonly shape: "mesh" | "ring" },
): ByzantineOptions {
  const { nodes, shape } = network;
  if (prng.chance(1, 2)) return allHonest;
  const most = Math.ceil(nodes / 3) - 1;
  const count = shape === "ring" ? Math.min(1, most) : 1 + prng.below(Math.max(1, most));
  const indexes = Array.from({ length: nodes }, (_, index) => index);
  const chosen = Array.from({ length: Math.min(count, most) }, () =>
    indexes.splice(prng.below(indexes.length), 1),
  ).flat();
  const isTwin = (): boolean => shape === "mesh" && prng.chance(1, 6);
  const twins = chosen.filter(isTwin);
  const liars = chosen.filter((index) => !twins.includes(index));
  return { twins, liars: liars.map((index) => ({ index, kinds: drawKinds(prng) })) };
}

/** A few at once: who tells all lies is thrown out for the clumsiest. */
function drawKinds(prng: Prng): readonly LieKind[] {
  const left = [...lieKinds];
  const drawn = Array.from({ length: 1 + prng.below(kindsMax) }, () =>
    left.splice(prng.below(left.length), 1),
  ).flat();
  // Locks that can be forgotten are rare.
  const forgets = prng.chance(1, 2) && !drawn.includes("amnesia");
  return forgets ? [...drawn, "amnesia"] : drawn;
}

export function describeByzantine({ liars, twins }: ByzantineOptions): string {
  const told = liars.map(({ index, kinds }) => `n${index} (${kinds.join(" ")})`);
  const doubled = twins.map((index) => `n${index} (twins)`);
  const all = [...told, ...doubled];
  return all.length === 0 ? "all honest" : `liars: ${all.join(", ")}`;
}
