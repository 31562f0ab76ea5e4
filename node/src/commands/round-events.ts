/**
 * Turns the engine's state after each of its steps into the round events that CometBFT publishes:
 * what is new is seen by comparing with the step before.
 */
import type { Lock, RoundState } from "@pyralog/chain/consensus";
import { equalBlockIds, type Nil, type Proposal } from "@pyralog/chain/types";
import type { NodeEvent, RoundEventName, RoundPlace } from "#rpc";

interface Seen {
  readonly height: bigint;
  readonly round: number;
  readonly locked: Lock | Nil;
  readonly valid: Lock | Nil;
}

const nothingSeen: Seen = {
  height: 0n,
  round: -1,
  locked: { kind: "nil" },
  valid: { kind: "nil" },
};

export class RoundEvents {
  #seen = nothingSeen;

  *changed(state: RoundState): Generator<NodeEvent> {
    const { height, round, step, locked, valid } = state;
    const place: RoundPlace = { height, round, step };
    const before = this.#seen.height === height ? this.#seen : { ...nothingSeen, height };
    if (round !== before.round && step !== "new-height") yield newRound(state);
    yield { kind: "round", name: "NewRoundStep", place };
    const name = lockEvent(before.locked, locked);
    if (name !== undefined) yield { kind: "round", name, place };
    if (isNewer(before.valid, valid)) {
      yield { kind: "round", name: "Polka", place };
      yield { kind: "round", name: "ValidBlock", place };
    }
    this.#seen = {
      height,
      round: step === "new-height" ? before.round : round,
      locked,
      valid,
    };
  }

  proposed(proposal: Proposal, state: RoundState): NodeEvent {
    const { height, round, blockId } = proposal;
    return { kind: "complete-proposal", place: { height, round, step: state.step }, blockId };
  }
}

function newRound(state: RoundState): NodeEvent {
  const { height, round, validators } = state;
  const { address } = state.proposer;
  const proposer = { address, index: validators.indexOf(address) ?? 0 };
  return { kind: "new-round", place: { height, round, step: "new-round" }, proposer };
}

function lockEvent(before: Lock | Nil, after: Lock | Nil): RoundEventName | undefined {
  if (!isNewer(before, after)) return undefined;
  if (before.kind === "nil" || after.kind === "nil") return "Lock";
  return equalBlockIds(before.blockId, after.blockId) ? "Relock" : "Lock";
}

function isNewer(before: Lock | Nil, after: Lock | Nil): boolean {
  if (after.kind === "nil") return false;
  return before.kind === "nil" || before.round !== after.round;
}
