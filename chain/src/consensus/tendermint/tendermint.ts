/**
 * Tendermint as in Algorithm 1 of "The latest gossip on BFT consensus" (arXiv 1807.04938), one
 * height after the other. It verifies, counts, locks and decides; it signs, stores, builds and
 * sends nothing itself: `step` says what is to be done, in the order in which it must be done.
 */
import { assert, defined } from "#base";
import type { Crypto } from "#crypto";
import { createTime, type Address, type Time } from "#types";
import { adoptRecord, obeyRecord, resumeRound } from "./adopt-record.ts";
import type { Effect } from "./effect.ts";
import { fireRule } from "./fire-rule.ts";
import { HeightState } from "./height-state.ts";
import type { Input, InputBody, StartHeight } from "./input.ts";
import { firstRound, timeoutsDefault, type Timeouts } from "./limits.ts";
import { RoundStateView } from "./round-state-view.ts";
import type { RoundState } from "./round-state.ts";
import { nextRule } from "./rules.ts";
import { signPrecommit } from "./sign-requests.ts";
import { takeBuilt } from "./take-built.ts";
import { takeCommit } from "./take-commit.ts";
import { takePart } from "./take-part.ts";
import { takeProposal } from "./take-proposal.ts";
import { takeRecorded } from "./take-recorded.ts";
import { takeRefusal, takeSigned } from "./take-signed.ts";
import { takeExtensionVerdict, takeVote } from "./take-vote.ts";
import type { EngineSettings, Turn } from "./turn.ts";
import { voteSetFromCommit, type VoteSet } from "./vote-set.ts";

const nanosecondsPerMs = 1_000_000n;

export interface TendermintOptions {
  readonly chainId: string;
  readonly crypto: Crypto;
  /** The address of the key that `sign` effects reach; without one the node only follows. */
  readonly self?: Address;
  readonly timeouts?: Partial<Timeouts>;
}

export class Tendermint {
  readonly #settings: EngineSettings;
  #state: HeightState | undefined;
  #view: RoundState | undefined;
  /** When this engine decided the height it is at. */
  #decidedAt: Time | undefined;

  constructor(options: TendermintOptions) {
    this.#settings = { ...options, timeouts: { ...timeoutsDefault, ...options.timeouts } };
  }

