/**
 * The rules of Algorithm 1 (arXiv 1807.04938) as questions to the state of a height. `nextRule`
 * names one rule that may fire now; whoever fires it changes the state and asks again, until none
 * is left. Nothing here changes anything.
 */
import {
  isBlock,
  nil,
  type BlockId,
  type BlockIdOrNil,
  type Nil,
  type Proposal,
  type Round,
} from "#types";
import { brand } from "#base";
import type { Lock } from "../sign-rule/sign-record.ts";
import { isLockedOn } from "../sign-rule/sign-rule.ts";
import type { HeightState } from "./height-state.ts";
import { firstRound } from "./limits.ts";

export type Rule =
  /** valid(v) is not known yet of a block that matters. */
  | { readonly kind: "check-block"; readonly blockId: BlockId }
  | { readonly kind: "decide"; readonly round: Round; readonly blockId: BlockId }
  | { readonly kind: "start-round"; readonly round: Round }
  | { readonly kind: "build-block" }
  | { readonly kind: "propose"; readonly blockId: BlockId; readonly validRound: Round | Nil }
  | {
      readonly kind: "prevote";
      readonly blockId: BlockIdOrNil;
      readonly proofRound: Round | Nil;
    }
  | { readonly kind: "precommit"; readonly blockId: BlockIdOrNil }
  | { readonly kind: "value-valid"; readonly value: Lock }
  | { readonly kind: "wait-for"; readonly step: "prevote" | "precommit" };

export interface RuleSettings {
  readonly skipCommit: boolean;
}

export function nextRule(state: HeightState, settings: RuleSettings): Rule | undefined {
  if (state.phase !== "running") return undefined;
  return (
    decision(state) ??
    roundToStart(state, settings) ??
    proposing(state) ??
    openVerdict(state) ??
    prevoting(state) ??
    precommitting(state) ??
    validValue(state) ??
    awaiting(state)
  );
}

/** Each block id is judged once: what a quorum names, what is locked, what is proposed now. */
function openVerdict(state: HeightState): Rule | undefined {
  const { blocks } = state;
  for (const blockId of blocksThatMatter(state)) {
    const open = blocks.verdict(blockId) === "open";
    if (open && blocks.complete(blockId) !== undefined) return { kind: "check-block", blockId };
  }
  return undefined;
}

/** Blocks that a rule may come to need: their parts are wanted, their verdict is asked for. */
export function blocksThatMatter(state: HeightState): readonly BlockId[] {
  const { locked, valid, proposal, built } = state;
  const ids: BlockIdOrNil[] = [locked, valid].map((lock) =>
    lock.kind === "lock" ? lock.blockId : nil,
  );
  if (proposal !== undefined) ids.push(proposal.blockId);
  if (built !== undefined) ids.push(built);
  for (const { round, type, blockId } of state.votes.quorums) {
    // A proof of lock from before the valid value's will not be used any more.
    const past = type === "prevote" && valid.kind === "lock" && round < valid.round;
    if (!past) ids.push(blockId);
  }
  return ids.filter(isBlock);
}

/** L49–L54: 2f+1 precommits for a valid block, of any round, earlier or later ones too. */
function decision(state: HeightState): Rule | undefined {
  for (const { round, type, blockId } of state.votes.quorums) {
    const decided = type === "precommit" && isAccepted(state, blockId);
    if (decided) return { kind: "decide", round, blockId };
  }
  return undefined;
}

function roundToStart(state: HeightState, settings: RuleSettings): Rule | undefined {
  // L55: f+1 are in a later round, so one correct validator is.
  const skip = state.votes.roundToSkipTo(state.current);
  if (skip !== undefined) return { kind: "start-round", round: skip };
  if (state.step === "new-height") {
    // L10: the last height's precommits have had their time, or are all here.
    const complete = settings.skipCommit && state.lastCommit?.isComplete === true;
    const due = complete || state.elapsed.has("new-height");
    return due ? { kind: "start-round", round: firstRound } : undefined;
  }
  // L65–L67; and nobody can decide in a round of 2f+1 precommits nil (ADR 006).
  const precommits = state.votes.votesOf(state.round, "precommit");
  const over = state.elapsed.has("precommit") || precommits?.hasTwoThirdsFor(nil) === true;
  return over ? { kind: "start-round", round: nextRound(state.round) } : undefined;
}

function nextRound(round: Round): Round {
  return brand(round + 1);
}

