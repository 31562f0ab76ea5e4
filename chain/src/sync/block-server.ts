import type { Height } from "#types";
import type { SyncLimits } from "./limits.ts";
import type { PeerId, StoredBlock, SyncEffect } from "./model.ts";
import { encodeFrame } from "./wire.ts";

interface Client {
  /** Heights being loaded for it. */
  readonly loading: Set<bigint>;
  allowance: number;
  allowanceMs: number;
}

/** Answers peers' requests out of the store, so many at a time; what is beyond is not answered. */
export class BlockServer {
  readonly #limits: SyncLimits;
  readonly #clients = new Map<PeerId, Client>();
  #loads = 0;

  constructor(limits: SyncLimits) {
    this.#limits = limits;
  }

  connected(peer: PeerId, nowMs: number): void {
    const allowance = this.#limits.peerRequestsPerSecond;
    this.#clients.set(peer, { loading: new Set(), allowance, allowanceMs: nowMs });
  }

  disconnected(peer: PeerId): void {
    this.#loads -= this.#clients.get(peer)?.loading.size ?? 0;
    this.#clients.delete(peer);
  }

  requested(
    height: Height,
    from: { readonly peer: PeerId; readonly nowMs: number },
  ): readonly SyncEffect[] {
    const client = this.#clients.get(from.peer);
    if (client === undefined || !this.#allows(client, from.nowMs)) return [];
    const { peerLoadsMax, loadsMax } = this.#limits;
    const busy = client.loading.size >= peerLoadsMax || this.#loads >= loadsMax;
    if (busy || client.loading.has(height)) return [];
    client.loading.add(height);
    this.#loads++;
    return [{ kind: "load-block", peer: from.peer, height }];
  }

  #allows(client: Client, nowMs: number): boolean {
    const rate = this.#limits.peerRequestsPerSecond;
    const earned = Math.floor(((nowMs - client.allowanceMs) * rate) / 1000);
    if (earned > 0) {
      client.allowance = Math.min(rate, client.allowance + earned);
      client.allowanceMs = nowMs;
    }
    if (client.allowance < 1) return false;
    client.allowance--;
    return true;
  }

  loaded(answer: {
    readonly peer: PeerId;
    readonly height: Height;
    readonly stored: StoredBlock | undefined;
  }): readonly SyncEffect[] {
    const { peer, height, stored } = answer;
    const client = this.#clients.get(peer);
    if (client?.loading.delete(height) !== true) return [];
    this.#loads--;
    const bytes = (stored?.block.length ?? 0) + (stored?.commit.length ?? 0);
    client.allowance -= Math.floor(bytes / this.#limits.bytesPerRequest);
    const frame =
      stored === undefined
        ? ({ kind: "no-block", height } as const)
        : ({ kind: "block", height, stored } as const);
    return [{ kind: "send", peers: [peer], bytes: encodeFrame(frame) }];
  }
}
