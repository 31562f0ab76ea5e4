/** A peer that anybody can be: it has passed the handshake, and sends what it wants. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { createLibp2pWire } from "@pyralog/node/io";
import type { Channel, ObservedWire } from "@pyralog/node/ports";

const waitMs = 20_000;

export class Stranger {
  readonly #wire: ObservedWire;
  readonly #peer: string;
  #isConnected = false;

  /** Resolves when the node has taken it as a peer. */
  static async meet(
    node: { readonly chainId: string; readonly peer: string; readonly port: number },
    heard: (stranger: Stranger, bytes: Uint8Array) => void = () => undefined,
  ): Promise<Stranger> {
    const { chainId, peer, port } = node;
    const wire = await createLibp2pWire({
      secretKey: new Uint8Array(randomBytes(32)),
      chainId,
      listen: "tcp://127.0.0.1:0",
      peers: [`${peer}@127.0.0.1:${port}`],
      log: { write: () => undefined },
    });
    const stranger = new Stranger(wire, peer);
    await wire.start({
      connected: () => (stranger.#isConnected = true),
      disconnected: () => (stranger.#isConnected = false),
      received: ({ bytes }) => heard(stranger, bytes),
    });
    await stranger.#until("the node takes a stranger", () => stranger.#isConnected);
    return stranger;
  }

  private constructor(wire: ObservedWire, peer: string) {
    this.#wire = wire;
    this.#peer = peer;
  }

  /** False when the node takes nothing from it at the moment. */
  send(channel: Channel, bytes: Uint8Array): boolean {
    return this.#wire.send({ peer: this.#peer, channel, bytes });
  }

  /** Resolves when the node has had enough. */
  dropped(): Promise<void> {
    return this.#until("the node drops who lies", () => !this.#isConnected);
  }

  leave(): Promise<void> {
    return this.#wire.stop();
  }

  async #until(claim: string, isSo: () => boolean): Promise<void> {
    const end = performance.now() + waitMs;
    while (!isSo()) {
      assert.ok(performance.now() < end, claim);
      await sleep(20);
    }
  }
}
