/** A block and its commit out of a peer's store: the same decision, made by others (L49). */
import { assert } from "#base";
import { attempt, blockIdOf, verifyCommit } from "#types";
import { decide } from "./fire-rule.ts";
import type { InputBody } from "./input.ts";
import type { Turn } from "./turn.ts";
import { voteSetFromCommit, type VoteSet } from "./vote-set.ts";

type CommitInput = Extract<InputBody, { readonly kind: "commit-received" }>;

/**
 * The commit is verified whole, with this height's validators, for just this block; then nothing
 * else is asked, as 2f+1 have found the block valid.
 */
export function takeCommit(turn: Turn, input: CommitInput): void {
  const { state, settings, emit } = turn;
  const { from, block, commit } = input;
  const { height, validators } = state;
  if (commit.height !== height || state.phase !== "running") return;
  const { chainId, crypto } = settings;
  const verified = attempt(() => {
    const named = blockIdOf(block);
    const { blockId } = named;
    return { ...named, ...verifyCommit({ chainId, validators, blockId, height, commit, crypto }) };
  });
  if (verified.kind === "refused" || verified.value.kind === "refused") {
    emit({ kind: "punish", from, reason: "COMMIT_INVALID" });
    return;
  }
  const { blockId, parts } = verified.value;
  const votes = voteSetFromCommit(commit, validators);
  addOurs(votes, state.votes.votesOf(commit.round, "precommit"));
  decide(turn, { block, blockId, parts, votes });
}

/** Precommits that the commit's maker lacked may still enter the next LastCommit. */
function addOurs(votes: VoteSet, ours: VoteSet | undefined): void {
  for (const vote of ours?.list() ?? []) {
    assert(vote.round === votes.round, "a commit is of one round");
    if (votes.standing(vote) === "first") votes.add(vote);
  }
}
