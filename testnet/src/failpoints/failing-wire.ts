/** A wire that names the proposals, parts and votes that leave. */
import { byteStrings, message } from "@pyralog/chain/codec";
import { decodeConsensusMessage } from "@pyralog/chain/types";
import type { ObservedWire, WireHandler, WirePeer } from "@pyralog/node/ports";
import type { FailingDeed } from "./names.ts";
import type { Trap } from "./trap.ts";

type Sending = Parameters<ObservedWire["send"]>[0];

/** Of a gossip frame, what consensus says in it. */
const frameWire = message("pyralog.gossip.v1.Frame", { messages: byteStrings(2) });

export class FailingWire implements ObservedWire {
  readonly self: string;
  readonly #wire: ObservedWire;
  readonly #trap: Trap;

  constructor(wire: ObservedWire, trap: Trap) {
    this.self = wire.self;
    this.#wire = wire;
    this.#trap = trap;
  }

  start(handler: WireHandler): Promise<void> {
    return this.#wire.start(handler);
  }

  send(sending: Sending): boolean {
    const send = deedsOf(sending).reduce<() => boolean>(
      (inner, deed) => () => this.#trap.aroundSync(deed, inner),
      () => this.#wire.send(sending),
    );
    return send();
  }

  ban(peer: string, reason: string): void {
    this.#wire.ban(peer, reason);
  }

  stop(): Promise<void> {
    return this.#wire.stop();
  }

  peers(): readonly WirePeer[] {
    return this.#wire.peers();
  }
}

function deedsOf({ channel, bytes }: Sending): readonly FailingDeed[] {
  if (channel !== "consensus") return [];
  const deeds = new Set<FailingDeed>();
  for (const encoded of frameWire.decode(bytes).messages) {
    const { kind } = decodeConsensusMessage(encoded);
    if (kind === "proposal" || kind === "part" || kind === "vote") deeds.add(`send-${kind}`);
  }
  return [...deeds];
}
