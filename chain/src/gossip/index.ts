/**
 * Consensus messages between peers. The machine reads the engine's round state, keeps for each
 * peer what that peer has, pushes what is new and sends again what is not confirmed, for every
 * validator's proposals, parts and votes and not only our own: a ring must make blocks, and a node
 * behind a cut must come back. Who gets what at once is learnt as in Plumtree (Leitão et al.,
 * "Epidemic broadcast trees"). It verifies nothing: the engine does. Heights further back than the
 * last are block sync's.
 */
export { Gossip } from "./gossip.ts";
export { createGossipLimits, type GossipLimits } from "./limits.ts";
export type { GossipCounters, GossipEffect, GossipFault, GossipInput } from "./model.ts";
