/** Deletes what is older than the operator wants to keep, and needed by nobody. */
import { createHeight, type ConsensusParams, type Height, type Time } from "@pyralog/chain/types";
import type { BlockStore, StateStore } from "#storage";

/** Heights that are pruned together, because a synced batch for each would cost more. */
const pruneInterval = 100n;

/**
 * Blocks that evidence may still be about stay, however few are to be kept: without them this node
 * would refuse evidence, and the blocks that carry it, which others accept.
 */
export async function prune(
  { blockStore, stateStore }: { readonly blockStore: BlockStore; readonly stateStore: StateStore },
  now: {
    readonly height: Height;
    readonly time: Time;
    readonly evidence: ConsensusParams["evidence"];
    /** Zero keeps all. */
    readonly kept: number;
  },
): Promise<void> {
  const { height, time, evidence, kept } = now;
  if (kept === 0) return;
  const wanted = height - BigInt(kept) + 1n;
  const unpunishable = height - evidence.maxAgeNumBlocks;
  const retain = wanted < unpunishable ? wanted : unpunishable;
  if (retain < blockStore.base + pruneInterval) return;
  const newest = await blockStore.loadMeta(createHeight(retain - 1n));
  if (newest === undefined || time - newest.header.time <= evidence.maxAgeDuration) return;
  await blockStore.prune(createHeight(retain));
  await stateStore.prune(createHeight(retain));
}
