/** Votes and proposals: their wire forms, and what v0.38's ValidateBasic asks of them. */
import { proposalWire, voteWire, type MessageValue } from "#codec";
import { blockIdFromWire, blockIdToWire, isBlock, nil } from "./block-id.ts";
import {
  createAddress,
  createHeight,
  createIndex,
  createRound,
  createSignature,
} from "./create.ts";
import { extensionBytesMax, signatureBytesMax } from "./limits.ts";
import type { Proposal, Round, Nil, Vote, VoteType } from "./model.ts";
import { timeFromWire, timeToWire } from "./time.ts";
import { typesError } from "./types-error.ts";

/** SignedMsgType of the protobufs. */
export const signedTypes = { prevote: 1, precommit: 2, proposal: 32 } as const;

/** @throws TypesError `VOTE_TYPE_UNKNOWN` */
export function voteTypeFromWire(type: number): VoteType {
  if (type === signedTypes.prevote) return "prevote";
  if (type === signedTypes.precommit) return "precommit";
  throw typesError("VOTE_TYPE_UNKNOWN", { type });
}

export function voteToWire(vote: Vote): MessageValue<typeof voteWire> {
  return {
    type: signedTypes[vote.type],
    height: vote.height,
    round: vote.round,
    blockId: blockIdToWire(vote.blockId),
    timestamp: timeToWire(vote.time),
    validatorAddress: vote.validatorAddress,
    validatorIndex: vote.validatorIndex,
    signature: vote.signature,
    extension: vote.extension,
    extensionSignature: vote.extensionSignature,
  };
}

export function voteFromWire(wire: MessageValue<typeof voteWire>): Vote {
  return checkVoteBasic({
    type: voteTypeFromWire(wire.type),
    height: createHeight(wire.height),
    round: createRound(wire.round),
    blockId: blockIdFromWire(wire.blockId),
    time: timeFromWire(wire.timestamp),
    validatorAddress: createAddress(wire.validatorAddress),
    validatorIndex: wire.validatorIndex,
    signature: wire.signature,
    extension: wire.extension,
    extensionSignature: wire.extensionSignature,
  });
}

/** The vote, if it may be sent to others. @throws TypesError */
export function checkVoteBasic(vote: Vote): Vote {
  if (vote.height === 0n) throw typesError("VALUE_RANGE", { field: "height", value: 0 });
  createIndex(vote.validatorIndex, "validator index");
  createSignature(vote.signature);
  const { extension, extensionSignature } = vote;
  if (vote.type !== "precommit" || !isBlock(vote.blockId)) {
    if (extension.length + extensionSignature.length > 0) throw typesError("EXTENSION_UNEXPECTED");
    return vote;
  }
  checkExtension({ extension, extensionSignature });
  return vote;
}

export function checkExtension(vote: Pick<Vote, "extension" | "extensionSignature">): void {
  const { extension, extensionSignature } = vote;
  if (extensionSignature.length > signatureBytesMax) {
    throw typesError("SIGNATURE_LENGTH", { length: extensionSignature.length });
  }
  if (extension.length > extensionBytesMax) {
    throw typesError("LENGTH", { field: "extension", length: extension.length });
  }
  if (extension.length > 0 && extensionSignature.length === 0) {
    throw typesError("EXTENSION_UNSIGNED");
  }
}

export function encodeVote(vote: Vote): Uint8Array {
  return voteWire.encode(voteToWire(vote));
}

/** @throws CodecError | TypesError unless it is a well-formed, signed vote. */
export function decodeVote(bytes: Uint8Array): Vote {
  return voteFromWire(voteWire.decode(bytes));
}

export function proposalToWire(proposal: Proposal): MessageValue<typeof proposalWire> {
  return {
    type: signedTypes.proposal,
    height: proposal.height,
    round: proposal.round,
    polRound: validRoundToWire(proposal.validRound),
    blockId: proposal.blockId,
    timestamp: timeToWire(proposal.time),
    signature: proposal.signature,
  };
}

export function proposalFromWire(wire: MessageValue<typeof proposalWire>): Proposal {
  const { type, polRound } = wire;
  if (type !== signedTypes.proposal) throw typesError("VOTE_TYPE_UNKNOWN", { type });
  const blockId = blockIdFromWire(wire.blockId);
  if (!isBlock(blockId)) throw typesError("FIELD_MISSING", { field: "block id" });
  const round = createRound(wire.round);
  const validRound = polRound === -1 ? nil : createRound(polRound);
  return checkProposalBasic({
    height: createHeight(wire.height),
    round,
    validRound,
    blockId,
    time: timeFromWire(wire.timestamp),
    signature: wire.signature,
  });
}

/** The proposal, if it may be sent to others. @throws TypesError */
export function checkProposalBasic(proposal: Proposal): Proposal {
  createSignature(proposal.signature);
  return proposal;
}

export function encodeProposal(proposal: Proposal): Uint8Array {
  return proposalWire.encode(proposalToWire(proposal));
}

/** @throws CodecError | TypesError unless it is a well-formed, signed proposal. */
export function decodeProposal(bytes: Uint8Array): Proposal {
  return proposalFromWire(proposalWire.decode(bytes));
}

/** The proof-of-lock round travels as −1 where there is none. */
export function validRoundToWire(validRound: Round | Nil): number {
  return typeof validRound === "number" ? validRound : -1;
}
