/** Parts of blocks: which set they belong to, and what a peer may send that belongs nowhere. */
import type { BlockId, Part, Round } from "#types";
import type { InputBody, PeerId } from "./input.ts";
import { limits } from "./limits.ts";
import type { Turn } from "./turn.ts";

type PartInput = Extract<InputBody, { readonly kind: "part" }>;

export function takePart(turn: Turn, input: PartInput): void {
  const { state, emit } = turn;
  const { from, round, part } = input;
  if (input.height !== state.height || state.phase === "decided") return;
  if (round > state.current + limits.proposalRoundsAhead) return;
  if (part.index !== part.proof.index) {
    emit({ kind: "punish", from, reason: "PART_INVALID" });
    return;
  }
  const likely = state.proposals.get(round)?.blockId.parts;
  const fate = state.blocks.addPart(part, { from, ...(likely === undefined ? {} : { likely }) });
  if (fate === "added") gainPart(turn, { round, part, from });
  if (fate === "excess") emit({ kind: "punish", from, reason: "UNVERIFIED_BYTES" });
}

/** A block that a proposal, a quorum or the lock names: from now on its parts are taken. */
export function nameBlock(turn: Turn, blockId: BlockId): void {
  const { state } = turn;
  const released = state.blocks.name(blockId.parts);
  for (const part of released) gainPart(turn, { round: state.round, part });
}

interface GainedPart {
  readonly round: Round;
  readonly part: Part;
  readonly from?: PeerId;
}

/** The part is new and proven. */
function gainPart(turn: Turn, gained: GainedPart): void {
  const { height } = turn.state;
  const { round, part } = gained;
  turn.emit({ kind: "append-wal", entry: { kind: "part", height, round, part } });
  announcePart(turn, gained);
}

export function announcePart({ state, emit }: Turn, { round, part, from }: GainedPart): void {
  emit({
    kind: "gained",
    gain: { kind: "part", height: state.height, round, part },
    from: from === undefined ? { kind: "nil" } : { kind: "peer", peer: from },
  });
}
