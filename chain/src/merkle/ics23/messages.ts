/** ICS-23's protobuf messages (cosmos/ics23, cosmos/ics23/v1/proofs.proto), single proofs only. */
import { bytes, enumeration, message, optional, repeated, type MessageValue } from "#codec";

const leafOpMessage = message("cosmos.ics23.v1.LeafOp", {
  hash: enumeration(1),
  prehashKey: enumeration(2),
  prehashValue: enumeration(3),
  length: enumeration(4),
  prefix: bytes(5),
});

const innerOpMessage = message("cosmos.ics23.v1.InnerOp", {
  hash: enumeration(1),
  prefix: bytes(2),
  suffix: bytes(3),
});

const existenceProofMessage = message("cosmos.ics23.v1.ExistenceProof", {
  key: bytes(1),
  value: bytes(2),
  leaf: optional(3, leafOpMessage),
  path: repeated(4, innerOpMessage),
});

const nonExistenceProofMessage = message("cosmos.ics23.v1.NonExistenceProof", {
  key: bytes(1),
  left: optional(2, existenceProofMessage),
  right: optional(3, existenceProofMessage),
});

/** Batches and their compression (fields 3 and 4) are neither made nor read. */
export const commitmentProofMessage = message("cosmos.ics23.v1.CommitmentProof", {
  exist: optional(1, existenceProofMessage),
  nonexist: optional(2, nonExistenceProofMessage),
});

export type LeafOp = MessageValue<typeof leafOpMessage>;
export type InnerOp = MessageValue<typeof innerOpMessage>;
export type ExistenceProof = MessageValue<typeof existenceProofMessage>;
export type NonExistenceProof = MessageValue<typeof nonExistenceProofMessage>;
export type CommitmentProof = MessageValue<typeof commitmentProofMessage>;
