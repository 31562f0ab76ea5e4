import type { MempoolLimits } from "./limits.ts";
import type { PeerId } from "./model.ts";

/** Further announcers of one transaction are not remembered: these will do. */
const announcersMax = 8;

type WantedLimits = Pick<MempoolLimits, "wantDelayMs" | "wantTimeoutMs" | "peerWantedMax">;

interface WantedTx {
  /** Who announced it, in the order in which they are asked. */
  readonly peers: PeerId[];
  /** Who counts it against its bound: the first that announced it. */
  readonly owner: PeerId;
  dueMs: number;
}

/**
 * Transactions that peers announced and that have not come yet. Each is given a moment to arrive
 * by itself; then one peer after the other is asked.
 */
export class WantedTxs {
  /** Two queues, each in the order of what is due, since the delay within one is the same. */
  readonly #fresh = new Map<string, WantedTx>();
  readonly #asked = new Map<string, WantedTx>();
  readonly #counts = new Map<PeerId, number>();
  readonly #limits: WantedLimits;

  constructor(limits: WantedLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#fresh.size + this.#asked.size;
  }

  announced(key: string, by: { readonly peer: PeerId; readonly nowMs: number }): void {
    const known = this.#fresh.get(key) ?? this.#asked.get(key);
    if (known !== undefined) {
      if (known.peers.length < announcersMax && !known.peers.includes(by.peer))
        known.peers.push(by.peer);
      return;
    }
    const count = this.#counts.get(by.peer) ?? 0;
    if (count >= this.#limits.peerWantedMax) return;
    this.#counts.set(by.peer, count + 1);
    const dueMs = by.nowMs + this.#limits.wantDelayMs;
    this.#fresh.set(key, { peers: [by.peer], owner: by.peer, dueMs });
  }

  /** It came, or it is no longer of use. */
  forget(key: string): void {
    const wanted = this.#fresh.get(key) ?? this.#asked.get(key);
    if (wanted === undefined) return;
    this.#fresh.delete(key);
    this.#asked.delete(key);
    const count = (this.#counts.get(wanted.owner) ?? 1) - 1;
    if (count > 0) this.#counts.set(wanted.owner, count);
    else this.#counts.delete(wanted.owner);
  }

  /** Whom to ask for what now. */
  due(nowMs: number): ReadonlyMap<PeerId, readonly string[]> {
    const asks = new Map<PeerId, string[]>();
    for (const queue of [this.#fresh, this.#asked]) {
      for (const [key, wanted] of queue) {
        if (wanted.dueMs > nowMs) break;
        this.#ask(key, { wanted, nowMs, asks });
      }
    }
    return asks;
  }

  #ask(
    key: string,
    turn: {
      readonly wanted: WantedTx;
      readonly nowMs: number;
      readonly asks: Map<PeerId, string[]>;
    },
  ): void {
    const { wanted, nowMs, asks } = turn;
    const peer = wanted.peers.shift();
    if (peer === undefined) {
      this.forget(key);
      return;
    }
    this.#fresh.delete(key);
    this.#asked.delete(key);
    wanted.dueMs = nowMs + this.#limits.wantTimeoutMs;
    this.#asked.set(key, wanted);
    const keys = asks.get(peer);
    if (keys === undefined) asks.set(peer, [key]);
    else keys.push(key);
  }

  /** When something is due next, if anything is. */
  get dueMs(): number | undefined {
    const due: number[] = [];
    for (const queue of [this.#fresh, this.#asked]) {
      for (const { dueMs } of queue.values()) {
        due.push(dueMs);
        break;
      }
    }
    return due.length === 0 ? undefined : Math.min(...due);
  }
}
