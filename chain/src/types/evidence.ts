/** Evidence of misbehaviour. Only duplicate votes are handled: other kinds are refused by name. */
import {
  evidenceListWire,
  evidenceWire,
  type DecodeRules,
  type duplicateVoteEvidenceWire,
  type MessageValue,
} from "#codec";
import { blockIdKey } from "./block-id.ts";
import { createPower } from "./create.ts";
import type { DuplicateVoteEvidence, Evidence, Vote } from "./model.ts";
import { timeFromWire, timeToWire } from "./time.ts";
import { typesError } from "./types-error.ts";
import { voteFromWire, voteToWire } from "./vote.ts";

type EvidenceWire = MessageValue<typeof evidenceWire>;

export function duplicateVoteToWire(
  evidence: DuplicateVoteEvidence,
): MessageValue<typeof duplicateVoteEvidenceWire> {
  return {
    voteA: voteToWire(evidence.voteA),
    voteB: voteToWire(evidence.voteB),
    totalVotingPower: evidence.powerTotal,
    validatorPower: evidence.validatorPower,
    timestamp: timeToWire(evidence.time),
  };
}

export function evidenceToWire(evidence: Evidence): EvidenceWire {
  return { duplicateVote: duplicateVoteToWire(evidence), lightClientAttack: undefined };
}

export function evidenceFromWire(wire: EvidenceWire): Evidence {
  const { duplicateVote, lightClientAttack } = wire;
  if (duplicateVote !== undefined && lightClientAttack !== undefined) {
    throw typesError("ONEOF_INVALID", { field: "evidence" });
  }
  if (lightClientAttack !== undefined) {
    throw typesError("EVIDENCE_UNKNOWN", { kind: "light-client-attack" });
  }
  if (duplicateVote === undefined) throw typesError("ONEOF_INVALID", { field: "evidence" });
  const { voteA, voteB } = duplicateVote;
  if (voteA === undefined || voteB === undefined) {
    throw typesError("FIELD_MISSING", { field: "vote" });
  }
  return checkEvidenceBasic({
    kind: "duplicate-vote",
    voteA: voteFromWire(voteA),
    voteB: voteFromWire(voteB),
    powerTotal: createPower(duplicateVote.totalVotingPower),
    validatorPower: createPower(duplicateVote.validatorPower),
    time: timeFromWire(duplicateVote.timestamp),
  });
}

/** The evidence, if its votes are for two blocks and in the order of their ids. */
export function checkEvidenceBasic(evidence: Evidence): Evidence {
  if (blockIdKey(evidence.voteA.blockId) >= blockIdKey(evidence.voteB.blockId)) {
    throw typesError("EVIDENCE_ORDER");
  }
  return evidence;
}

/** Two votes in the order in which evidence holds them. */
export function orderVotes(votes: readonly [Vote, Vote]): readonly [Vote, Vote] {
  const [first, second] = votes;
  const ordered = blockIdKey(first.blockId) < blockIdKey(second.blockId);
  return ordered ? [first, second] : [second, first];
}

export function encodeEvidence(evidence: Evidence): Uint8Array {
  return evidenceWire.encode(evidenceToWire(evidence));
}

/** @throws CodecError | TypesError unless it is well-formed evidence of duplicate votes. */
export function decodeEvidence(bytes: Uint8Array): Evidence {
  return evidenceFromWire(evidenceWire.decode(bytes));
}

/** As peers send it to one another. */
export function encodeEvidenceList(evidence: readonly Evidence[]): Uint8Array {
  return evidenceListWire.encode({ evidence: evidence.map(evidenceToWire) });
}

/** @throws CodecError | TypesError unless each piece is well-formed. */
export function decodeEvidenceList(
  bytes: Uint8Array,
  rules: Partial<DecodeRules> = {},
): readonly Evidence[] {
  return evidenceListWire.decode(bytes, rules).evidence.map(evidenceFromWire);
}