/** L14–L19: the proposer's value is the valid one if there is one, else a new one. */
function proposing(state: HeightState): Rule | undefined {
  const { height, round, step, locked, valid, built } = state;
  if (step !== "propose" || !state.isOurTurn) return undefined;
  if (!state.maySign({ height, round, step: "propose" })) return undefined;
  // L16
  if (valid.kind === "lock" && !isLater(locked, valid)) {
    return { kind: "propose", blockId: valid.blockId, validRound: valid.round };
  }
  // A lock whose block is not here: proposing another block would be against it (DESIGN §5 c).
  if (locked.kind === "lock") return undefined;
  // L18
  if (built !== undefined) return { kind: "propose", blockId: built, validRound: nil };
  return state.building ? undefined : { kind: "build-block" };
}

function prevoting(state: HeightState): Rule | undefined {
  const { step, proposal } = state;
  if (step !== "propose") return undefined;
  if (proposal === undefined || !isJudged(state, proposal.blockId)) return prevoteTimeout(state);
  const { blockId, validRound } = proposal;
  // L28: without the proof of lock the rule waits; it does not prevote nil.
  if (lacksProof(state, proposal)) return prevoteTimeout(state);
  const good = isAccepted(state, blockId) && isFree(state, proposal);
  return { kind: "prevote", blockId: good ? blockId : nil, proofRound: validRound };
}

function lacksProof(state: HeightState, { validRound, blockId }: Proposal): boolean {
  if (typeof validRound !== "number") return false;
  return state.votes.votesOf(validRound, "prevote")?.hasTwoThirdsFor(blockId) !== true;
}

/** L23: `lockedRound = −1` or `lockedValue = v`. L29: or `lockedRound ≤ vr`. */
function isFree({ locked }: HeightState, { validRound, blockId }: Proposal): boolean {
  if (locked.kind === "nil" || isLockedOn(locked, blockId)) return true;
  return typeof validRound === "number" && locked.round <= validRound;
}

/** L57–L60 */
function prevoteTimeout(state: HeightState): Rule | undefined {
  if (!state.elapsed.has("propose")) return undefined;
  return { kind: "prevote", blockId: nil, proofRound: nil };
}

function precommitting(state: HeightState): Rule | undefined {
  if (state.step !== "prevote") return undefined;
  const polka = state.votes.votesOf(state.round, "prevote")?.majority;
  // L36–L41: lock and precommit.
  if (polka !== undefined && isBlock(polka) && isAccepted(state, polka)) {
    return { kind: "precommit", blockId: polka };
  }
  // L44–L46, and L61–L64
  if (polka?.kind === "nil" || state.elapsed.has("prevote")) {
    return { kind: "precommit", blockId: nil };
  }
  return undefined;
}

/**
 * L42–L43, also after a precommit of nil. A proof of lock of an earlier round that completes late
 * counts too, and so does the lock itself once its block is here: both prove 2f+1 prevotes.
 */
function validValue(state: HeightState): Rule | undefined {
  const { locked, valid, round, step } = state;
  if (isLater(locked, valid) && locked.kind === "lock" && isAccepted(state, locked.blockId)) {
    return { kind: "value-valid", value: locked };
  }
  const last = step === "prevote" || step === "precommit" ? round : round - 1;
  for (const { round: polkaRound, type, blockId } of state.votes.quorums) {
    if (type !== "prevote" || polkaRound > last) continue;
    if (valid.kind === "lock" && polkaRound <= valid.round) break;
    if (!isAccepted(state, blockId)) continue;
    return { kind: "value-valid", value: { kind: "lock", round: polkaRound, blockId } };
  }
  return undefined;
}

function awaiting(state: HeightState): Rule | undefined {
  const { round, step, scheduled, votes } = state;
  // L34–L35
  const prevotes = step === "prevote" && votes.votesOf(round, "prevote")?.hasTwoThirdsAny === true;
  if (prevotes && !scheduled.has("prevote")) return { kind: "wait-for", step: "prevote" };
  // L47–L48
  const precommits = votes.votesOf(round, "precommit")?.hasTwoThirdsAny === true;
  if (precommits && step !== "new-height" && !scheduled.has("precommit")) {
    return { kind: "wait-for", step: "precommit" };
  }
  return undefined;
}

function isLater(left: Lock | Nil, right: Lock | Nil): boolean {
  if (left.kind === "nil") return false;
  return right.kind === "nil" || left.round > right.round;
}

/** valid(v), and all of v is here. */
export function isAccepted(state: HeightState, blockId: BlockId): boolean {
  const { blocks } = state;
  return blocks.verdict(blockId) === "accepted" && blocks.complete(blockId) !== undefined;
}

/** valid(v) is known, one way or the other. */
function isJudged(state: HeightState, blockId: BlockId): boolean {
  return state.blocks.verdict(blockId) === "rejected" || isAccepted(state, blockId);
}
