/** What one seed draws: how many nodes, how they are linked, and what happens to them. */
import { createPrng, type Prng } from "@pyralog/chain/base";
import { describeByzantine, drawByzantine, type ByzantineOptions } from "./byzantine/index.ts";
import { faultKinds, isMembership, type FaultKind } from "./faults/fault-table.ts";

export interface SimTimeouts {
  readonly proposeMs: number;
  readonly proposeDeltaMs: number;
  readonly prevoteMs: number;
  readonly prevoteDeltaMs: number;
  readonly precommitMs: number;
  readonly precommitDeltaMs: number;
  readonly commitMs: number;
}

export const fastTimeouts: SimTimeouts = {
  proposeMs: 1_000,
  proposeDeltaMs: 500,
  prevoteMs: 500,
  prevoteDeltaMs: 500,
  precommitMs: 500,
  precommitDeltaMs: 500,
  commitMs: 500,
};

export interface SeedOptions {
  readonly seed: number;
  /** Validators at the beginning, and nodes that only follow until they become some. */
  readonly nodes: number;
  readonly followers: number;
  readonly shape: "mesh" | "ring";
  /** Keyed hashes are thousands of times cheaper than keys and as hard to mix up. */
  readonly signatures: "hashes" | "keys";
  readonly timeouts: SimTimeouts;
  /** The kinds that this seed uses; a swarm finds more when each run has only some. */
  readonly faults: readonly FaultKind[];
  /** So often faults come for a while, everything is healed, and calm follows. */
  readonly cycles: number;
  /** How long faults come, and how far apart they are on average, in simulated milliseconds. */
  readonly faultyMs: number;
  readonly faultEveryMs: number;
  readonly calmMs: number;
  /** So long after a healing new heights may take to come. */
  readonly healMsMax: number;
  readonly txEveryMs: number;
  /** Who lies, and how. */
  readonly byzantine: ByzantineOptions;
  /** Faults of the run that are left out, by their numbers and kinds: to find those that matter. */
  readonly without: readonly number[];
  readonly withoutKinds: readonly FaultKind[];
}

/** Three ladders of timeouts, a rejoin and the longest ban, with room. */
const healMsMax = 120_000;

export type FixedOptions = Partial<Omit<SeedOptions, "seed">>;

export function drawOptions(seed: number, fixed: FixedOptions = {}): SeedOptions {
  const prng = createPrng(seed);
  const nodes = pick(prng, [4, 4, 4, 4, 4, 4, 4, 4, 5, 7]);
  const shape = prng.chance(1, 5) ? "ring" : "mesh";
  const signatures = prng.chance(1, 20) ? "keys" : "hashes";
  const changesValidators = prng.chance(1, 4);
  const faults = faultKinds.filter((kind) =>
    isMembership(kind) ? prng.chance(1, 2) && changesValidators : prng.chance(1, 4),
  );
  const timeouts = drawTimeouts(prng);
  return {
    seed,
    nodes,
    followers: faults.some(isMembership) ? 1 + prng.below(2) : 0,
    shape,
    signatures,
    timeouts,
    faults,
    cycles: 1,
    faultyMs: 30_000 + prng.below(60_000),
    faultEveryMs: 1_500 + prng.below(6_000),
    calmMs: 5_000 + prng.below(20_000),
    healMsMax,
    txEveryMs: 500 + prng.below(3_500),
    byzantine: drawByzantine(prng, { nodes: fixed.nodes ?? nodes, shape }),
    without: [],
    withoutKinds: [],
    ...fixed,
  };
}

/** Mostly such that heights come every two seconds or so: more of them cost more time. */
function drawTimeouts(prng: Prng): SimTimeouts {
  const stepMs = pick(prng, [300, 500, 1_000]);
  return {
    proposeMs: stepMs * 2,
    proposeDeltaMs: 500,
    prevoteMs: stepMs,
    prevoteDeltaMs: 500,
    precommitMs: stepMs,
    precommitDeltaMs: 500,
    commitMs: prng.chance(1, 20) ? 300 + prng.below(500) : 2_100 + prng.below(500),
  };
}

export function describeOptions(options: SeedOptions): string {
  const { seed, nodes, followers, shape, faults, signatures, timeouts } = options;
  const { cycles, faultyMs, faultEveryMs, calmMs, byzantine } = options;
  const named = faults.length === 0 ? "none" : faults.join(" ");
  return (
    `seed ${seed}: ${nodes} validators and ${followers} followers in a ${shape}, ` +
    `${signatures} as signatures, timeout_commit ${timeouts.commitMs} ms, ` +
    `${cycles} × (faults every ${faultEveryMs} ms for ${faultyMs} ms, ` +
    `calm for ${calmMs} ms): ${named}; ` +
    describeByzantine(byzantine)
  );
}

function pick<Item>(prng: Prng, items: readonly [Item, ...Item[]]): Item {
  return items[prng.below(items.length)] ?? items[0];
}
