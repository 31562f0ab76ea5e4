/**
 * What nodes tell one another during consensus: CometBFT's `tendermint.consensus.Message` with the
 * rules of its ValidateBasic. Whether a message fits the height at hand is not checked here.
 */
import { defined } from "#base";
import { consensusMessageWire, type MessageValue } from "#codec";
import { bitsFromWire, bitsToWire } from "./bit-array.ts";
import { blockIdFromWire, blockIdToWire, nil, partSetHeaderFromWire } from "./block-id.ts";
import { createHeight, createIndex, createRound } from "./create.ts";
import { partsMax, validatorsMax } from "./limits.ts";
import type {
  BlockIdOrNil,
  Height,
  Nil,
  Part,
  PartSetHeader,
  Proposal,
  Round,
  Vote,
  VoteType,
} from "./model.ts";
import { partFromWire, partToWire } from "./part-set.ts";
import { typesError } from "./types-error.ts";
import {
  proposalFromWire,
  proposalToWire,
  signedTypes,
  validRoundToWire,
  voteFromWire,
  voteToWire,
  voteTypeFromWire,
} from "./vote.ts";

/** A vote set: the votes of one height, round and type. */
interface VoteSetName {
  readonly height: Height;
  readonly round: Round;
  readonly type: VoteType;
}

export type ConsensusMessage =
  | {
      readonly kind: "new-round-step";
      readonly height: Height;
      readonly round: Round;
      /** 1 … 8, as CometBFT counts: new height, new round, propose, prevote, its wait, … */
      readonly step: number;
      readonly secondsSinceStart: bigint;
      readonly lastCommitRound: Round | Nil;
    }
  | {
      readonly kind: "new-valid-block";
      readonly height: Height;
      readonly round: Round;
      readonly header: PartSetHeader;
      readonly parts: readonly boolean[];
      readonly isCommit: boolean;
    }
  | { readonly kind: "proposal"; readonly proposal: Proposal }
  | {
      readonly kind: "proposal-pol";
      readonly height: Height;
      readonly validRound: Round;
      readonly prevotes: readonly boolean[];
    }
  | {
      readonly kind: "part";
      readonly height: Height;
      readonly round: Round;
      readonly part: Part;
    }
  | { readonly kind: "vote"; readonly vote: Vote }
  | (VoteSetName & { readonly kind: "has-vote"; readonly validatorIndex: number })
  | (VoteSetName & { readonly kind: "vote-set-maj23"; readonly blockId: BlockIdOrNil })
  | (VoteSetName & {
      readonly kind: "vote-set-bits";
      readonly blockId: BlockIdOrNil;
      readonly votes: readonly boolean[];
    });

type Wire = MessageValue<typeof consensusMessageWire>;

const none = consensusMessageWire.empty();
const stepMax = 8;
/** A part's aunts, or the words of the longest list of bits. */
const itemsMax = 512;

export function encodeConsensusMessage(message: ConsensusMessage): Uint8Array {
  return consensusMessageWire.encode({ ...none, ...toWire(message) });
}

function toWire(message: ConsensusMessage): Partial<Wire> {
  switch (message.kind) {
    case "new-round-step": {
      const { height, round, step, secondsSinceStart: secondsSinceStartTime } = message;
      const lastCommitRound = validRoundToWire(message.lastCommitRound);
      return { newRoundStep: { height, round, step, secondsSinceStartTime, lastCommitRound } };
    }
    case "new-valid-block": {
      const { height, round, header: blockPartSetHeader, isCommit } = message;
      const blockParts = bitsToWire(message.parts);
      return { newValidBlock: { height, round, blockPartSetHeader, blockParts, isCommit } };
    }
    case "proposal":
      return { proposal: { proposal: proposalToWire(message.proposal) } };
    case "proposal-pol": {
      const { height, validRound: proposalPolRound } = message;
      const proposalPol = bitsToWire(message.prevotes);
      return { proposalPol: { height, proposalPolRound, proposalPol } };
    }
    case "part": {
      const { height, round } = message;
      return { blockPart: { height, round, part: partToWire(message.part) } };
    }
    case "vote":
      return { vote: { vote: voteToWire(message.vote) } };
    case "has-vote":
      return { hasVote: { ...voteSetToWire(message), index: message.validatorIndex } };
    case "vote-set-maj23": {
      const blockId = blockIdToWire(message.blockId);
      return { voteSetMaj23: { ...voteSetToWire(message), blockId } };
    }
    case "vote-set-bits": {
      const blockId = blockIdToWire(message.blockId);
      const votes = bitsToWire(message.votes);
      return { voteSetBits: { ...voteSetToWire(message), blockId, votes } };
    }
  }
}

