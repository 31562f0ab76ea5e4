import type { RoundState, Step, VotesView } from "#consensus";
import type { BlockId, Height, PartSetHeader, Round, VoteType } from "#types";
import { packBits } from "./bits.ts";
import type { GossipLimits } from "./limits.ts";

/**
 * What a node says of itself: where it is and what it has there. Peers send what it lacks by its
 * own word, until its word changes.
 */
export interface Announce {
  readonly height: Height;
  readonly round: Round;
  readonly step: Step;
  /** Its place among the validators, as it says; a hint, nothing is trusted to it. */
  readonly validatorIndex: number | undefined;
  /** The votes it has. Of rounds that are not listed it has none, unless the list is full. */
  readonly rounds: readonly RoundBits[];
  /** Part sets that it knows, the incomplete ones among them wanted. */
  readonly partSets: readonly PartSetBits[];
  /** Precommits of the last height. */
  readonly lastCommit: { readonly round: Round; readonly precommits: Uint8Array } | undefined;
  /** Votes for just the blocks of quorums that peers claim and it has not seen. */
  readonly claimed: readonly BlockBits[];
}

export interface RoundBits {
  readonly round: Round;
  readonly proposal: boolean;
  readonly prevotes: Uint8Array;
  readonly precommits: Uint8Array;
  /** What it has seen more than two thirds vote for, where that is a block. */
  readonly prevoteQuorum: BlockId | undefined;
  readonly precommitQuorum: BlockId | undefined;
}

export interface PartSetBits {
  readonly header: PartSetHeader;
  readonly parts: Uint8Array;
}

/** A quorum for a block that a peer says it has seen. */
export interface Claim {
  readonly round: Round;
  readonly type: VoteType;
  readonly blockId: BlockId;
}

export interface BlockBits extends Claim {
  readonly votes: Uint8Array;
}

export function announceOf(
  state: RoundState,
  options: {
    readonly limits: GossipLimits;
    readonly validatorIndex: number | undefined;
    readonly claims: readonly Claim[];
    /** Counts announcements, so that old rounds have their turn where there are too many. */
    readonly turn: number;
  },
): Announce {
  const { limits, validatorIndex, claims, turn } = options;
  const { height, round, step, lastCommit } = state;
  return {
    height,
    round,
    step,
    validatorIndex,
    rounds: roundsToAnnounce(state, { max: limits.announceRoundsMax, turn }).map((listed) =>
      roundBitsOf(state, listed),
    ),
    partSets: partSetsOf(state, limits.announcePartSetsMax),
    lastCommit:
      lastCommit === undefined
        ? undefined
        : { round: lastCommit.round, precommits: packBits(lastCommit.bits) },
    claimed: claims.map((claim) => ({
      ...claim,
      votes: packBits(state.votesOf(claim.round, claim.type)?.bitsFor(claim.blockId) ?? []),
    })),
  };
}

/** The newest rounds, those that lock and proposal rest on, and the rest by turns. */
function roundsToAnnounce(
  state: RoundState,
  options: { readonly max: number; readonly turn: number },
): readonly Round[] {
  const { max, turn } = options;
  const known = new Set<Round>([...state.rounds, state.round]);
  const newestFirst = [...known].toSorted((left, right) => right - left);
  if (newestFirst.length <= max) return newestFirst;
  const { locked, valid } = state;
  const validRound = state.proposalOf(state.round)?.validRound;
  const listed = new Set<Round>(newestFirst.slice(0, max >> 1));
  if (locked.kind === "lock") listed.add(locked.round);
  if (valid.kind === "lock") listed.add(valid.round);
  if (typeof validRound === "number") listed.add(validRound);
  const rest = newestFirst.filter((round) => !listed.has(round));
  for (let place = 0; listed.size < max; place++) {
    const round = rest[(turn * (max >> 2) + place) % rest.length];
    if (round === undefined || (place > 0 && listed.has(round))) break;
    listed.add(round);
  }
  return [...listed];
}

function roundBitsOf(state: RoundState, round: Round): RoundBits {
  const prevotes = state.votesOf(round, "prevote");
  const precommits = state.votesOf(round, "precommit");
  return {
    round,
    proposal: state.proposalOf(round) !== undefined,
    prevotes: packBits(prevotes?.bits ?? []),
    precommits: packBits(precommits?.bits ?? []),
    prevoteQuorum: quorumOf(prevotes),
    precommitQuorum: quorumOf(precommits),
  };
}

/** The block of a quorum. One for nil helps nobody who lacks it: its timeout does the same. */
export function quorumOf(votes: VotesView | undefined): BlockId | undefined {
  const majority = votes?.majority;
  return majority?.kind === "block" ? majority : undefined;
}

function partSetsOf(state: RoundState, max: number): readonly PartSetBits[] {
  const { proposalParts, wanted } = state;
  const sets = new Set(proposalParts === undefined ? wanted : [proposalParts, ...wanted]);
  return [...sets].slice(0, max).map(({ header, bits }) => ({ header, parts: packBits(bits) }));
}

/** Quorums that this peer has seen and this node has not: a validator may have voted twice. */
export function unmetClaims(announce: Announce, state: RoundState): readonly Claim[] {
  if (announce.height !== state.height) return [];
  return announce.rounds.flatMap(({ round, prevoteQuorum, precommitQuorum }) =>
    [
      { round, type: "prevote", blockId: prevoteQuorum } as const,
      { round, type: "precommit", blockId: precommitQuorum } as const,
    ].filter(
      (claim): claim is Claim =>
        claim.blockId !== undefined && quorumOf(state.votesOf(round, claim.type)) === undefined,
    ),
  );
}
