import {
  attempt,
  createHeight,
  createTime,
  decodeBlock,
  decodeCommit,
  type Block,
  type Commit,
  type Height,
} from "#types";
import { BlockServer } from "./block-server.ts";
import { createSyncLimits, type SyncLimits } from "./limits.ts";
import type { BanReason, PeerId, StoredBlock, SyncEffect, SyncInput } from "./model.ts";
import { SyncPeer } from "./sync-peer.ts";
import { decodeFrame, encodeFrame } from "./wire.ts";

type Of<Kind extends SyncInput["kind"]> = Extract<SyncInput, { kind: Kind }>;

interface Held {
  readonly peer: PeerId;
  readonly block: Block;
  readonly commit: Commit;
  readonly byteLength: number;
}

/**
 * Brings decided blocks from peers' stores, at all times and beside consensus: there is no mode to
 * be stuck in. It asks several peers for several heights ahead, and hands over one candidate at a
 * time, of the height that the engine is at.
 */
export class BlockSync {
  readonly #limits: SyncLimits;
  readonly #server: BlockServer;
  readonly #peers = new Map<PeerId, SyncPeer>();
  /** Blocks that came, by height, from `#next` on. */
  readonly #held = new Map<bigint, Held>();
  #heldBytes = 0;
  /** The size of the last block that came: the next ones are probably like it. */
  #blockBytes = 0;
  /** Nothing is known of the store before the first `height-started`. */
  #next: bigint | undefined;
  #base = 0n;
  /** Since when the candidate of `#next` is with the engine. */
  #handedOverMs: number | undefined;
  /** Since when somebody claims the next height. */
  #behindSinceMs: number | undefined;
  #statusDueMs: number | undefined;
  #statusMs = 0;
  #wakeMs: number | undefined;

  constructor(options: { readonly limits?: Partial<SyncLimits> } = {}) {
    this.#limits = createSyncLimits(options.limits);
    this.#server = new BlockServer(this.#limits);
  }

  step(input: SyncInput): readonly SyncEffect[] {
    const effects: SyncEffect[] = [];
    const nowMs = Number(input.now / 1_000_000n);
    this.#take(input, { effects, nowMs });
    this.#expire(effects, nowMs);
    this.#handOver(effects, nowMs);
    this.#ask(effects, nowMs);
    this.#tellStatus(effects, nowMs);
    this.#wake(effects, nowMs);
    return effects;
  }

  /**
   * A peer that has kept its word claims a height beyond the next one; a stranger's claim is none.
   * For display alone: whether this node votes does not depend on what peers claim.
   */
  get isCatchingUp(): boolean {
    const next = this.#next ?? 0n;
    for (const peer of this.#peers.values()) {
      if (peer.served && peer.strikes === 0 && peer.height > next) return true;
    }
    return false;
  }

  #take(input: SyncInput, turn: { readonly effects: SyncEffect[]; readonly nowMs: number }): void {
    const { effects, nowMs } = turn;
    switch (input.kind) {
      case "peer-connected":
        this.#connected(input.peer, turn);
        return;
      case "peer-disconnected":
        this.#forget(input.peer);
        return;
      case "received":
        this.#received(input, turn);
        return;
      case "height-started":
        this.#heightStarted(input, nowMs);
        return;
      case "refused":
        this.#refused(input, effects);
        return;
      case "loaded":
        effects.push(...this.#server.loaded(input));
        return;
      case "tick":
        return;
    }
  }

  #connected(peer: PeerId, turn: { readonly effects: SyncEffect[]; readonly nowMs: number }): void {
    this.#peers.set(peer, new SyncPeer(peer, this.#limits));
    this.#server.connected(peer, turn.nowMs);
    if (this.#next === undefined) return;
    turn.effects.push({ kind: "send", peers: [peer], bytes: this.#statusFrame(this.#next) });
  }

  /** What came from a peer that is gone stays of use, unless the peer lied. */
  #forget(peer: PeerId): void {
    this.#peers.delete(peer);
    this.#server.disconnected(peer);
  }

  #ban(peer: PeerId, turn: { readonly effects: SyncEffect[]; readonly reason: BanReason }): void {
    this.#forget(peer);
    for (const [height, held] of this.#held) if (held.peer === peer) this.#drop(height);
    turn.effects.push({ kind: "ban", peer, reason: turn.reason });
  }

  #drop(height: bigint): void {
    this.#heldBytes -= this.#held.get(height)?.byteLength ?? 0;
    this.#held.delete(height);
  }

