/**
 * Votes: whose they are, whether they are new, and only then whether they are signed. Nothing that
 * is not verified is kept.
 */
import { equalBytes } from "#base";
import {
  isBlock,
  orderVotes,
  verifyVote,
  verifyVoteExtension,
  type Validator,
  type ValidatorSet,
  type Vote,
} from "#types";
import { compareSignPlaces } from "../sign-rule/sign-rule.ts";
import type { PunishReason } from "./effect.ts";
import type { HeightState } from "./height-state.ts";
import type { PeerId } from "./input.ts";
import { limits } from "./limits.ts";
import { nameBlock } from "./take-part.ts";
import type { Turn } from "./turn.ts";
import type { VoteSet } from "./vote-set.ts";

interface VoteInput {
  readonly vote: Vote;
  readonly from?: PeerId;
}

export function takeVote(turn: Turn, input: Required<VoteInput>): void {
  const { state, emit } = turn;
  const { vote, from } = input;
  if (state.phase === "decided" || vote.height !== state.height) return takeLateVote(turn, input);
  const voter = voterOf(state.validators, vote);
  if (voter === undefined) return emit({ kind: "punish", from, reason: "VOTE_FOREIGN" });
  if (!isNews(state, vote) || lacksExtension(state, vote)) return undefined;
  const reason = voteFault(turn, { vote, voter });
  if (reason !== undefined) return emit({ kind: "punish", from, reason });
  const judged = !hasExtension(state, vote) || vote.validatorIndex === state.self;
  return judged ? gainVote(turn, input) : judgeExtension(turn, input);
}

/** Whether the vote would change anything if it is genuine. */
function isNews(state: HeightState, vote: Vote): boolean {
  const { round, validatorIndex, type } = vote;
  if (!state.votes.admits({ round, validatorIndex, current: state.current })) return false;
  return addsTo(state.votes.votesOf(round, type), vote);
}

function addsTo(votes: VoteSet | undefined, vote: Vote): boolean {
  const standing = votes?.standing(vote) ?? "first";
  return standing === "first" || standing === "contradicts";
}

/** The vote is verified, or our own. */
export function gainVote(turn: Turn, { vote, from }: VoteInput): void {
  const { state, emit } = turn;
  if (!isNews(state, vote)) return;
  const { votes, contradicted } = state.votes.add(vote, state.current);
  if (vote.validatorIndex === state.self) honourOwnVote(state, vote);
  emit({ kind: "append-wal", entry: { kind: "vote", vote } });
  announce(turn, { vote, ...(from === undefined ? {} : { from }) });
  if (contradicted !== undefined) accuse(turn, [contradicted, vote]);
  // A quorum's block is fetched by the part set that its votes name (L36, L49).
  if (votes.majority !== undefined && isBlock(votes.majority)) nameBlock(turn, votes.majority);
}

/**
 * A vote of our own key, wherever it came from: a peer may remember what our disks have lost. Its
 * place counts as signed, and a precommit's lock is ours.
 */
function honourOwnVote(state: HeightState, vote: Vote): void {
  const { height, round, type, blockId } = vote;
  const place = { height, round, step: type };
  const later = state.asked === undefined || compareSignPlaces(place, state.asked) > 0;
  if (later) state.asked = place;
  if (type === "precommit" && isBlock(blockId)) state.lockLater({ kind: "lock", round, blockId });
}

/** A precommit of the height just decided: it may still enter the next block's LastCommit. */
function takeLateVote(turn: Turn, { vote, from }: Required<VoteInput>): void {
  const { state, emit } = turn;
  const late = lateVotes(state, vote);
  if (late === undefined) return undefined;
  const voter = voterOf(late.validators, vote);
  if (voter === undefined) return emit({ kind: "punish", from, reason: "VOTE_FOREIGN" });
  if (!addsTo(late.votes, vote) || lacksExtension(state, vote)) return undefined;
  const reason = voteFault(turn, { vote, voter });
  if (reason !== undefined) return emit({ kind: "punish", from, reason });
  return gainLateVote(turn, { vote, from });
}

