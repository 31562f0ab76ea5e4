/**
 * The wire forms of CometBFT v0.38's data (proto/tendermint/{types,crypto,version,abci}), field by
 * field. They carry no rule about values: `#types` turns them into checked values and back.
 */
import {
  bool,
  bytes,
  byteStrings,
  embedded,
  enumeration,
  int32,
  int64,
  message,
  optional,
  repeated,
  sfixed64,
  string,
  strings,
  uint32,
  uint64,
} from "./wire/index.ts";

export const timestampWire = message("google.protobuf.Timestamp", {
  seconds: int64(1),
  nanos: int32(2),
});

export const durationWire = message("google.protobuf.Duration", {
  seconds: int64(1),
  nanos: int32(2),
});

/** A oneof: exactly one of the two is there. */
export const publicKeyWire = message("tendermint.crypto.PublicKey", {
  ed25519: bytes(1),
  secp256k1: bytes(2),
});

export const proofWire = message("tendermint.crypto.Proof", {
  total: int64(1),
  index: int64(2),
  leafHash: bytes(3),
  aunts: byteStrings(4),
});

export const proofOpsWire = message("tendermint.crypto.ProofOps", {
  ops: repeated(
    1,
    message("tendermint.crypto.ProofOp", { type: string(1), key: bytes(2), data: bytes(3) }),
  ),
});

export const versionWire = message("tendermint.version.Consensus", {
  block: uint64(1),
  app: uint64(2),
});

export const partSetHeaderWire = message("tendermint.types.PartSetHeader", {
  total: uint32(1),
  hash: bytes(2),
});

export const partWire = message("tendermint.types.Part", {
  index: uint32(1),
  bytes: bytes(2),
  proof: embedded(3, proofWire),
});

export const blockIdWire = message("tendermint.types.BlockID", {
  hash: bytes(1),
  parts: embedded(2, partSetHeaderWire),
});

export const headerWire = message("tendermint.types.Header", {
  version: embedded(1, versionWire),
  chainId: string(2),
  height: int64(3),
  time: embedded(4, timestampWire),
  lastBlockId: embedded(5, blockIdWire),
  lastCommitHash: bytes(6),
  dataHash: bytes(7),
  validatorsHash: bytes(8),
  nextValidatorsHash: bytes(9),
  consensusHash: bytes(10),
  appHash: bytes(11),
  lastResultsHash: bytes(12),
  evidenceHash: bytes(13),
  proposerAddress: bytes(14),
});

export const voteWire = message("tendermint.types.Vote", {
  type: enumeration(1),
  height: int64(2),
  round: int32(3),
  blockId: embedded(4, blockIdWire),
  timestamp: embedded(5, timestampWire),
  validatorAddress: bytes(6),
  validatorIndex: int32(7),
  signature: bytes(8),
  extension: bytes(9),
  extensionSignature: bytes(10),
});

export const commitSigWire = message("tendermint.types.CommitSig", {
  blockIdFlag: enumeration(1),
  validatorAddress: bytes(2),
  timestamp: embedded(3, timestampWire),
  signature: bytes(4),
});

export const commitWire = message("tendermint.types.Commit", {
  height: int64(1),
  round: int32(2),
  blockId: embedded(3, blockIdWire),
  signatures: repeated(4, commitSigWire),
});

export const extendedCommitSigWire = message("tendermint.types.ExtendedCommitSig", {
  blockIdFlag: enumeration(1),
  validatorAddress: bytes(2),
  timestamp: embedded(3, timestampWire),
  signature: bytes(4),
  extension: bytes(5),
  extensionSignature: bytes(6),
});

export const extendedCommitWire = message("tendermint.types.ExtendedCommit", {
  height: int64(1),
  round: int32(2),
  blockId: embedded(3, blockIdWire),
  extendedSignatures: repeated(4, extendedCommitSigWire),
});

export const proposalWire = message("tendermint.types.Proposal", {
  type: enumeration(1),
  height: int64(2),
  round: int32(3),
  polRound: int32(4),
  blockId: embedded(5, blockIdWire),
  timestamp: embedded(6, timestampWire),
  signature: bytes(7),
});

export const validatorWire = message("tendermint.types.Validator", {
  address: bytes(1),
  publicKey: embedded(2, publicKeyWire),
  votingPower: int64(3),
  proposerPriority: int64(4),
});

export const simpleValidatorWire = message("tendermint.types.SimpleValidator", {
  publicKey: optional(1, publicKeyWire),
  votingPower: int64(2),
});

export const validatorSetWire = message("tendermint.types.ValidatorSet", {
  validators: repeated(1, validatorWire),
  proposer: optional(2, validatorWire),
  totalVotingPower: int64(3),
});

