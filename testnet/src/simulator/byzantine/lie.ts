/** What a liar has to work with, and the shape of one lie. */
import { equalBytes, type Prng } from "@pyralog/chain/base";
import type { RoundState } from "@pyralog/chain/consensus";
import type { ChainState } from "@pyralog/chain/replica";
import type {
  Address,
  BlockId,
  ConsensusMessage,
  Height,
  Proposal,
  Round,
  Vote,
} from "@pyralog/chain/types";
import type { PeerId } from "@pyralog/node/ports";
import type { Frame } from "./frames.ts";

/** The first story, the other one, or both. */
export type Side = "first" | "other" | "both";

/** The validator's key, which signs whatever it is given. */
export interface LiarKey {
  readonly address: Address;
  vote(vote: Vote, chainId?: string): Vote;
  proposal(proposal: Proposal): Proposal;
}

export interface LiarWorld {
  readonly prng: Prng;
  readonly key: LiarKey;
  /** The engine behind the lies, which is a correct one; nothing before it has begun. */
  state(): RoundState | undefined;
  chain(): ChainState | undefined;
  peers(): readonly PeerId[];
  /** Past all other lies. */
  send(peer: PeerId, frames: readonly Frame[]): void;
  later(delayMs: number, run: () => void): void;
  /** Other blocks that were proposed, for votes that agree with them, by `placeOf`. */
  readonly alternatives: Map<string, BlockId>;
  /** Which story a peer is told, where liars have agreed on it; else each liar for itself. */
  readonly sideOf: ((peer: PeerId) => Side) | undefined;
  /** A block that no correct validator may decide. */
  invalid(blockHash: Uint8Array): void;
  /** One more deed of this kind. */
  lied(): void;
}

export interface Lie {
  /** What a peer gets instead of these. */
  readonly speak?: (
    messages: readonly ConsensusMessage[],
    to: PeerId,
  ) => readonly ConsensusMessage[];
  /** What a peer gets instead of one frame. */
  readonly pack?: (frame: Frame, to: PeerId) => readonly Frame[];
  readonly hear?: (frame: Frame, from: PeerId) => void;
  /** Something unasked, every now and then. */
  readonly act?: () => void;
}

export function placeOf({
  height,
  round,
}: {
  readonly height: Height;
  readonly round: Round;
}): string {
  return `${height}/${round}`;
}

export function isOwnVote(
  message: ConsensusMessage,
  key: LiarKey,
): message is Extract<ConsensusMessage, { kind: "vote" }> {
  if (message.kind !== "vote") return false;
  return equalBytes(message.vote.validatorAddress, key.address);
}

/** Whether it is this validator's turn to propose in the round that the engine is in. */
export function isOwnTurn(state: RoundState, key: LiarKey): boolean {
  return equalBytes(state.proposer.address, key.address);
}