/** The late precommit is verified, or our own. */
export function gainLateVote(turn: Turn, { vote, from }: VoteInput): void {
  const { votes } = lateVotes(turn.state, vote) ?? {};
  if (votes === undefined || !addsTo(votes, vote)) return;
  const before = votes.add(vote);
  announce(turn, { vote, ...(from === undefined ? {} : { from }) });
  if (before !== undefined) accuse(turn, [before, vote]);
}

/** The precommits that a late one belongs to: those of the round that decided. */
function lateVotes(
  state: HeightState,
  vote: Vote,
): { readonly votes: VoteSet; readonly validators: ValidatorSet } | undefined {
  const { decided, lastCommit, validators, start } = state;
  const { previous } = start;
  const votes = vote.height === state.height ? decided : lastCommit;
  if (votes?.height !== vote.height || votes.round !== vote.round) return undefined;
  if (vote.type !== "precommit") return undefined;
  if (votes === decided) return { votes, validators };
  return previous.kind === "nil" ? undefined : { votes, validators: previous.validators };
}

/** Whether voter and signatures hold. */
export function isGenuine(turn: Turn, vote: Vote): boolean {
  const voter = voterOf(turn.state.validators, vote);
  return voter !== undefined && voteFault(turn, { vote, voter }) === undefined;
}

/** The voter, if index and address name the same validator of the set. */
function voterOf(validators: ValidatorSet, vote: Vote): Validator | undefined {
  const voter = validators.validators[vote.validatorIndex];
  if (voter === undefined || !equalBytes(voter.address, vote.validatorAddress)) return undefined;
  return voter;
}

function voteFault(
  { state, settings }: Turn,
  { vote, voter }: { readonly vote: Vote; readonly voter: Validator },
): PunishReason | undefined {
  const { chainId, crypto } = settings;
  const { publicKey } = voter;
  const extended = hasExtension(state, vote);
  const stray = vote.extension.length + vote.extensionSignature.length > 0;
  if (!extended && stray) return "VOTE_MALFORMED";
  if (!verifyVote({ chainId, vote, publicKey, crypto })) return "VOTE_SIGNATURE";
  if (!extended || verifyVoteExtension({ chainId, vote, publicKey, crypto })) return undefined;
  return "VOTE_SIGNATURE";
}

/** Extensions travel on precommits for a block alone, from the enabling height on. */
function hasExtension(state: HeightState, vote: Vote): boolean {
  return vote.type === "precommit" && isBlock(vote.blockId) && state.isExtended(vote.height);
}

/** Such a precommit does not count, but a peer may have it from a commit without extensions. */
function lacksExtension(state: HeightState, vote: Vote): boolean {
  return hasExtension(state, vote) && vote.extensionSignature.length === 0;
}

function judgeExtension({ state, emit }: Turn, { vote }: VoteInput): void {
  // Of the future only what is near: what waits here was not counted by `HeightVotes`.
  if (vote.round > state.current + limits.futureRoundsMax) return;
  const key = unjudgedKey(vote);
  if (state.unjudged.has(key)) return;
  state.unjudged.set(key, vote);
  emit({ kind: "check-extension", vote });
}

/** The application has judged: a refused one stays on the list, so that it is not asked again. */
export function takeExtensionVerdict(
  turn: Turn,
  verdict: { readonly vote: Vote; readonly accepted: boolean },
): void {
  const { state } = turn;
  const { vote, accepted } = verdict;
  const waiting = state.unjudged.get(unjudgedKey(vote));
  if (waiting === undefined || vote.height !== state.height || state.phase !== "running") return;
  if (accepted && equalBytes(waiting.signature, vote.signature)) gainVote(turn, { vote: waiting });
}

function unjudgedKey({ round, validatorIndex }: Vote): string {
  return `${round}/${validatorIndex}`;
}

function announce({ emit }: Turn, { vote, from }: VoteInput): void {
  emit({
    kind: "gained",
    gain: { kind: "vote", vote },
    from: from === undefined ? { kind: "nil" } : { kind: "peer", peer: from },
  });
}

function accuse({ emit }: Turn, votes: readonly [Vote, Vote]): void {
  const [voteA, voteB] = orderVotes(votes);
  emit({ kind: "equivocation", voteA, voteB });
}
