/**
 * Merkle trees: RFC 6962 for what blocks consist of.
 */
export type * from "./committed-state.ts";
export {
  merkleInnerHash,
  merkleProofs,
  merkleRoot,
  verifyMerkleProof,
  type LeafProof,
} from "./rfc6962.ts";
