/** Proposals: one per round, by the proposer of that round, verified before anything is kept. */
import { defined } from "#base";
import {
  blockBytesLimit,
  partBytesMax,
  proposalSignBytes,
  verifySignature,
  type Proposal,
} from "#types";
import type { PunishReason } from "./effect.ts";
import type { PeerId } from "./input.ts";
import { limits } from "./limits.ts";
import { nameBlock } from "./take-part.ts";
import type { Turn } from "./turn.ts";

export function takeProposal(
  turn: Turn,
  input: { readonly from: PeerId; readonly proposal: Proposal },
): void {
  const { state, emit } = turn;
  const { from, proposal } = input;
  if (proposal.height !== state.height || state.phase === "decided") return;
  if (proposal.round > state.current + limits.proposalRoundsAhead) return;
  // A second proposal of a round, the same or another, changes nothing: not even verified.
  if (state.proposals.get(proposal.round) !== undefined) return;
  const reason = proposalFault(turn, proposal);
  if (reason === undefined) gainProposal(turn, { proposal, from });
  else emit({ kind: "punish", from, reason });
}

/** The proposal is verified, or our own, and the first of its round. */
export function gainProposal(
  turn: Turn,
  gained: { readonly proposal: Proposal; readonly from?: PeerId },
): void {
  const { state, emit } = turn;
  const { proposal, from } = gained;
  const { round, blockId } = proposal;
  const proposer = state.validators.indexOf(state.proposals.proposerOf(round).address);
  state.proposals.accept(proposal);
  state.votes.noteSender({
    round,
    validatorIndex: defined(proposer, "the proposer is in the set"),
    current: state.current,
  });
  emit({ kind: "append-wal", entry: { kind: "proposal", proposal } });
  emit({
    kind: "gained",
    gain: { kind: "proposal", proposal },
    from: from === undefined ? { kind: "nil" } : { kind: "peer", peer: from },
  });
  if (state.proposals.newest.includes(proposal)) nameBlock(turn, blockId);
}

function proposalFault({ state, settings }: Turn, proposal: Proposal): PunishReason | undefined {
  const { round, validRound, blockId, signature } = proposal;
  const { chainId, crypto } = settings;
  const wellFormed = typeof validRound !== "number" || validRound < round;
  if (!wellFormed || blockId.parts.total < 1) return "PROPOSAL_MALFORMED";
  const { publicKey } = state.proposals.proposerOf(round);
  const message = proposalSignBytes({ chainId, proposal });
  const signed = verifySignature(crypto, { publicKey, message, signature });
  if (!signed) return "PROPOSAL_SIGNATURE";
  const bytesMax = blockBytesLimit(state.start.params.block.maxBytes);
  const tooLarge = BigInt(blockId.parts.total - 1) * BigInt(partBytesMax) >= bytesMax;
  return tooLarge ? "PROPOSAL_TOO_LARGE" : undefined;
}
