/** What one seed draws: how many nodes, how they are linked, and what happens to them. */
import { createPrng, type Prng } from "@pyralog/chain/base";
import { describeByzantine, drawByzantine, type ByzantineOptions } from "./byzantine/index.ts";

/**
 * Faults by the names of their classes: `crash` is a killed process, `power` a power cut, `reboot`
 * everybody at once; `partition` splits the nodes, `one-way` lets messages pass one way only,
 * `isolate` cuts off one node; `loss`, `repeat`, `disorder` and `delay` concern every link;
 * `disk` fails writes or syncs, `pause` freezes a process, `clock` sets one wrong.
 */
const cuts = ["partition", "one-way", "isolate"] as const;
const links = ["delay", "loss", "repeat", "disorder"] as const;
const single = ["crash", "power", "pause", "disk", "clock"] as const;

export const faultKinds = [...cuts, ...links, ...single, "reboot"] as const;

export type FaultKind = (typeof faultKinds)[number];
export type CutKind = (typeof cuts)[number];
export type LinkKind = (typeof links)[number];

export function isCut(kind: FaultKind): kind is CutKind {
  return cuts.some((known) => known === kind);
}

export function isOfLinks(kind: FaultKind): kind is LinkKind {
  return links.some((known) => known === kind);
}

export interface SeedOptions {
  readonly seed: number;
  readonly nodes: number;
  readonly shape: "mesh" | "ring";
  /** The kinds that this seed uses; a swarm finds more when each run has only some. */
  readonly faults: readonly FaultKind[];
  /** How long faults come, and how far apart they are on average, in simulated milliseconds. */
  readonly faultyMs: number;
  readonly faultEveryMs: number;
  readonly txEveryMs: number;
  /** Who lies, and how. */
  readonly byzantine: ByzantineOptions;
}

export function drawOptions(
  seed: number,
  fixed: { readonly nodes?: number; readonly faultyMs?: number } = {},
): SeedOptions {
  const prng = createPrng(seed);
  const nodes = fixed.nodes ?? pick(prng, [4, 4, 7]);
  const shape = prng.chance(1, 4) ? "ring" : "mesh";
  return {
    seed,
    nodes,
    shape,
    faults: faultKinds.filter(() => prng.chance(2, 5)),
    faultyMs: fixed.faultyMs ?? 30_000 + prng.below(60_000),
    faultEveryMs: 1_500 + prng.below(6_000),
    txEveryMs: 100 + prng.below(900),
    byzantine: drawByzantine(prng, { nodes, shape }),
  };
}

export function describeOptions(options: SeedOptions): string {
  const { seed, nodes, shape, faults, faultyMs, faultEveryMs, byzantine } = options;
  const named = faults.length === 0 ? "none" : faults.join(" ");
  return (
    `seed ${seed}: ${nodes} nodes in a ${shape}, faults every ${faultEveryMs} ms ` +
    `for ${faultyMs} ms: ${named}; ${describeByzantine(byzantine)}`
  );
}

export function pick<Item>(prng: Prng, items: readonly [Item, ...Item[]]): Item {
  return items[prng.below(items.length)] ?? items[0];
}
