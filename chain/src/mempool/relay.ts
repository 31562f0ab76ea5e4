import type { Entry } from "./entry.ts";
import { keyFromHash, hashFromKey } from "./key.ts";
import type { MempoolLimits } from "./limits.ts";
import type { MempoolEffect, PeerId } from "./model.ts";
import type { Pool } from "./pool.ts";
import { WantedTxs } from "./wanted.ts";
import { encodeFrame } from "./wire.ts";

interface RelayPeer {
  /** Transactions to send whole. */
  push: Entry[];
  pushBytes: number;
  /** Transactions to announce by hash. */
  have: Entry[];
  /** Bytes that this peer may still ask for, as of `servedMs`. */
  servable: number;
  servedMs: number;
}

/**
 * Who is told of what. A client's transaction goes whole to every peer at once; one that came from
 * a peer is announced to the others by hash, since in a mesh they have it already, and is sent to
 * those that ask. Nothing is sent to a peer that is known to hold it. All of it leaves in batches.
 */
export class Relay {
  readonly #peers = new Map<PeerId, RelayPeer>();
  readonly #limits: MempoolLimits;
  readonly #pool: Pool;
  readonly #wanted: WantedTxs;
  #flushMs: number | undefined;
  #announceMs: number | undefined;
  #reannounceMs: number | undefined;

  constructor(options: { readonly limits: MempoolLimits; readonly pool: Pool }) {
    this.#limits = options.limits;
    this.#pool = options.pool;
    this.#wanted = new WantedTxs(options.limits);
  }