  /**
   * Takes one input to its last consequence. The effects are to be carried out one after the
   * other; an input that answers one may come in any later step.
   */
  step(input: Input): readonly Effect[] {
    const effects: Effect[] = [];
    const emit = (effect: Effect): void => void effects.push(effect);
    if (input.kind === "start-height") this.#state = this.#createState(input);
    const state = defined(this.#state, "the first input starts a height");
    const turn: Turn = { now: input.now, state, settings: this.#settings, emit };
    const decidedBefore = state.phase === "decided";
    this.#take(turn, input);
    this.#fireRules(turn);
    if (!decidedBefore && state.phase === "decided") this.#decidedAt = input.now;
    return effects;
  }

  /** What gossip and RPC may see, from the first height on. A next height makes a new view. */
  roundState(): RoundState {
    return defined(this.#view, "a height was started");
  }

  #take(turn: Turn, input: Input): void {
    switch (turn.state.phase) {
      case "replaying":
        return takeReplaying(turn, input);
      case "running":
      case "decided":
        return takeLive(turn, input);
    }
  }

  /** All rules are examined after every input, until none fires. */
  #fireRules(turn: Turn): void {
    const { skipCommit } = turn.settings.timeouts;
    for (;;) {
      const rule = nextRule(turn.state, { skipCommit });
      if (rule === undefined) return;
      fireRule(turn, rule);
    }
  }

  #createState(start: Input & StartHeight): HeightState {
    const before = this.#state;
    const follows = before?.phase === "decided" && start.height === before.height + 1n;
    assert(before === undefined || follows, "heights are started one after the other");
    const commitNs = BigInt(this.#settings.timeouts.commitMs) * nanosecondsPerMs;
    const decidedAt = this.#decidedAt ?? start.now;
    const state = new HeightState({
      start,
      startTime: start.previous.kind === "nil" ? start.now : createTime(decidedAt + commitNs),
      self: this.#settings.self,
      lastCommit: lastCommitOf(start, before),
    });
    this.#view = new RoundStateView(state);
    return state;
  }
}

/** The precommits that decided the last height, with late ones where this engine gathered them. */
function lastCommitOf(
  { previous }: StartHeight,
  before: HeightState | undefined,
): VoteSet | undefined {
  if (previous.kind === "nil") return undefined;
  const { commit, validators } = previous;
  const own = before?.decided;
  if (own?.height === commit.height && own.round === commit.round) return own;
  return voteSetFromCommit(commit, validators);
}

/** Peers send again what comes during a replay, and effects to be answered are still to come. */
function takeReplaying(turn: Turn, input: Input): void {
  const { record } = turn.state.start;
  if (input.kind === "start-height") {
    // The lock comes first, so that the parts of its block are known for what they are.
    if (record.kind === "record") obeyRecord(turn, record);
    if (!input.replay) begin(turn);
  }
  if (input.kind === "recorded") takeRecorded(turn, input.entry);
  if (input.kind === "replay-ended") begin(turn);
}

function begin(turn: Turn): void {
  const { state } = turn;
  const { record } = state.start;
  state.phase = "running";
  // A block whose parts did not all reach the WAL was never proposed: another one is built.
  const { built, blocks } = state;
  if (built !== undefined && blocks.complete(built) === undefined) state.built = undefined;
  if (record.kind === "record") adoptRecord(turn, record);
  if (state.step === "new-height") pause(turn);
  else resumeRound(turn);
}

/** Late precommits get their time, and a node that is behind gets decided blocks meanwhile. */
function pause({ state, now, emit, settings }: Turn): void {
  const { height, startTime } = state;
  const leftMs = Number((startTime - now + nanosecondsPerMs - 1n) / nanosecondsPerMs);
  // A clock that was set back since the decision must not lengthen the pause.
  const durationMs = Math.min(leftMs, settings.timeouts.commitMs);
  emit({ kind: "step-changed", height, round: firstRound, step: "new-height" });
  if (startTime <= now) state.elapsed.add("new-height");
  else
    emit({ kind: "schedule-timeout", height, round: firstRound, step: "new-height", durationMs });
}

function takeLive(turn: Turn, input: Input): void {
  if ("from" in input) return takeMessage(turn, input);
  switch (input.kind) {
    case "start-height":
    case "recorded":
    case "replay-ended":
      return assert(false, "a height that runs is not replayed");
    case "timeout":
    case "block-built":
    case "block-checked":
    case "vote-extended":
    case "extension-checked":
    case "signed":
    case "sign-refused":
      return takeAnswer(turn, input);
  }
}

function takeMessage(turn: Turn, input: InputOf<PeerMessage>): void {
  switch (input.kind) {
    case "proposal":
      return takeProposal(turn, input);
    case "part":
      return takePart(turn, input);
    case "vote":
      return takeVote(turn, input);
    case "commit-received":
      return takeCommit(turn, input);
  }
}

/** Answers to effects. Those to questions of a past round or height change nothing. */
function takeAnswer(turn: Turn, input: Answer): void {
  switch (input.kind) {
    case "timeout":
      return takeTimeout(turn.state, input);
    case "block-built":
      return takeBuilt(turn, input);
    case "block-checked":
      return takeVerdict(turn.state, input);
    case "vote-extended":
      return takeExtension(turn, input);
    case "extension-checked":
      return takeExtensionVerdict(turn, input);
    case "signed":
      return takeSigned(turn, input.message);
    case "sign-refused":
      return takeRefusal(turn, input.record);
  }
}

/** L57, L61, L65: of the current round alone; one of a past round or height means nothing. */
function takeTimeout(state: HeightState, timeout: InputOf<"timeout">): void {
  const { height, round, step } = timeout;
  if (height !== state.height || round !== state.round) return;
  if ((step === "new-height") !== (state.step === "new-height")) return;
  state.elapsed.add(step);
}

function takeVerdict({ height, blocks }: HeightState, verdict: InputOf<"block-checked">): void {
  const { blockId, accepted } = verdict;
  if (verdict.height !== height || blocks.verdict(blockId) !== "asked") return;
  blocks.judge(blockId, accepted ? "accepted" : "rejected");
}

function takeExtension(turn: Turn, extended: InputOf<"vote-extended">): void {
  const { state } = turn;
  const { height, round, extension } = extended;
  const blockId = state.extending;
  if (blockId === undefined || state.phase !== "running") return;
  if (height !== state.height || round !== state.round) return;
  state.extending = undefined;
  signPrecommit(turn, { blockId, extension });
}

type PeerMessage = "proposal" | "part" | "vote" | "commit-received";

type Answer = InputOf<
  | "timeout"
  | "block-built"
  | "block-checked"
  | "vote-extended"
  | "extension-checked"
  | "signed"
  | "sign-refused"
>;

type InputOf<Kind extends InputBody["kind"]> = Extract<InputBody, { readonly kind: Kind }>;