  #received(
    input: Of<"received">,
    turn: { readonly effects: SyncEffect[]; readonly nowMs: number },
  ): void {
    const peer = this.#peers.get(input.peer);
    if (peer === undefined) return;
    const { effects, nowMs } = turn;
    const frame = decodeFrame(input.bytes);
    if (frame === undefined) {
      this.#ban(peer.id, { effects, reason: "FRAME_MALFORMED" });
      return;
    }
    switch (frame.kind) {
      case "block-request":
        effects.push(...this.#server.requested(frame.height, { peer: peer.id, nowMs }));
        return;
      case "no-block":
        this.#denied(peer, { ...turn, height: frame.height });
        return;
      case "block":
        this.#blockCame(frame, { ...turn, peer });
        return;
      case "status":
        if (frame.height < peer.height || frame.base > frame.height) {
          this.#ban(peer.id, { effects, reason: "HEIGHT_SHRUNK" });
          return;
        }
        peer.height = frame.height;
        peer.base = frame.base;
        return;
    }
  }

  /** Pruning may overtake a claim now and then; who denies again and again has lied. */
  #denied(
    peer: SyncPeer,
    turn: {
      readonly effects: SyncEffect[];
      readonly nowMs: number;
      readonly height: Height;
    },
  ): void {
    if (!peer.answered(turn.height, turn.nowMs)) return;
    peer.lacks(turn.height);
    if (peer.denials < this.#limits.denialsMax) return;
    this.#ban(peer.id, { effects: turn.effects, reason: "STALLED" });
  }

  #blockCame(
    frame: { readonly height: Height; readonly stored: StoredBlock },
    turn: { readonly effects: SyncEffect[]; readonly nowMs: number; readonly peer: SyncPeer },
  ): void {
    const { effects, nowMs, peer } = turn;
    const { height, stored } = frame;
    if (!peer.answered(height, nowMs)) {
      this.#ban(peer.id, { effects, reason: "BLOCK_UNASKED" });
      return;
    }
    peer.denials = 0;
    peer.served = true;
    if (this.#next === undefined || height < this.#next || this.#held.has(height)) return;
    const block = attempt(() => decodeBlock(stored.block));
    const commit = attempt(() => decodeCommit(stored.commit));
    if (block.kind === "refused" || commit.kind === "refused") {
      this.#ban(peer.id, { effects, reason: "FRAME_MALFORMED" });
      return;
    }
    if (block.value.header.height !== height || commit.value.height !== height) {
      this.#ban(peer.id, { effects, reason: "BLOCK_OTHER" });
      return;
    }
    const byteLength = stored.block.length + stored.commit.length;
    this.#held.set(height, { peer: peer.id, block: block.value, commit: commit.value, byteLength });
    this.#heldBytes += byteLength;
    this.#blockBytes = byteLength;
  }

  #heightStarted({ height, base }: Of<"height-started">, nowMs: number): void {
    if (this.#next === height) return;
    this.#next = height;
    this.#base = base;
    this.#handedOverMs = undefined;
    this.#behindSinceMs = undefined;
    for (const held of this.#held.keys()) if (held < height) this.#drop(held);
    this.#statusDueMs = Math.max(nowMs, this.#statusMs + this.#limits.statusMinMs);
  }

  #refused({ height, peer }: Of<"refused">, effects: SyncEffect[]): void {
    if (height !== this.#next) return;
    this.#handedOverMs = undefined;
    this.#drop(height);
    this.#ban(peer, { effects, reason: "BLOCK_REFUSED" });
  }

  /** Requests that took too long go to another peer; who lets too many pass is banned. */
  #expire(effects: SyncEffect[], nowMs: number): void {
    for (const peer of this.#peers.values()) {
      for (const [height, sinceMs] of peer.asked) {
        if (sinceMs + peer.timeoutMs > nowMs) continue;
        peer.timedOut(height, nowMs);
      }
      if (peer.strikes >= this.#limits.strikesMax) {
        this.#ban(peer.id, { effects, reason: "STALLED" });
      }
    }
  }

  /** An engine that says nothing may have been about to begin the height: it gets it again. */
  #handOver(effects: SyncEffect[], nowMs: number): void {
    if (this.#next === undefined) return;
    const held = this.#held.get(this.#next);
    const sinceMs = this.#handedOverMs;
    if (held === undefined) return;
    if (sinceMs !== undefined && nowMs < sinceMs + this.#limits.handOverMs) return;
    this.#handedOverMs = nowMs;
    const { peer, block, commit } = held;
    effects.push({ kind: "candidate", peer, height: createHeight(this.#next), block, commit });
  }

  #ask(effects: SyncEffect[], nowMs: number): void {
    const claimed = this.#claimed();
    if (this.#next === undefined || claimed < this.#next) return;
    this.#behindSinceMs ??= nowMs;
    // The newest block alone is gossip's, which is faster and sends it anyhow.
    const isNewest = claimed === this.#next;
    if (isNewest && nowMs < this.#behindSinceMs + this.#limits.graceMs) return;
    const windowEnd = this.#next + BigInt(this.#limits.windowHeights) - 1n;
    const end = windowEnd < claimed ? windowEnd : claimed;
    for (let height = this.#next; height <= end; height++) {
      if (height > this.#next && this.#isLaden()) return;
      this.#askFor(height, { effects, nowMs });
    }
  }

  /** What is held and what is to be expected fill the memory that there is for it. */
  #isLaden(): boolean {
    let asked = 0;
    for (const peer of this.#peers.values()) asked += peer.asked.size;
    return this.#heldBytes + asked * this.#blockBytes >= this.#limits.heldBytesMax;
  }

  #askFor(height: bigint, turn: { readonly effects: SyncEffect[]; readonly nowMs: number }): void {
    if (this.#held.has(height) || this.#isAsked(height)) return;
    const peer = this.#bestPeer(height, turn.nowMs);
    if (peer === undefined) return;
    peer.asked.set(height, turn.nowMs);
    const bytes = encodeFrame({ kind: "block-request", height: createHeight(height) });
    turn.effects.push({ kind: "send", peers: [peer.id], bytes });
  }

  #claimed(): bigint {
    let claimed = 0n;
    for (const { height } of this.#peers.values()) if (height > claimed) claimed = height;
    return claimed;
  }

  #isAsked(height: bigint): boolean {
    for (const peer of this.#peers.values()) if (peer.asked.has(height)) return true;
    return false;
  }

  #bestPeer(height: bigint, nowMs: number): SyncPeer | undefined {
    let best: SyncPeer | undefined;
    for (const peer of this.#peers.values()) {
      if (!peer.mayBeAsked(height, nowMs)) continue;
      if (best === undefined || loadOf(peer) < loadOf(best)) best = peer;
    }
    return best;
  }

  #statusFrame(next: bigint): Uint8Array {
    const height = createHeight(next > 0n ? next - 1n : 0n);
    return encodeFrame({ kind: "status", height, base: createHeight(this.#base) });
  }

  #tellStatus(effects: SyncEffect[], nowMs: number): void {
    if (this.#next === undefined || this.#statusDueMs === undefined) return;
    if (nowMs < this.#statusDueMs) return;
    this.#statusMs = nowMs;
    this.#statusDueMs = nowMs + this.#limits.statusMaxMs;
    if (this.#peers.size === 0) return;
    effects.push({
      kind: "send",
      peers: [...this.#peers.keys()],
      bytes: this.#statusFrame(this.#next),
    });
  }

  #wake(effects: SyncEffect[], nowMs: number): void {
    if (this.#wakeMs !== undefined && this.#wakeMs <= nowMs) this.#wakeMs = undefined;
    const dueMs = this.#dueMs(nowMs);
    if (dueMs === undefined || dueMs === this.#wakeMs) return;
    this.#wakeMs = dueMs;
    effects.push({ kind: "wake", at: createTime(BigInt(dueMs) * 1_000_000n) });
  }

  #dueMs(nowMs: number): number | undefined {
    const due: number[] = [];
    if (this.#statusDueMs !== undefined) due.push(this.#statusDueMs);
    if (this.#behindSinceMs !== undefined) due.push(this.#behindSinceMs + this.#limits.graceMs);
    if (this.#handedOverMs !== undefined) due.push(this.#handedOverMs + this.#limits.handOverMs);
    for (const peer of this.#peers.values()) {
      due.push(peer.pausedUntilMs);
      for (const sinceMs of peer.asked.values()) due.push(sinceMs + peer.timeoutMs);
    }
    const later = due.filter((dueMs) => dueMs > nowMs);
    return later.length === 0 ? undefined : Math.min(...later);
  }
}

/** What the next block would probably take: the peer's latency for each that it owes. */
function loadOf(peer: SyncPeer): number {
  return (peer.asked.size + 1) * (peer.latencyMs + 1);
}