export const signedHeaderWire = message("tendermint.types.SignedHeader", {
  header: optional(1, headerWire),
  commit: optional(2, commitWire),
});

export const lightBlockWire = message("tendermint.types.LightBlock", {
  signedHeader: optional(1, signedHeaderWire),
  validatorSet: optional(2, validatorSetWire),
});

export const duplicateVoteEvidenceWire = message("tendermint.types.DuplicateVoteEvidence", {
  voteA: optional(1, voteWire),
  voteB: optional(2, voteWire),
  totalVotingPower: int64(3),
  validatorPower: int64(4),
  timestamp: embedded(5, timestampWire),
});

/** A oneof: exactly one of the two is there. */
export const evidenceWire = message("tendermint.types.Evidence", {
  duplicateVote: optional(1, duplicateVoteEvidenceWire),
  lightClientAttack: optional(
    2,
    message("tendermint.types.LightClientAttackEvidence", {
      conflictingBlock: optional(1, lightBlockWire),
      commonHeight: int64(2),
      byzantineValidators: repeated(3, validatorWire),
      totalVotingPower: int64(4),
      timestamp: embedded(5, timestampWire),
    }),
  ),
});

export const evidenceListWire = message("tendermint.types.EvidenceList", {
  evidence: repeated(1, evidenceWire),
});

export const blockWire = message("tendermint.types.Block", {
  header: embedded(1, headerWire),
  data: embedded(2, message("tendermint.types.Data", { txs: byteStrings(1) })),
  evidence: embedded(3, evidenceListWire),
  lastCommit: optional(4, commitWire),
});

export const consensusParamsWire = message("tendermint.types.ConsensusParams", {
  block: optional(
    1,
    message("tendermint.types.BlockParams", { maxBytes: int64(1), maxGas: int64(2) }),
  ),
  evidence: optional(
    2,
    message("tendermint.types.EvidenceParams", {
      maxAgeNumBlocks: int64(1),
      maxAgeDuration: embedded(2, durationWire),
      maxBytes: int64(3),
    }),
  ),
  validator: optional(3, message("tendermint.types.ValidatorParams", { pubKeyTypes: strings(1) })),
  version: optional(4, message("tendermint.types.VersionParams", { app: uint64(1) })),
  abci: optional(
    5,
    message("tendermint.types.ABCIParams", { voteExtensionsEnableHeight: int64(1) }),
  ),
});

export const hashedParamsWire = message("tendermint.types.HashedParams", {
  blockMaxBytes: int64(1),
  blockMaxGas: int64(2),
});

const canonicalBlockIdWire = message("tendermint.types.CanonicalBlockID", {
  hash: bytes(1),
  parts: embedded(2, partSetHeaderWire),
});

export const canonicalVoteWire = message("tendermint.types.CanonicalVote", {
  type: enumeration(1),
  height: sfixed64(2),
  round: sfixed64(3),
  blockId: optional(4, canonicalBlockIdWire),
  timestamp: embedded(5, timestampWire),
  chainId: string(6),
});

export const canonicalVoteExtensionWire = message("tendermint.types.CanonicalVoteExtension", {
  extension: bytes(1),
  height: sfixed64(2),
  round: sfixed64(3),
  chainId: string(4),
});

export const canonicalProposalWire = message("tendermint.types.CanonicalProposal", {
  type: enumeration(1),
  height: sfixed64(2),
  round: sfixed64(3),
  polRound: int64(4),
  blockId: optional(5, canonicalBlockIdWire),
  timestamp: embedded(6, timestampWire),
  chainId: string(7),
});

export const eventWire = message("tendermint.abci.Event", {
  type: string(1),
  attributes: repeated(
    2,
    message("tendermint.abci.EventAttribute", { key: string(1), value: string(2), index: bool(3) }),
  ),
});

export const execTxResultWire = message("tendermint.abci.ExecTxResult", {
  code: uint32(1),
  data: bytes(2),
  log: string(3),
  info: string(4),
  gasWanted: int64(5),
  gasUsed: int64(6),
  events: repeated(7, eventWire),
  codespace: string(8),
});

export const validatorUpdateWire = message("tendermint.abci.ValidatorUpdate", {
  publicKey: embedded(1, publicKeyWire),
  power: int64(2),
});

export const responseFinalizeBlockWire = message("tendermint.abci.ResponseFinalizeBlock", {
  events: repeated(1, eventWire),
  txResults: repeated(2, execTxResultWire),
  validatorUpdates: repeated(3, validatorUpdateWire),
  consensusParamUpdates: optional(4, consensusParamsWire),
  appHash: bytes(5),
});
