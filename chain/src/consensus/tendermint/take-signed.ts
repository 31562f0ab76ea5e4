/** The answers to `sign`: our own messages, or a record that says that the key was used before. */
import { hexFromBytes } from "#base";
import type { Nil } from "#types";
import type { SignedMessage, SignRecord } from "../sign-rule/sign-record.ts";
import { compareSignPlaces } from "../sign-rule/sign-rule.ts";
import { adoptRecord, stepAfter } from "./adopt-record.ts";
import { changeStep } from "./fire-rule.ts";
import { announcePart } from "./take-part.ts";
import { gainProposal } from "./take-proposal.ts";
import { gainLateVote, gainVote } from "./take-vote.ts";
import type { Turn } from "./turn.ts";

/** The record is on disk: the message may leave, and counts here like anyone's. */
export function takeSigned(turn: Turn, message: SignedMessage): void {
  const { state } = turn;
  if (message.kind === "proposal") return takeOwnProposal(turn, message);
  const { vote } = message;
  const live = vote.height === state.height && state.phase === "running";
  return live ? gainVote(turn, { vote }) : gainLateVote(turn, { vote });
}

function takeOwnProposal(
  turn: Turn,
  { proposal }: Extract<SignedMessage, { readonly kind: "proposal" }>,
): void {
  const { state } = turn;
  const { height, round, blockId } = proposal;
  if (height !== state.height || state.phase !== "running") return;
  if (state.proposals.get(round) !== undefined) return;
  gainProposal(turn, { proposal });
  const whole = state.blocks.complete(blockId);
  for (const part of whole?.parts.parts ?? []) announcePart(turn, { round, part });
}

/**
 * Another machine with our key was faster, or our memory and our disk disagree: the record is
 * right. What it leaves open is decided again, once for each record that we learn of.
 */
export function takeRefusal(turn: Turn, record: SignRecord | Nil): void {
  const { state } = turn;
  if (state.phase !== "running") return;
  const { asked } = state;
  const key = record.kind === "record" ? hexFromBytes(record.signBytes) : "";
  if (record.kind === "record") adoptRecord(turn, record);
  if (asked === undefined || state.refusedBy === key) return;
  state.refusedBy = key;
  const behind = record.kind === "nil" || compareSignPlaces(record, asked) < 0;
  if (!behind || state.step === "new-height") return;
  state.asked = record.kind === "nil" ? undefined : record;
  changeStep(turn, stepAfter(state));
}
