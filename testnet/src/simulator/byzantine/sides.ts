import type { Prng } from "@pyralog/chain/base";
import type { ConsensusMessage } from "@pyralog/chain/types";
import type { PeerId } from "@pyralog/node/ports";

/** Which of two stories a peer is told: one to some, the other to some, both to a few. */
export class Sides {
  readonly #prng: Prng;
  readonly #sides = new Map<PeerId, number>();

  constructor(prng: Prng) {
    this.#prng = prng;
  }

  told(
    to: PeerId,
    stories: {
      readonly messages: readonly ConsensusMessage[];
      readonly others: () => readonly ConsensusMessage[];
    },
  ): readonly ConsensusMessage[] {
    const side = this.#sideOf(to);
    if (side === 0) return stories.messages;
    const others = stories.others();
    return side === 1 ? others : [...stories.messages, ...others];
  }

  /** Peers change sides now and then, so that nobody is one group for ever. */
  #sideOf(peer: PeerId): number {
    const known = this.#sides.get(peer);
    if (known !== undefined && !this.#prng.chance(1, 100)) return known;
    const side = this.#prng.below(3);
    this.#sides.set(peer, side);
    return side;
  }
}
