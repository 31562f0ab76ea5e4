/** Carries out the rules that `rules.ts` finds. Line numbers are those of arXiv 1807.04938. */
import { assert, defined } from "#base";
import {
  emptyCommit,
  isBlock,
  type Block,
  type BlockId,
  type Part,
  type PartSetHeader,
  type Round,
} from "#types";
import type { HeightState } from "./height-state.ts";
import type { Step, TimeoutStep } from "./input.ts";
import { limits } from "./limits.ts";
import { blocksThatMatter, type Rule } from "./rules.ts";
import { askForPrecommit, askForPrevote, askForProposal } from "./sign-requests.ts";
import type { Turn } from "./turn.ts";
import type { VoteSet } from "./vote-set.ts";

export function fireRule(turn: Turn, rule: Rule): void {
  const { state } = turn;
  switch (rule.kind) {
    case "check-block":
      return checkBlock(turn, rule.blockId);
    case "decide": {
      const { blockId } = rule;
      const whole = defined(state.blocks.complete(blockId), "a decided block is here");
      const votes = defined(
        state.votes.votesOf(rule.round, "precommit"),
        "who decides has seen votes",
      );
      return decide(turn, { block: whole.block, blockId, parts: whole.parts.parts, votes });
    }
    case "start-round":
      return startRound(turn, rule.round);
    case "build-block":
      return buildBlock(turn);
    case "propose":
      return askForProposal(turn, rule);
    case "prevote":
      changeStep(turn, "prevote");
      return askForPrevote(turn, rule);
    case "precommit":
      // L38–L39: the lock is on before the precommit leaves, and goes into its sign record.
      if (isBlock(rule.blockId)) {
        state.locked = { kind: "lock", round: state.round, blockId: rule.blockId };
      }
      changeStep(turn, "precommit");
      return askForPrecommit(turn, rule.blockId);
    case "value-valid":
      state.valid = rule.value;
      return undefined;
    case "wait-for":
      state.scheduled.add(rule.step);
      return scheduleTimeout(turn, rule.step);
  }
}

/** L11–L21 */
export function startRound(turn: Turn, round: Round): void {
  const { state, emit } = turn;
  assert(round > state.current, "rounds only grow");
  state.round = round;
  state.elapsed.clear();
  state.scheduled.clear();
  state.building = false;
  state.built = undefined;
  state.extending = undefined;
  emit({ kind: "append-wal", entry: { kind: "round-started", height: state.height, round } });
  changeStep(turn, "propose");
  scheduleTimeout(turn, "propose");
  keepBlocks(state);
}

interface Decision {
  readonly block: Block;
  readonly blockId: BlockId;
  readonly parts: readonly Part[];
  readonly votes: VoteSet;
}

/** L49–L54, and the same for a commit out of a peer's store. */
export function decide(turn: Turn, decision: Decision): void {
  const { state, emit } = turn;
  const { votes, ...decided } = decision;
  const { height } = state;
  const { round } = votes;
  state.decided = votes;
  state.phase = "decided";
  changeStep(turn, "commit");
  const commit = votes.toCommit(decision.blockId);
  emit({ kind: "decided", height, round, ...decided, commit });
}

export function changeStep({ state, emit }: Turn, step: Step): void {
  state.step = step;
  emit({ kind: "step-changed", height: state.height, round: state.round, step });
}

/** L21, L35, L48: longer with every round, so that some round is long enough. */
export function scheduleTimeout(turn: Turn, step: Exclude<TimeoutStep, "new-height">): void {
  const { state, emit } = turn;
  const { timeouts } = turn.settings;
  const { height, round } = state;
  const durations = {
    propose: timeouts.proposeMs + timeouts.proposeDeltaMs * round,
    prevote: timeouts.prevoteMs + timeouts.prevoteDeltaMs * round,
    precommit: timeouts.precommitMs + timeouts.precommitDeltaMs * round,
  };
  const durationMs = Math.min(durations[step], limits.timeoutMsMax);
  emit({ kind: "schedule-timeout", height, round, step, durationMs });
}

function checkBlock({ state, emit }: Turn, blockId: BlockId): void {
  const { block, parts } = defined(state.blocks.complete(blockId), "a block to check is here");
  state.blocks.judge(blockId, "asked");
  emit({ kind: "check-block", height: state.height, block, blockId, parts: parts.parts });
}

function buildBlock({ state, emit }: Turn): void {
  state.building = true;
  const { height, round, start, lastCommit } = state;
  const { previous } = start;
  const lastBlockId = previous.kind === "previous" ? previous.commit.blockId : previous;
  const commit = isBlock(lastBlockId)
    ? defined(lastCommit, "a height after the first has a last commit").toCommit(lastBlockId)
    : emptyCommit;
  emit({ kind: "build-block", height, round, lastCommit: commit });
}

/** Lets go of part sets that no rule needs, so that old proposals do not fill the memory. */
function keepBlocks(state: HeightState): void {
  state.blocks.retain([...blocksThatMatter(state).map(({ parts }) => parts), ...proposed(state)]);
}

function proposed({ proposals }: HeightState): readonly PartSetHeader[] {
  return proposals.newest.map(({ blockId }) => blockId.parts);
}
