/**
 * The WAL's entries of this height, fed back after a crash. They only fill the memory: no rule
 * fires on the way, nothing is written or sent, and where the height stands is told by the rounds
 * that were begun and by the sign record. Double votes alone are told once more: the evidence that
 * would have come of them was in memory only. Signatures are verified once more, so that a disk is
 * believed no more than a peer.
 */
import type { Effect } from "./effect.ts";
import { startRound } from "./fire-rule.ts";
import { nameBlock, takePart } from "./take-part.ts";
import { takeProposal } from "./take-proposal.ts";
import { gainVote, isGenuine } from "./take-vote.ts";
import type { Turn } from "./turn.ts";
import { walEntryHeight } from "./encode-wal-entry.ts";
import type { WalEntry } from "./wal-entry.ts";

const from = "wal";

function tellAgain(loud: Turn, effect: Effect): void {
  if (effect.kind === "equivocation") loud.emit(effect);
}

export function takeRecorded(loud: Turn, entry: WalEntry): void {
  const turn: Turn = { ...loud, emit: (effect) => tellAgain(loud, effect) };
  const { state } = turn;
  if (walEntryHeight(entry) !== state.height) return undefined;
  switch (entry.kind) {
    case "round-started":
      return entry.round > state.current ? startRound(turn, entry.round) : undefined;
    case "block-built":
      if (entry.round === state.current) state.built = entry.blockId;
      return nameBlock(turn, entry.blockId);
    case "proposal":
      return takeProposal(turn, { from, proposal: entry.proposal });
    case "part":
      return takePart(turn, { ...entry, from });
    case "vote":
      return isGenuine(turn, entry.vote) ? gainVote(turn, entry) : undefined;
  }
}
