/** What a peer lacks by its own word and this node has, the most useful first. */
import type { RoundState } from "#consensus";
import {
  equalBlockIds,
  equalPartSetHeaders,
  partSetKey,
  type Height,
  type Part,
  type PartSetHeader,
  type Round,
  type Vote,
  type VoteType,
} from "#types";
import { quorumOf, type Announce, type BlockBits } from "./announce.ts";
import { hasBit } from "./bits.ts";
import type { GossipPeer } from "./gossip-peer.ts";
import type { GossipLimits } from "./limits.ts";
import { placeKey, proposerIndexOf, type Place } from "./place.ts";
import type { Item } from "./wire.ts";

export interface Need {
  readonly place: Place;
  readonly item: Item;
  /** The validator that the item is from, where that is known. */
  readonly origin: number | undefined;
}

/** The block of the last height, kept for who is still at it. */
export interface LastBlock {
  readonly height: Height;
  readonly header: PartSetHeader;
  readonly parts: readonly Part[];
}

interface View {
  readonly state: RoundState;
  readonly last: LastBlock | undefined;
  readonly limits: GossipLimits;
}

type PeerView = View & { readonly announce: Announce };

type Needs = Generator<Need, void, undefined>;

const voteTypes: readonly VoteType[] = ["prevote", "precommit"];

export function* needsOf(peer: GossipPeer, view: View): Needs {
  for (const need of everythingFor(peer, view)) if (!peer.has(need.place)) yield need;
}

function* everythingFor(peer: GossipPeer, view: View): Needs {
  const { announce } = peer;
  if (announce === undefined) return;
  const lag = view.state.height - announce.height;
  if (lag < 0n || lag > 1n) return;
  // Whoever has not begun the height gathers late ones, whoever is a height behind lacks them.
  for (const vote of view.state.lastCommit?.list() ?? []) yield lastVoteNeed(vote);
  if (lag === 0n) yield* everythingAtHeight(peer, { ...view, announce });
  else yield* lastParts({ ...view, announce });
}

function* everythingAtHeight(peer: GossipPeer, view: PeerView): Needs {
  const { state, announce } = view;
  const hasDecided = announce.step === "commit";
  if (!hasDecided) yield* blocks(peer, view);
  for (const round of roundsFor(view)) {
    for (const type of voteTypes) {
      if (type === "prevote" && hasDecided) continue;
      for (const vote of state.votesOf(round, type)?.list() ?? []) yield voteNeed(vote);
    }
  }
  for (const claim of announce.claimed) yield* secondVotes(peer, { state, claim });
}

function voteNeed(vote: Vote): Need {
  const { round, type, validatorIndex } = vote;
  const place: Place = { kind: "vote", round, type, validatorIndex };
  return { place, item: { kind: "vote", vote }, origin: validatorIndex };
}

function lastVoteNeed(vote: Vote): Need {
  const place: Place = { kind: "last-vote", validatorIndex: vote.validatorIndex };
  return { place, item: { kind: "vote", vote }, origin: undefined };
}

// The proposal of its round before any part, so that no part comes unexpected. Who has a proposal
// and does not name its parts has another one of a proposer that made two: ours are lost on it.
function* blocks(peer: GossipPeer, { state, announce }: PeerView): Needs {
  const { round } = announce;
  const proposal = state.proposalOf(round);
  const origin = proposerIndexOf(state, round);
  const wanted = new Map<string, PartSetHeader>();
  if (proposal !== undefined) {
    const place: Place = { kind: "proposal", round };
    yield { place, item: { kind: "proposal", proposal }, origin };
    const { parts } = proposal.blockId;
    if (!peer.has(place)) wanted.set(partSetKey(parts), parts);
  }
  for (const { header } of announce.partSets) wanted.set(partSetKey(header), header);
  for (const header of wanted.values()) {
    const parts = state.partsOf(header);
    if (parts === undefined) continue;
    const source = { header, part: (index: number): Part | undefined => parts.get(index) };
    yield* partNeeds({ ...source, origin, height: state.height, round });
  }
}

function* partNeeds(source: {
  readonly header: PartSetHeader;
  readonly part: (index: number) => Part | undefined;
  readonly origin: number | undefined;
  readonly height: Height;
  readonly round: Round;
}): Needs {
  const { header, origin, height, round } = source;
  for (let index = 0; index < header.total; index++) {
    const part = source.part(index);
    if (part === undefined) continue;
    const place: Place = { kind: "part", header, index };
    yield { place, item: { kind: "part", height, round, part }, origin };
  }
}

/** Its own round first, then the others from the newest on, as far as it says what it has. */
function roundsFor({ state, announce, limits }: PeerView): readonly Round[] {
  const listed = new Set(announce.rounds.map(({ round }) => round));
  const listsAll = listed.size < limits.announceRoundsMax;
  const rounds = state.rounds
    .filter((round) => listsAll || listed.has(round) || round > announce.round)
    .toSorted((left, right) => right - left);
  return [...new Set([announce.round, ...rounds])];
}

// Of a validator that voted twice, it may have the vote that makes no quorum.
function* secondVotes(
  peer: GossipPeer,
  options: { readonly state: RoundState; readonly claim: BlockBits },
): Needs {
  const { round, type, blockId, votes: theirs } = options.claim;
  const votes = options.state.votesOf(round, type);
  const quorum = quorumOf(votes);
  if (votes === undefined || quorum === undefined || !equalBlockIds(quorum, blockId)) return;
  for (let validatorIndex = 0; validatorIndex < votes.size; validatorIndex++) {
    const hasFirst = peer.has({ kind: "vote", round, type, validatorIndex });
    const vote = votes.voteFor(validatorIndex, blockId);
    if (!hasFirst || vote === undefined || hasBit(theirs, validatorIndex)) continue;
    const place: Place = { kind: "second-vote", round, type, validatorIndex, blockId };
    yield { place, item: { kind: "vote", vote }, origin: undefined };
  }
}

// The last block, once its precommits have told the peer which one it is.
function* lastParts({ announce, last }: PeerView): Needs {
  if (last === undefined || last.height !== announce.height) return;
  const { header, height, parts } = last;
  if (!announce.partSets.some((set) => equalPartSetHeaders(set.header, header))) return;
  const { round } = announce;
  const part = (index: number): Part | undefined => parts[index];
  yield* partNeeds({ header, part, origin: undefined, height, round });
}

/** The need that a gain gives others, where its place can be told and is of this height. */
export function needOfGain(gain: Item, state: RoundState): Need | undefined {
  switch (gain.kind) {
    case "vote":
      if (gain.vote.height === state.height) return voteNeed(gain.vote);
      return gain.vote.height === state.lastCommit?.height ? lastVoteNeed(gain.vote) : undefined;
    case "proposal": {
      const { round, height } = gain.proposal;
      if (height !== state.height) return undefined;
      const place: Place = { kind: "proposal", round };
      return { place, item: gain, origin: proposerIndexOf(state, round) };
    }
    case "part": {
      const { round, part } = gain;
      const header = state.proposalOf(round)?.blockId.parts;
      if (header === undefined || state.partsOf(header)?.get(part.index) !== part) return undefined;
      const place: Place = { kind: "part", header, index: part.index };
      return { place, item: gain, origin: proposerIndexOf(state, round) };
    }
  }
}

export function needKey(need: Need): string {
  return placeKey(need.place);
}
