/**
 * Asks for signatures. Each height, round and step is asked for at most once, and only forwards:
 * the engine cannot contradict itself, and the sign rule behind it would not let it.
 */
import { assert, emptyBytes } from "#base";
import {
  createTime,
  isBlock,
  nil,
  type Block,
  type BlockId,
  type BlockIdOrNil,
  type Nil,
  type Round,
  type Time,
  type VoteType,
} from "#types";

import type { HeightState } from "./height-state.ts";
import { isAccepted } from "./rules.ts";
import type { Turn } from "./turn.ts";

/** The least by which a vote's time is after its block's (BFT time, CometBFT v0.38). */
const voteAfterBlock = 1_000_000n;

export function askForProposal(
  { state, now, emit }: Turn,
  value: { readonly blockId: BlockId; readonly validRound: Round | Nil },
): void {
  const { height, round, locked } = state;
  const { blockId, validRound } = value;
  assert(state.maySign({ height, round, step: "propose" }), "a round is proposed in once");
  state.asked = { height, round, step: "propose" };
  const proposal = { height, round, validRound, blockId, time: now };
  emit({ kind: "sign", request: { kind: "proposal", proposal, lock: locked } });
}

export function askForPrevote(
  turn: Turn,
  vote: { readonly blockId: BlockIdOrNil; readonly proofRound: Round | Nil },
): void {
  if (!claimPlace(turn.state, "prevote")) return;
  const { blockId, proofRound } = vote;
  askForVote(turn, { type: "prevote", blockId, proofRound, extension: emptyBytes });
}

/** A precommit for a block waits for its extension, where the chain has them. */
export function askForPrecommit(turn: Turn, blockId: BlockIdOrNil): void {
  const { state, emit } = turn;
  if (!claimPlace(state, "precommit")) return;
  const { height, round } = state;
  const whole = isBlock(blockId) ? state.blocks.complete(blockId) : undefined;
  if (isBlock(blockId) && whole !== undefined && state.isExtended(height)) {
    state.extending = blockId;
    emit({ kind: "extend-vote", height, round, block: whole.block, blockId });
    return;
  }
  signPrecommit(turn, { blockId, extension: emptyBytes });
}

/** What the lock rests on is on disk before the precommit and its lock are (DESIGN §4). */
export function signPrecommit(
  turn: Turn,
  vote: { readonly blockId: BlockIdOrNil; readonly extension: Uint8Array },
): void {
  if (isBlock(vote.blockId)) turn.emit({ kind: "sync-wal" });
  askForVote(turn, { type: "precommit", proofRound: nil, ...vote });
}

function claimPlace(state: HeightState, step: VoteType): boolean {
  const place = { height: state.height, round: state.round, step };
  if (!state.maySign(place)) return false;
  state.asked = place;
  return true;
}

function askForVote(
  turn: Turn,
  vote: {
    readonly type: VoteType;
    readonly blockId: BlockIdOrNil;
    readonly proofRound: Round | Nil;
    readonly extension: Uint8Array;
  },
): void {
  const { state, emit } = turn;
  const { height, round, self, locked } = state;
  const validator = self === undefined ? undefined : state.validators.validators[self];
  assert(self !== undefined && validator !== undefined, "only a validator asks for a signature");
  const { proofRound, ...rest } = vote;
  emit({
    kind: "sign",
    request: {
      kind: "vote",
      vote: {
        ...rest,
        height,
        round,
        time: voteTime(turn),
        validatorAddress: validator.address,
        validatorIndex: self,
      },
      extended: vote.type === "precommit" && isBlock(vote.blockId) && state.isExtended(height),
      proofRound,
      lock: locked,
    },
  });
}

/**
 * The clock, but after the block that the vote may help to decide, so that block times grow. A
 * block that was not found valid has no say, since its time may be anything.
 */
function voteTime({ state, now }: Turn): Time {
  const block = lockedBlock(state) ?? proposedBlock(state);
  if (block === undefined || now > block.header.time + voteAfterBlock) return now;
  return createTime(block.header.time + voteAfterBlock);
}

function lockedBlock({ locked, blocks }: HeightState): Block | undefined {
  return locked.kind === "lock" ? blocks.complete(locked.blockId)?.block : undefined;
}

function proposedBlock(state: HeightState): Block | undefined {
  const { proposal, blocks } = state;
  if (proposal === undefined || !isAccepted(state, proposal.blockId)) return undefined;
  return blocks.complete(proposal.blockId)?.block;
}
