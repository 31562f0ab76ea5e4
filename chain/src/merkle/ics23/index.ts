/**
 * ICS-23: proofs that a key is in a tree, or is not, which any verifier of that standard can
 * check. Here are the messages, a verifier for any spec, and our own tree's spec.
 */
export {
  commitmentProofMessage,
  type CommitmentProof,
  type ExistenceProof,
  type InnerOp,
  type LeafOp,
} from "./messages.ts";
export { applyHash, applyInner, applyLeaf } from "./ops.ts";
export { emptyRoot, leafTag, stateSpec, type ProofSpec } from "./spec.ts";
export {
  fitsSpec,
  isLeftEmpty,
  isRightEmpty,
  leafFitsSpec,
  rootOf,
  verifyMembership,
  verifyNonMembership,
} from "./verify.ts";
