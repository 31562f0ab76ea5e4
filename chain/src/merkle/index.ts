/**
 * Merkle trees and what is proved by them. RFC 6962 serves what blocks consist of; the state has a
 * tree of its own, kept in versions, whose root is the app hash and whose proofs follow ICS-23.
 */
export type * from "./committed-state.ts";
export { merkleInnerHash, merkleProofs, merkleRoot, verifyMerkleProof } from "./rfc6962.ts";
export type { LeafProof } from "./rfc6962.ts";
export { verifyStateProof, type StateClaim } from "./state-proof.ts";
export * from "./state/index.ts";