function voteSetToWire({ height, round, type }: VoteSetName): {
  readonly height: bigint;
  readonly round: number;
  readonly type: number;
} {
  return { height, round, type: signedTypes[type] };
}

/**
 * Unknown kinds are refused: they would be relayed without being understood. Unknown fields go.
 * @throws CodecError | TypesError unless it is one well-formed message.
 */
export function decodeConsensusMessage(bytes: Uint8Array): ConsensusMessage {
  const wire = consensusMessageWire.decode(bytes, { depthMax: 8, itemsMax });
  const messages = readers.flatMap((read) => read(wire) ?? []);
  if (messages.length !== 1) throw typesError("ONEOF_INVALID", { field: "message" });
  return defined(messages[0], "there is one message");
}

const readers: readonly ((wire: Wire) => ConsensusMessage | undefined)[] = [
  ({ newRoundStep }) => newRoundStep && newRoundStepFromWire(newRoundStep),
  ({ newValidBlock }) => newValidBlock && newValidBlockFromWire(newValidBlock),
  ({ proposal }) => proposal && { kind: "proposal", proposal: proposalFromWire(proposal.proposal) },
  ({ proposalPol }) => proposalPol && proposalPolFromWire(proposalPol),
  ({ blockPart }) => blockPart && blockPartFromWire(blockPart),
  ({ vote }) => vote && voteMessageFromWire(vote),
  ({ hasVote }) =>
    hasVote && {
      kind: "has-vote",
      ...voteSetFromWire(hasVote),
      validatorIndex: createIndex(hasVote.index, "validator index"),
    },
  ({ voteSetMaj23 }) =>
    voteSetMaj23 && {
      kind: "vote-set-maj23",
      ...voteSetFromWire(voteSetMaj23),
      blockId: blockIdFromWire(voteSetMaj23.blockId),
    },
  ({ voteSetBits }) =>
    voteSetBits && {
      kind: "vote-set-bits",
      ...voteSetFromWire(voteSetBits),
      blockId: blockIdFromWire(voteSetBits.blockId),
      votes: bitsFromWire(voteSetBits.votes, validatorsMax),
    },
];

type WireOf<Name extends keyof Wire> = NonNullable<Wire[Name]>;

function newRoundStepFromWire(wire: WireOf<"newRoundStep">): ConsensusMessage {
  const { step, secondsSinceStartTime: secondsSinceStart, lastCommitRound } = wire;
  if (step < 1 || step > stepMax) throw typesError("VALUE_RANGE", { field: "step", value: step });
  return {
    kind: "new-round-step",
    ...placeFromWire(wire),
    step,
    secondsSinceStart,
    lastCommitRound: lastCommitRound === -1 ? nil : createRound(lastCommitRound),
  };
}

function newValidBlockFromWire(wire: WireOf<"newValidBlock">): ConsensusMessage {
  const header = partSetHeaderFromWire(wire.blockPartSetHeader);
  if (wire.blockParts === undefined) throw typesError("FIELD_MISSING", { field: "parts" });
  const parts = bitsFromWire(wire.blockParts, partsMax);
  if (parts.length === 0 || parts.length !== header.total) {
    throw typesError("LENGTH", { field: "parts", length: parts.length });
  }
  const { isCommit } = wire;
  return { kind: "new-valid-block", ...placeFromWire(wire), header, parts, isCommit };
}

function proposalPolFromWire(wire: WireOf<"proposalPol">): ConsensusMessage {
  const prevotes = bitsFromWire(wire.proposalPol, validatorsMax);
  if (prevotes.length === 0) throw typesError("LENGTH", { field: "prevotes", length: 0 });
  return {
    kind: "proposal-pol",
    height: createHeight(wire.height),
    validRound: createRound(wire.proposalPolRound),
    prevotes,
  };
}

function blockPartFromWire(wire: WireOf<"blockPart">): ConsensusMessage {
  return { kind: "part", ...placeFromWire(wire), part: partFromWire(wire.part) };
}

function voteMessageFromWire({ vote }: WireOf<"vote">): ConsensusMessage {
  if (vote === undefined) throw typesError("FIELD_MISSING", { field: "vote" });
  return { kind: "vote", vote: voteFromWire(vote) };
}

interface PlaceWire {
  readonly height: bigint;
  readonly round: number;
}

function placeFromWire({ height, round }: PlaceWire): {
  readonly height: Height;
  readonly round: Round;
} {
  return { height: createHeight(height), round: createRound(round) };
}

function voteSetFromWire(wire: PlaceWire & { readonly type: number }): VoteSetName {
  return { ...placeFromWire(wire), type: voteTypeFromWire(wire.type) };
}
