/**
 * The sign record enters a height: at its start, after a crash, or when another machine has signed
 * with our key. It outranks the WAL: what it says was signed, was signed, and its lock holds.
 */
import { defined } from "#base";
import type { SignRecord } from "../sign-rule/sign-record.ts";
import { compareSignPlaces, messageFromRecord } from "../sign-rule/sign-rule.ts";
import { changeStep, scheduleTimeout, startRound } from "./fire-rule.ts";
import type { HeightState } from "./height-state.ts";
import type { Step } from "./input.ts";
import { nameBlock } from "./take-part.ts";
import { gainProposal } from "./take-proposal.ts";
import { gainVote } from "./take-vote.ts";
import type { Turn } from "./turn.ts";

/** Nothing at or below the record is signed again, and its lock is the least that is held. */
export function adoptRecord(turn: Turn, record: SignRecord): void {
  const { state } = turn;
  obeyRecord(turn, record);
  if (record.height !== state.height) return;
  if (record.round > state.current) startRound(turn, record.round);
  const step = stepAfter(state);
  if (record.round === state.round && isBefore(state.step, step)) changeStep(turn, step);
  restoreMessage(turn, record);
}

/** The part of it that must hold before anything else of the height is looked at. */
export function obeyRecord(turn: Turn, record: SignRecord): void {
  const { state } = turn;
  const { height, round, step, lock } = record;
  const later = state.asked === undefined || compareSignPlaces(record, state.asked) > 0;
  if (later) state.asked = { height, round, step };
  if (height !== state.height || lock.kind === "nil") return;
  state.lockLater(lock);
  nameBlock(turn, lock.blockId);
}

/** L1–L9 after a crash: the round and step that our key and the WAL have reached. */
export function resumeRound(turn: Turn): void {
  const { state } = turn;
  changeStep(turn, stepAfter(state));
  // Others' votes of this round may be lost with the WAL, ours are not given again: without a
  // timeout from here nobody might ever leave the round. To leave it early harms nobody.
  switch (state.step) {
    case "propose":
      return scheduleTimeout(turn, "propose");
    case "prevote":
    case "precommit":
      state.scheduled.add(state.step);
      return scheduleTimeout(turn, state.step);
    case "new-height":
    case "commit":
      return undefined;
  }
}

/** The step of the current round in which our key has nothing left to do before it. */
export function stepAfter({ asked, height, round }: HeightState): Step {
  return asked?.height === height && asked.round === round ? asked.step : "propose";
}

const order: readonly Step[] = ["new-height", "propose", "prevote", "precommit", "commit"];

function isBefore(left: Step, right: Step): boolean {
  return order.indexOf(left) < order.indexOf(right);
}

/** What was signed may never have left, or only to peers that have lost it: it leaves (again). */
function restoreMessage(turn: Turn, record: SignRecord): void {
  const { state } = turn;
  const { self, validators } = state;
  if (self === undefined) return;
  const { address } = defined(validators.validators[self], "our place is in the set");
  const signed = messageFromRecord(record, { validatorAddress: address, validatorIndex: self });
  if (signed?.kind === "vote") gainVote(turn, { vote: signed.vote });
  if (signed?.kind !== "proposal") return;
  const { proposal } = signed;
  const proposer = state.proposals.proposerOf(proposal.round);
  const ours = validators.indexOf(proposer.address) === self;
  if (ours && state.proposals.get(proposal.round) === undefined) gainProposal(turn, { proposal });
}