  /** A new peer hears of everything that waits. */
  connected(peer: PeerId, nowMs: number): void {
    this.#peers.set(peer, {
      push: [],
      pushBytes: 0,
      have: [...this.#pool.values()].filter((entry) => !entry.holders.includes(peer)),
      servable: this.#limits.servedBytesPerSecond,
      servedMs: nowMs,
    });
    this.#announceSoon(nowMs);
  }

  /** It may come back with an empty pool, so what it held is forgotten. */
  disconnected(peer: PeerId): void {
    this.#peers.delete(peer);
    for (const entry of this.#pool.values()) removeFrom(entry.holders, peer);
  }

  admitted(entry: Entry, options: { readonly whole: boolean; readonly nowMs: number }): void {
    if (this.#peers.size === 0) return;
    for (const [id, peer] of this.#peers) {
      if (entry.holders.includes(id)) continue;
      if (options.whole) this.#push(peer, entry);
      else peer.have.push(entry);
    }
    if (options.whole) this.#flushSoon(options.nowMs);
    else this.#announceSoon(options.nowMs);
    this.#reannounceMs ??= options.nowMs + this.#limits.reannounceMs;
  }

  #push(peer: RelayPeer, entry: Entry): void {
    peer.push.push(entry);
    peer.pushBytes += entry.tx.length;
    if (peer.pushBytes >= this.#limits.frameBytes) this.#flushMs = 0;
  }

  #flushSoon(nowMs: number): void {
    this.#flushMs ??= nowMs + this.#limits.frameDelayMs;
  }

  #announceSoon(nowMs: number): void {
    this.#announceMs ??= nowMs + this.#limits.announceDelayMs;
  }

  /** The transaction is here: nobody needs to be asked for it any more. */
  arrived(key: string): void {
    if (this.#wanted.size > 0) this.#wanted.forget(key);
  }

  wants(key: string, from: { readonly peer: PeerId; readonly nowMs: number }): void {
    this.#wanted.announced(key, from);
  }

  /** Serves what a peer asked for, as far as its allowance goes. */
  asked(
    hashes: readonly Uint8Array[],
    from: { readonly peer: PeerId; readonly nowMs: number },
  ): void {
    const peer = this.#peers.get(from.peer);
    if (peer === undefined) return;
    const rate = this.#limits.servedBytesPerSecond;
    const earned = Math.floor(((from.nowMs - peer.servedMs) * rate) / 1000);
    peer.servable = Math.min(rate, peer.servable + Math.max(0, earned));
    peer.servedMs = from.nowMs;
    for (const hash of hashes) {
      const entry = this.#pool.get(keyFromHash(hash));
      if (entry === undefined || entry.tx.length > peer.servable) continue;
      peer.servable -= entry.tx.length;
      removeFrom(entry.holders, from.peer);
      this.#push(peer, entry);
    }
    this.#flushSoon(from.nowMs);
  }

  /** What is due by now: batches, announcements, questions. */
  effects(nowMs: number): readonly MempoolEffect[] {
    const effects: MempoolEffect[] = [];
    if (this.#reannounceMs !== undefined && this.#reannounceMs <= nowMs) this.#reannounce(nowMs);
    if (this.#flushMs !== undefined && this.#flushMs <= nowMs) this.#flush(effects);
    if (this.#announceMs !== undefined && this.#announceMs <= nowMs) this.#announce(effects);
    const due = this.#wanted.dueMs;
    if (due !== undefined && due <= nowMs) this.#ask(effects, nowMs);
    return effects;
  }

  /** When `effects` has something to say next. */
  get dueMs(): number | undefined {
    const times = [this.#flushMs, this.#announceMs, this.#reannounceMs, this.#wanted.dueMs];
    const due = times.filter((dueMs) => dueMs !== undefined);
    return due.length === 0 ? undefined : Math.min(...due);
  }

  /** What waits long may have been lost on the way; a healthy network has nothing to say here. */
  #reannounce(nowMs: number): void {
    this.#reannounceMs = undefined;
    for (const entry of this.#pool.values()) {
      this.#reannounceMs = nowMs + this.#limits.reannounceMs;
      if (entry.addedMs + this.#limits.reannounceMs > nowMs) continue;
      for (const [id, peer] of this.#peers) {
        if (!entry.holders.includes(id)) peer.have.push(entry);
      }
      this.#announceMs = nowMs;
    }
  }

  #flush(effects: MempoolEffect[]): void {
    this.#flushMs = undefined;
    const pushes = new Groups();
    for (const [id, peer] of this.#peers) {
      pushes.add(id, lackedBy(id, peer.push));
      peer.push = [];
      peer.pushBytes = 0;
    }
    for (const { peers, entries } of pushes.groups) {
      for (const batch of batches(entries, this.#limits)) {
        const bytes = encodeFrame({ kind: "txs", txs: batch.map((entry) => entry.tx) });
        effects.push({ kind: "send", peers, bytes });
      }
    }
  }

  #announce(effects: MempoolEffect[]): void {
    this.#announceMs = undefined;
    const announcements = new Groups();
    for (const [id, peer] of this.#peers) {
      announcements.add(id, lackedBy(id, peer.have));
      peer.have = [];
    }
    for (const { peers, entries } of announcements.groups) {
      for (const batch of slices(entries, this.#limits.frameItemsMax)) {
        const bytes = encodeFrame({ kind: "have", hashes: batch.map((entry) => entry.hash) });
        effects.push({ kind: "send", peers, bytes });
      }
    }
  }

  #ask(effects: MempoolEffect[], nowMs: number): void {
    for (const [peer, keys] of this.#wanted.due(nowMs)) {
      if (!this.#peers.has(peer)) continue;
      for (const batch of slices(keys, this.#limits.frameItemsMax)) {
        const bytes = encodeFrame({ kind: "want", hashes: batch.map(hashFromKey) });
        effects.push({ kind: "send", peers: [peer], bytes });
      }
    }
  }
}

function lackedBy(peer: PeerId, entries: readonly Entry[]): readonly Entry[] {
  return entries.filter((entry) => !entry.gone && !entry.holders.includes(peer));
}

function removeFrom(holders: PeerId[], peer: PeerId): void {
  const place = holders.indexOf(peer);
  if (place >= 0) holders.splice(place, 1);
}

/** Peers that lack the same transactions get the same bytes, encoded once. */
class Groups {
  readonly groups: { readonly peers: PeerId[]; readonly entries: readonly Entry[] }[] = [];

  add(peer: PeerId, entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    const group = this.groups.find((candidate) => areSame(candidate.entries, entries));
    if (group === undefined) this.groups.push({ peers: [peer], entries });
    else group.peers.push(peer);
  }
}

function areSame(one: readonly Entry[], other: readonly Entry[]): boolean {
  return one.length === other.length && one.every((entry, index) => entry === other[index]);
}

// Cuts before the frame would grow over its size; a larger transaction has a frame of its own.
function* batches(
  entries: readonly Entry[],
  limits: MempoolLimits,
): Generator<readonly Entry[], void, undefined> {
  let batch: Entry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const full =
      bytes + entry.tx.length > limits.frameBytes || batch.length >= limits.frameItemsMax;
    if (batch.length > 0 && full) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(entry);
    bytes += entry.tx.length;
  }
  if (batch.length > 0) yield batch;
}

function* slices<Item>(
  items: readonly Item[],
  length: number,
): Generator<readonly Item[], void, undefined> {
  for (let start = 0; start < items.length; start += length) {
    yield items.slice(start, start + length);
  }
}
