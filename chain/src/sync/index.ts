/**
 * Block sync: catching up from peers' block stores, and serving ours. It is always on. Peers tell
 * the range that they hold; it asks those that claim more than this node has, a window of heights
 * ahead, and hands each block with its commit to the engine, which alone verifies and decides. It
 * verifies nothing itself, and bans who lies about heights, stalls, or sends what is refused.
 */
export { BlockSync } from "./block-sync.ts";
export { createSyncLimits, type SyncLimits } from "./limits.ts";
export type { BanReason, StoredBlock, SyncEffect, SyncInput } from "./model.ts";
