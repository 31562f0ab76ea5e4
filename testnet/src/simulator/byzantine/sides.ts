import type { ConsensusMessage } from "@pyralog/chain/types";
import type { PeerId } from "@pyralog/node/ports";
import type { LiarWorld, Side } from "./lie.ts";

const all: readonly Side[] = ["first", "other", "both"];

/** Which of two stories a peer is told: one to some, the other to some, both to a few. */
export class Sides {
  readonly #world: Pick<LiarWorld, "prng" | "sideOf">;
  readonly #sides = new Map<PeerId, Side>();

  constructor(world: Pick<LiarWorld, "prng" | "sideOf">) {
    this.#world = world;
  }

  told(
    to: PeerId,
    stories: {
      readonly messages: readonly ConsensusMessage[];
      readonly others: () => readonly ConsensusMessage[];
    },
  ): readonly ConsensusMessage[] {
    const side = this.#world.sideOf?.(to) ?? this.#sideOf(to);
    if (side === "first") return stories.messages;
    const others = stories.others();
    return side === "other" ? others : [...stories.messages, ...others];
  }

  /** Peers change sides now and then, so that nobody is one group for ever. */
  #sideOf(peer: PeerId): Side {
    const { prng } = this.#world;
    const known = this.#sides.get(peer);
    if (known !== undefined && !prng.chance(1, 100)) return known;
    const side = all[prng.below(all.length)] ?? "first";
    this.#sides.set(peer, side);
    return side;
  }
}
