/** Carries out what gossip asks for: frames to peers, messages to the engine, wake-ups. */
import type { Gossip, GossipEffect, GossipInput } from "@pyralog/chain/gossip";
import type { Height } from "@pyralog/chain/types";
import type { Clock, PeerId, Timers, Wire } from "#ports";
import { monotonicTime } from "./monotonic-time.ts";
import { Waker } from "./waker.ts";

type Timeless<Input> = Input extends unknown ? Omit<Input, "now"> : never;
type Delivered = Extract<GossipEffect, { kind: "deliver" }>["input"];

export class GossipDriver {
  readonly #gossip: Gossip;
  readonly #wire: Wire;
  readonly #clock: Clock;
  readonly #waker: Waker;
  readonly #deliver: (input: Delivered) => void;
  readonly #drop: (peer: PeerId, reason: string) => void;

  constructor(options: {
    readonly gossip: Gossip;
    readonly wire: Wire;
    readonly clock: Clock;
    readonly timers: Timers;
    readonly deliver: (input: Delivered) => void;
    readonly drop: (peer: PeerId, reason: string) => void;
  }) {
    this.#gossip = options.gossip;
    this.#wire = options.wire;
    this.#clock = options.clock;
    this.#waker = new Waker(options, () => this.step({ kind: "tick" }));
    this.#deliver = options.deliver;
    this.#drop = options.drop;
  }

  /** The height that a peer says it is deciding; nothing before its first word. */
  heightOf(peer: PeerId): Height | undefined {
    return this.#gossip.heightOf(peer);
  }

  step(input: Timeless<GossipInput>): void {
    const now = monotonicTime(this.#clock);
    for (const effect of this.#gossip.step({ ...input, now })) this.#perform(effect);
  }

  stop(): void {
    this.#waker.stop();
  }

  #perform(effect: GossipEffect): void {
    switch (effect.kind) {
      case "deliver":
        this.#deliver(effect.input);
        return;
      case "send":
        for (const peer of effect.peers) {
          this.#wire.send({ peer, channel: "consensus", bytes: effect.bytes });
        }
        return;
      case "punish":
        this.#drop(effect.peer, effect.reason);
        return;
      case "wake":
        this.#waker.wakeAt(effect.at);
        return;
    }
  }
}
