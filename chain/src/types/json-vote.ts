/** Block ids, votes, commits and evidence, as v0.38.25's RPC writes them, and back. */
import { blockIdFromWire, blockIdToWire } from "./block-id.ts";
import { blockIdFlags, checkCommitBasic, commitSigFromWire } from "./commit.ts";
import { createAddress, createHeight, createPower, createRound, zeroTime } from "./create.ts";
import { checkEvidenceBasic } from "./evidence.ts";
import { JsonNode, type JsonObject } from "./json-node.ts";
import { bytesToJson, hexToJson } from "./json-write.ts";
import type { BlockIdOrNil, Commit, CommitSig, Evidence, Proposal, Vote } from "./model.ts";
import { timeToRfc3339, timeToWire } from "./time.ts";
import { checkVoteBasic, signedTypes, validRoundToWire, voteTypeFromWire } from "./vote.ts";

const evidenceName = "tendermint/DuplicateVoteEvidence";

export function blockIdToJson(id: BlockIdOrNil): JsonObject {
  const { hash, parts } = blockIdToWire(id);
  return { hash: hexToJson(hash), parts: { total: parts.total, hash: hexToJson(parts.hash) } };
}

export function blockIdFromNode(node: JsonNode): BlockIdOrNil {
  const parts = node.get("parts");
  return blockIdFromWire({
    hash: node.get("hash").hex(),
    parts: { total: parts.get("total").uint32(), hash: parts.get("hash").hex() },
  });
}

export function voteToJson(vote: Vote): JsonObject {
  return {
    type: signedTypes[vote.type],
    height: String(vote.height),
    round: vote.round,
    block_id: blockIdToJson(vote.blockId),
    timestamp: timeToRfc3339(vote.time),
    validator_address: hexToJson(vote.validatorAddress),
    validator_index: vote.validatorIndex,
    signature: bytesToJson(vote.signature),
    extension: bytesToJson(vote.extension),
    extension_signature: bytesToJson(vote.extensionSignature),
  };
}

/** @throws TypesError unless it is a well-formed, signed vote. */
export function voteFromJson(json: unknown): Vote {
  return voteFromNode(new JsonNode(json));
}

function voteFromNode(node: JsonNode): Vote {
  return checkVoteBasic({
    type: voteTypeFromWire(node.get("type").int32()),
    height: createHeight(node.get("height").int64()),
    round: createRound(node.get("round").int32()),
    blockId: blockIdFromNode(node.get("block_id")),
    time: node.get("timestamp").time(),
    validatorAddress: createAddress(node.get("validator_address").hex()),
    validatorIndex: node.get("validator_index").int32(),
    signature: node.get("signature").base64(),
    extension: node.get("extension").base64(),
    extensionSignature: node.get("extension_signature").base64(),
  });
}

export function proposalToJson(proposal: Proposal): JsonObject {
  return {
    Type: signedTypes.proposal,
    height: String(proposal.height),
    round: proposal.round,
    pol_round: validRoundToWire(proposal.validRound),
    block_id: blockIdToJson(proposal.blockId),
    timestamp: timeToRfc3339(proposal.time),
    signature: bytesToJson(proposal.signature),
  };
}

export function commitToJson(commit: Commit): JsonObject {
  return {
    height: String(commit.height),
    round: commit.round,
    block_id: blockIdToJson(commit.blockId),
    signatures: commit.signatures.map(commitSigToJson),
  };
}

function commitSigToJson(sig: CommitSig): JsonObject {
  const absent = sig.kind === "absent";
  return {
    block_id_flag: blockIdFlags[sig.kind],
    validator_address: absent ? "" : hexToJson(sig.validatorAddress),
    timestamp: timeToRfc3339(absent ? zeroTime : sig.time),
    signature: absent ? null : bytesToJson(sig.signature),
  };
}

/** @throws TypesError unless it is a well-formed commit. */
export function commitFromJson(json: unknown): Commit {
  return commitFromNode(new JsonNode(json));
}

export function commitFromNode(node: JsonNode): Commit {
  return checkCommitBasic({
    height: createHeight(node.get("height").int64()),
    round: createRound(node.get("round").int32()),
    blockId: blockIdFromNode(node.get("block_id")),
    signatures: node.get("signatures").list().map(commitSigFromNode),
  });
}

function commitSigFromNode(node: JsonNode): CommitSig {
  return commitSigFromWire({
    blockIdFlag: node.get("block_id_flag").int32(),
    validatorAddress: node.get("validator_address").hex(),
    timestamp: timeToWire(node.get("timestamp").time()),
    signature: node.get("signature").base64(),
  });
}

/** The last three names are Go's: v0.38 gives those fields no others. */
export function evidenceToJson(evidence: Evidence): JsonObject {
  return {
    type: evidenceName,
    value: {
      vote_a: voteToJson(evidence.voteA),
      vote_b: voteToJson(evidence.voteB),
      TotalVotingPower: String(evidence.powerTotal),
      ValidatorPower: String(evidence.validatorPower),
      Timestamp: timeToRfc3339(evidence.time),
    },
  };
}

/** @throws TypesError unless it is well-formed evidence of duplicate votes. */
export function evidenceFromJson(json: unknown): Evidence {
  return evidenceFromNode(new JsonNode(json));
}

/** Reads the names of other versions too. */
export function evidenceFromNode(node: JsonNode): Evidence {
  const type = node.get("type");
  if (type.text() !== evidenceName) throw type.refusal(evidenceName);
  const value = node.get("value");
  const named = (name: string, other: string): JsonNode =>
    value.get(name).absent ? value.get(other) : value.get(name);
  return checkEvidenceBasic({
    kind: "duplicate-vote",
    voteA: voteFromNode(value.get("vote_a")),
    voteB: voteFromNode(value.get("vote_b")),
    powerTotal: createPower(named("TotalVotingPower", "total_voting_power").int64()),
    validatorPower: createPower(named("ValidatorPower", "validator_power").int64()),
    time: named("Timestamp", "timestamp").time(),
  });
}
