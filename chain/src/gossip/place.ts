/** Where an item belongs within a height: what is had or lacked there, whoever holds it. */
import type { RoundState } from "#consensus";
import { equalBytes } from "#base";
import {
  blockIdKey,
  partSetKey,
  type BlockId,
  type Part,
  type PartSetHeader,
  type Round,
  type Vote,
  type VoteType,
} from "#types";
import type { Item } from "./wire.ts";

export type Place =
  | { readonly kind: "proposal"; readonly round: Round }
  | { readonly kind: "part"; readonly header: PartSetHeader; readonly index: number }
  | VotePlace
  /** A precommit of the height before. */
  | { readonly kind: "last-vote"; readonly validatorIndex: number }
  /** The vote for just this block, beside another one of the same validator. */
  | (Omit<VotePlace, "kind"> & { readonly kind: "second-vote"; readonly blockId: BlockId });

interface VotePlace {
  readonly kind: "vote";
  readonly round: Round;
  readonly type: VoteType;
  readonly validatorIndex: number;
}

export function placeKey(place: Place): string {
  switch (place.kind) {
    case "proposal":
      return `proposal/${place.round}`;
    case "part":
      return `${partSetKey(place.header)}/${place.index}`;
    case "vote":
      return `${voteSetKey(place)}/${place.validatorIndex}`;
    case "last-vote":
      return `last/${place.validatorIndex}`;
    case "second-vote":
      return `${voteSetKey(place)}/${place.validatorIndex}/${blockIdKey(place.blockId)}`;
  }
}

export function voteSetKey(set: { readonly round: Round; readonly type: VoteType }): string {
  return `${set.type}/${set.round}`;
}

/**
 * `known`: the engine has just this. `news`: it is for the engine to judge; its place is named
 * where it can be. `foreign`: of another height, or of no more use.
 */
export type Standing =
  | { readonly kind: "known"; readonly place: Place; readonly origin: number | undefined }
  | { readonly kind: "news"; readonly place: Place | undefined }
  | { readonly kind: "foreign" };

export function standingOf(item: Item, state: RoundState): Standing {
  switch (item.kind) {
    case "proposal": {
      const { height, round } = item.proposal;
      if (height !== state.height || state.step === "commit") return { kind: "foreign" };
      const place: Place = { kind: "proposal", round };
      const isKnown = state.proposalOf(round) !== undefined;
      return isKnown
        ? { kind: "known", place, origin: proposerIndexOf(state, round) }
        : { kind: "news", place };
    }
    case "part": {
      if (item.height !== state.height || state.step === "commit") return { kind: "foreign" };
      return standingOfPart(item, state);
    }
    case "vote":
      return item.vote.height === state.height
        ? standingOfVote(item.vote, state)
        : standingOfLastVote(item.vote, state);
  }
}

function standingOfPart(
  item: { readonly round: Round; readonly part: Part },
  state: RoundState,
): Standing {
  const { round, part } = item;
  const header = state.proposalOf(round)?.blockId.parts;
  if (header === undefined || header.total !== part.proof.total) {
    return { kind: "news", place: undefined };
  }
  const place: Place = { kind: "part", header, index: part.index };
  const ours = state.partsOf(header)?.get(part.index);
  const isSame = ours !== undefined && equalBytes(ours.proof.leafHash, part.proof.leafHash);
  if (isSame) return { kind: "known", place, origin: proposerIndexOf(state, round) };
  return { kind: "news", place: ours === undefined ? place : undefined };
}

function standingOfVote(vote: Vote, state: RoundState): Standing {
  const { round, type, validatorIndex, blockId } = vote;
  // The engine names a fault and punishes; there is no such place.
  if (validatorIndex >= state.validators.validators.length) {
    return { kind: "news", place: undefined };
  }
  const place: Place = { kind: "vote", round, type, validatorIndex };
  const ours = state.votesOf(round, type)?.voteFor(validatorIndex, blockId);
  return ours === undefined
    ? { kind: "news", place }
    : { kind: "known", place, origin: validatorIndex };
}

function standingOfLastVote(vote: Vote, state: RoundState): Standing {
  const { lastCommit } = state;
  const { validatorIndex, blockId, type } = vote;
  if (lastCommit?.height !== vote.height || lastCommit.round !== vote.round) {
    return { kind: "foreign" };
  }
  if (type !== "precommit" || validatorIndex >= lastCommit.size) return { kind: "foreign" };
  const place: Place = { kind: "last-vote", validatorIndex };
  const isKnown = lastCommit.voteFor(validatorIndex, blockId) !== undefined;
  return isKnown ? { kind: "known", place, origin: undefined } : { kind: "news", place };
}

/** Whose turn the round of a proposal is, as far as this node's own round tells. */
export function proposerIndexOf(state: RoundState, round: Round): number | undefined {
  return round === state.round ? state.validators.indexOf(state.proposer.address) : undefined;
}
