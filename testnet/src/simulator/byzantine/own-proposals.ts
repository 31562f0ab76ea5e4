/** Other blocks in the place of those that this validator proposes. */
import {
  blockIdOf,
  nil,
  type Block,
  type BlockId,
  type ConsensusMessage,
  type Part,
  type Proposal,
} from "@pyralog/chain/types";
import { isOwnTurn, placeOf, type LiarWorld } from "./lie.ts";

interface Swap {
  readonly proposal: Proposal;
  readonly blockId: BlockId;
  readonly parts: readonly Part[];
}

type ProposalMessage = Extract<ConsensusMessage, { kind: "proposal" }>;
const placesMax = 64;

export class OwnProposals {
  readonly #world: LiarWorld;
  readonly #make: (block: Block) => Block | undefined;
  readonly #swaps = new Map<string, Swap | undefined>();

  /** `make` gives the other block, or nothing where this proposal is left alone. */
  constructor(world: LiarWorld, make: (block: Block) => Block | undefined) {
    this.#world = world;
    this.#make = make;
  }

  /** Made once for each proposal, and the same to whoever is told. */
  swapOf({ proposal }: ProposalMessage): Swap | undefined {
    const place = placeOf(proposal);
    if (this.#swaps.has(place)) return this.#swaps.get(place);
    const swap = this.#swapOf(proposal);
    this.#swaps.set(place, swap);
    for (const oldest of this.#swaps.keys()) {
      if (this.#swaps.size <= placesMax) break;
      this.#swaps.delete(oldest);
    }
    return swap;
  }

  #swapOf(proposal: Proposal): Swap | undefined {
    const { key } = this.#world;
    const state = this.#world.state();
    if (state === undefined || !isOwnTurn(state, key)) return undefined;
    if (state.height !== proposal.height || state.round !== proposal.round) return undefined;
    const block = state.partsOf(proposal.blockId.parts)?.block;
    const other = block === undefined ? undefined : this.#make(block);
    if (other === undefined) return undefined;
    const { blockId, parts } = blockIdOf(other);
    this.#world.lied();
    // Another block than the one of the proof of lock goes without it.
    return { blockId, parts, proposal: key.proposal({ ...proposal, blockId, validRound: nil }) };
  }

  /** The messages with the other block instead. */
  told(messages: readonly ConsensusMessage[]): readonly ConsensusMessage[] {
    return messages.flatMap((message): readonly ConsensusMessage[] => {
      if (message.kind === "proposal") {
        const swap = this.swapOf(message);
        if (swap === undefined) return [message];
        const { height, round } = message.proposal;
        const parts = swap.parts.map((part) => ({ kind: "part", height, round, part }) as const);
        return [{ kind: "proposal", proposal: swap.proposal }, ...parts];
      }
      const isSwapped = message.kind === "part" && this.#swaps.get(placeOf(message)) !== undefined;
      return isSwapped ? [] : [message];
    });
  }
}
