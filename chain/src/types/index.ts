/**
 * CometBFT v0.38's data, byte for byte: its shapes, wire forms, hashes and sign bytes, validator
 * sets with their turns, commits and what proves them, parameters, results and the genesis
 * document. Decoders take bytes from anyone: they throw `CodecError` or `TypesError`, nothing else.
 */
export type * from "./model.ts";
export { attempt } from "./attempt.ts";
export {
  blockIdOf,
  checkBlockHashes,
  checkHeaderBasic,
  decodeBlock,
  decodeBlockId,
  decodeHeader,
  encodeBlock,
  encodeBlockId,
  encodeHeader,
} from "./block.ts";
export {
  blockIdKey,
  equalBlockIds,
  equalPartSetHeaders,
  isBlock,
  nil,
  partSetKey,
} from "./block-id.ts";
export {
  checkCommitBasic,
  commitFromVotes,
  decodeCommit,
  decodeExtendedCommit,
  emptyCommit,
  encodeCommit,
  encodeExtendedCommit,
  voteFromCommit,
  type ExtendedCommit,
} from "./commit.ts";
export {
  decodeConsensusMessage,
  encodeConsensusMessage,
  type ConsensusMessage,
} from "./consensus-message.ts";
export {
  createAddress,
  createHeight,
  createPower,
  createRound,
  createTime,
  zeroTime,
} from "./create.ts";
export {
  checkEvidenceBasic,
  decodeEvidence,
  decodeEvidenceList,
  encodeEvidence,
  encodeEvidenceList,
  orderVotes,
} from "./evidence.ts";
export {
  genesisToJson,
  genesisToText,
  parseGenesis,
  type GenesisDocument,
  type GenesisValidator,
} from "./genesis.ts";
export {
  evidenceHash,
  hashCommit,
  hashConsensusParams,
  hashEvidence,
  hashHeader,
  hashResults,
  hashTxs,
  hashValidatorSet,
  txHash,
} from "./hash.ts";
export { blockFromJson, blockToJson, headerFromJson, headerToJson } from "./json-block.ts";
export { JsonNode, type Json, type JsonObject } from "./json-node.ts";
export {
  consensusParamsFromJson,
  consensusParamsToJson,
  publicKeyFromNode,
  validatorFromJson,
  validatorToJson,
} from "./json-params.ts";
export {
  consensusParamUpdatesToJson,
  eventToJson,
  txResultFromJson,
  txResultToJson,
  txResultToSparseJson,
  validatorUpdateToJson,
} from "./json-results.ts";
export {
  blockIdFromNode,
  blockIdToJson,
  commitFromJson,
  commitToJson,
  evidenceFromJson,
  evidenceToJson,
  proposalToJson,
  voteFromJson,
  voteToJson,
} from "./json-vote.ts";
export { bytesToJson, hexToJson, publicKeyToJson } from "./json-write.ts";
export {
  addressBytes,
  blockBytesMax,
  blockProtocol,
  chainIdLengthMax,
  extensionBytesMax,
  partBytesMax,
  partsMax,
  powerTotalMax,
  signatureBytesMax,
  validatorsMax,
} from "./limits.ts";
export {
  blockBytesLimit,
  consensusParamsDefault,
  decodeConsensusParams,
  encodeConsensusParams,
  maxDataBytes,
  validateConsensusParams,
  validateParamsChange,
  validateValidatorUpdates,
} from "./params.ts";
export {
  checkPartBasic,
  decodePart,
  decodePartSetHeader,
  encodePart,
  encodePartSetHeader,
  PartSet,
  partSetFromBytes,
} from "./part-set.ts";
export { createPublicKey, validatorAddress } from "./public-key.ts";
export {
  decodeBlockResults,
  decodeTxResult,
  encodeBlockResults,
  encodeTxResult,
  type BlockResults,
} from "./results.ts";
export { proposalSignBytes, voteExtensionSignBytes, voteSignBytes } from "./sign-bytes.ts";
export { timeFromRfc3339, timeToRfc3339 } from "./time.ts";
export { TypesError, type TypesErrorCode } from "./types-error.ts";
export {
  checkValidatorBasic,
  createValidatorSet,
  createValidatorSetFrom,
  decodeValidatorSet,
  encodeValidatorSet,
  incrementProposerPriority,
  restoreValidatorSet,
  updateValidatorSet,
  type ValidatorSet,
} from "./validator-set.ts";
export { medianTime } from "./median-time.ts";
export {
  verifySignature,
  verifyVote,
  verifyVoteExtension,
  type SignatureVerifier,
} from "./signature.ts";
export {
  verifyCommit,
  verifyCommitLight,
  verifyCommitTrusting,
  type CommitToVerify,
} from "./verify-commit.ts";
export {
  checkProposalBasic,
  checkVoteBasic,
  decodeProposal,
  decodeVote,
  encodeProposal,
  encodeVote,
} from "./vote.ts";
