import type { PeerId, RoundState } from "#consensus";
import { blockIdKey, createTime, type Height } from "#types";
import { announceOf, unmetClaims, type Announce, type Claim } from "./announce.ts";
import { GossipPeer } from "./gossip-peer.ts";
import { createGossipLimits, type GossipLimits } from "./limits.ts";
import type { GossipCounters, GossipEffect, GossipFault, GossipInput } from "./model.ts";
import { needKey, needOfGain, needsOf, type LastBlock, type Need } from "./needs.ts";
import { Outbox } from "./outbox.ts";
import { placeKey, standingOf, voteSetKey, type Place } from "./place.ts";
import { decodeFrame, type Item } from "./wire.ts";

type Of<Kind extends GossipInput["kind"]> = Extract<GossipInput, { kind: Kind }>;

interface Turn {
  readonly effects: GossipEffect[];
  readonly nowMs: number;
}

/**
 * What each peer has and lacks of this height, and what to send next. Our own proposals, parts and
 * votes go out at once. Others' are relayed to a peer that still lacks them, by its own
 * announcement, after a moment in which they come to it by themselves in a full mesh; where a peer
 * turns out to depend on the relay, the moment is left out. What is not confirmed is sent again.
 */
export class Gossip {
  readonly #limits: GossipLimits;
  readonly #state: () => RoundState | undefined;
  readonly #peers = new Map<PeerId, GossipPeer>();
  readonly #outbox: Outbox;
  #height: Height | undefined;
  /** Items of others that still wait for their moment, by key, in the order of what is due. */
  readonly #waiting = new Map<string, { readonly need: Need; readonly dueMs: number }>();
  /** Until then the last height's items may be on their way to whom they are for. */
  #settledMs = 0;
  /** Which peer brought an item first. */
  readonly #bringers = new Map<string, PeerId>();
  #decided: LastBlock | undefined;
  #last: LastBlock | undefined;
  /** Our place among the validators, as our own votes show it. */
  #self: number | undefined;
  #announcements = 0;
  #announceDueMs: number | undefined;
  #reviewDueMs: number | undefined;
  #flushDueMs: number | undefined;
  #wakeMs: number | undefined;
  readonly #counts = { delivered: 0, duplicates: 0, sent: 0 };

  /** `state` shows the engine as it is after the step whose effects are being carried out. */
  constructor(options: {
    readonly state: () => RoundState | undefined;
    readonly limits?: Partial<GossipLimits>;
  }) {
    this.#limits = createGossipLimits(options.limits);
    this.#state = options.state;
    this.#outbox = new Outbox(this.#limits);
  }

  get counters(): GossipCounters {
    return this.#counts;
  }

  /** The height that a peer says it is deciding; nothing before its first word. */
  heightOf(peer: PeerId): Height | undefined {
    return this.#peers.get(peer)?.announce?.height;
  }

  step(input: GossipInput): readonly GossipEffect[] {
    const turn: Turn = { effects: [], nowMs: Number(input.now / 1_000_000n) };
    const state = this.#state();
    if (state !== undefined && state.height !== this.#height) this.#enterHeight(state, turn);
    this.#take(input, { ...turn, state });
    if (state !== undefined) this.#doWhatIsDue(state, turn);
    this.#wake(turn);
    return turn.effects;
  }

  #take(input: GossipInput, turn: Turn & { readonly state: RoundState | undefined }): void {
    const { nowMs, state } = turn;
    switch (input.kind) {
      case "peer-connected":
        this.#peers.set(input.peer, new GossipPeer(input.peer, this.#limits));
        if (state !== undefined) this.#outbox.putAnnounce(input.peer);
        this.#flushBy(nowMs + this.#limits.flushMs);
        return;
      case "peer-disconnected":
        this.#peers.delete(input.peer);
        this.#outbox.forget(input.peer);
        return;
      case "received":
        this.#received(input, turn);
        return;
      case "gained":
        this.#announceBy(nowMs + this.#limits.announceGainMs);
        if (state !== undefined) this.#gained(input, { ...turn, state });
        return;
      case "step-changed":
        this.#announceBy(nowMs + this.#limits.announceStepMs);
        return;
      case "decided": {
        const { height, parts, blockId } = input;
        this.#decided = { height, parts, header: blockId.parts };
        this.#announceBy(nowMs + this.#limits.announceStepMs);
        return;
      }
      case "tick":
        return;
    }
  }

  #enterHeight(state: RoundState, turn: Turn): void {
    const { height } = state;
    this.#height = height;
    this.#waiting.clear();
    this.#bringers.clear();
    const lastHeight = height - 1n;
    this.#last = this.#decided?.height === lastHeight ? this.#decided : undefined;
    this.#decided = undefined;
    for (const peer of this.#peers.values()) {
      if (!peer.heightChanged(state)) this.#punish(peer, { ...turn, reason: "BITS_MISFIT" });
    }
    const { relayMs, announceStepMs } = this.#limits;
    this.#settledMs = turn.nowMs + relayMs;
    this.#announceBy(turn.nowMs + announceStepMs);
    this.#reviewDueMs = turn.nowMs + relayMs;
    for (const peer of this.#peers.values()) this.#review(peer, { ...turn, state });
  }

  #punish(peer: GossipPeer, fault: Turn & { readonly reason: GossipFault }): void {
    this.#peers.delete(peer.id);
    this.#outbox.forget(peer.id);
    fault.effects.push({ kind: "punish", peer: peer.id, reason: fault.reason });
  }

  #announceBy(dueMs: number): void {
    this.#announceDueMs = Math.min(this.#announceDueMs ?? dueMs, dueMs);
  }

  #reviewBy(dueMs: number): void {
    this.#reviewDueMs = Math.min(this.#reviewDueMs ?? dueMs, dueMs);
  }

  #flushBy(dueMs: number): void {
    this.#flushDueMs = Math.min(this.#flushDueMs ?? dueMs, dueMs);
  }

  #received(input: Of<"received">, turn: Turn & { readonly state: RoundState | undefined }): void {
    const peer = this.#peers.get(input.peer);
    if (peer === undefined) return;
    const frame = decodeFrame(input.bytes, this.#limits);
    if (frame === undefined) {
      this.#punish(peer, { ...turn, reason: "FRAME_MALFORMED" });
      return;
    }
    for (const validatorIndex of frame.lazy) peer.notNeeded(validatorIndex);
    const { state } = turn;
    if (state !== undefined) {
      for (const item of frame.items) this.#receivedItem(item, { ...turn, state, peer });
    }
    if (frame.announce === undefined) return;
    if (!peer.announced(frame.announce, state)) {
      this.#punish(peer, { ...turn, reason: "BITS_MISFIT" });
      return;
    }
    if (state !== undefined) this.#review(peer, { ...turn, state });
  }

  #receivedItem(
    item: Item,
    turn: Turn & { readonly state: RoundState; readonly peer: GossipPeer },
  ): void {
    const { state, peer, effects } = turn;
    const standing = standingOf(item, state);
    if (standing.kind === "foreign") return;
    if (standing.place !== undefined) peer.got(standing.place, state);
    if (standing.kind === "news") {
      this.#counts.delivered++;
      effects.push({ kind: "deliver", input: { ...item, from: peer.id } });
      return;
    }
    this.#counts.duplicates++;
    const { place, origin } = standing;
    if (origin !== undefined) this.#sayLazy(peer, { ...turn, place, origin });
  }

  /** Who need not have sent it: this peer, or the first bringer if this is the validator itself. */
  #sayLazy(
    peer: GossipPeer,
    turn: Turn & { readonly place: Place; readonly origin: number },
  ): void {
    const { place, origin, nowMs } = turn;
    const isSource = peer.announce?.validatorIndex === origin;
    const superfluous = isSource ? this.#bringers.get(placeKey(place)) : peer.id;
    if (superfluous === undefined || !this.#peers.has(superfluous)) return;
    this.#outbox.putLazy(superfluous, origin);
    this.#flushBy(nowMs + this.#limits.announceGainMs);
  }

  #gained({ gain, from }: Of<"gained">, turn: Turn & { readonly state: RoundState }): void {
    const { state, nowMs } = turn;
    const need = needOfGain(gain, state);
    if (need === undefined) return;
    this.#reviewBy(nowMs + this.#limits.reviewMs);
    const key = needKey(need);
    if (from.kind === "peer") this.#bringers.set(key, from.peer);
    const isOwn = from.kind === "nil" && this.#isOwn(need);
    for (const peer of this.#peers.values()) {
      const atOnce = isOwn || peer.isEagerFor(need.origin);
      if (atOnce && this.#lacks(peer, { need, state })) this.#put(peer, { need, nowMs });
    }
    if (!isOwn) this.#waiting.set(key, { need, dueMs: nowMs + this.#limits.relayMs });
  }

  /** Of what came from nobody: a part may merely have waited for its proposal. */
  #isOwn({ item, origin }: Need): boolean {
    if (item.kind === "part") return origin === this.#self;
    this.#self = origin ?? this.#self;
    return true;
  }

  #lacks(peer: GossipPeer, options: { readonly need: Need; readonly state: RoundState }): boolean {
    const { need, state } = options;
    return peer.announce?.height === state.height && !peer.has(need.place);
  }

  #put(peer: GossipPeer, options: { readonly need: Need; readonly nowMs: number }): boolean {
    const { need, nowMs } = options;
    if (!peer.trySend(need.place, nowMs)) return false;
    this.#outbox.put(peer.id, need.item);
    this.#counts.sent++;
    this.#flushBy(nowMs + this.#limits.flushMs);
    return true;
  }

  #doWhatIsDue(state: RoundState, turn: Turn): void {
    const { nowMs, effects } = turn;
    this.#relay(state, nowMs);
    if (this.#reviewDueMs !== undefined && this.#reviewDueMs <= nowMs) {
      // Where nobody lacks anything, nothing changes before somebody says so.
      this.#reviewDueMs = nowMs + this.#limits.announceMs;
      for (const peer of this.#peers.values()) this.#review(peer, { ...turn, state });
    }
    if (this.#announceDueMs !== undefined && this.#announceDueMs <= nowMs) {
      this.#announceDueMs = nowMs + this.#limits.announceMs;
      for (const peer of this.#peers.keys()) this.#outbox.putAnnounce(peer);
      this.#flushDueMs = nowMs;
    }
    if (this.#flushDueMs === undefined || this.#flushDueMs > nowMs) return;
    this.#flushDueMs = undefined;
    if (this.#outbox.isEmpty) return;
    const frames = this.#outbox.flush(this.#announceOf(state));
    for (const { peers, bytes } of frames) effects.push({ kind: "send", peers, bytes });
  }

  /** Items of others whose moment is over: who still lacks them depends on us. */
  #relay(state: RoundState, nowMs: number): void {
    for (const [key, { need, dueMs }] of this.#waiting) {
      if (dueMs > nowMs) return;
      this.#waiting.delete(key);
      for (const peer of this.#peers.values()) {
        if (!this.#lacks(peer, { need, state })) continue;
        if (this.#put(peer, { need, nowMs })) peer.needed(need.origin);
      }
    }
  }

  #review(peer: GossipPeer, turn: Turn & { readonly state: RoundState }): void {
    const { state, nowMs } = turn;
    const lagsBehind = peer.announce !== undefined && peer.announce.height < state.height;
    const settled = nowMs >= this.#settledMs;
    if (lagsBehind && !settled) return this.#reviewBy(this.#settledMs);
    let votes = 0;
    for (const need of needsOf(peer, { state, last: this.#last, limits: this.#limits })) {
      this.#reviewBy(nowMs + this.#limits.reviewMs);
      if (need.place.kind === "last-vote" && !settled) continue;
      if (this.#waiting.has(needKey(need)) && !peer.isEagerFor(need.origin)) continue;
      if (this.#put(peer, { need, nowMs }) && need.item.kind === "vote") votes++;
      if (votes >= this.#limits.votesPerReview) return;
    }
  }

  #announceOf(state: RoundState): Announce {
    const claims: Claim[] = [];
    for (const { announce } of this.#peers.values()) {
      if (announce === undefined) continue;
      claims.push(...unmetClaims(announce, state).slice(0, this.#limits.peerClaimsMax));
    }
    return announceOf(state, {
      limits: this.#limits,
      validatorIndex: this.#self,
      claims: distinct(claims).slice(0, this.#limits.announceClaimsMax),
      turn: this.#announcements++,
    });
  }

  #wake({ effects, nowMs }: Turn): void {
    if (this.#wakeMs !== undefined && this.#wakeMs <= nowMs) this.#wakeMs = undefined;
    const dueMs = this.#dueMs;
    if (dueMs === undefined || dueMs === this.#wakeMs) return;
    this.#wakeMs = dueMs;
    effects.push({ kind: "wake", at: createTime(BigInt(dueMs) * 1_000_000n) });
  }

  get #dueMs(): number | undefined {
    const due = [this.#announceDueMs, this.#reviewDueMs, this.#flushDueMs];
    for (const { dueMs } of this.#waiting.values()) {
      due.push(dueMs);
      break;
    }
    const known = due.filter((dueMs) => dueMs !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
  }
}

function distinct(claims: readonly Claim[]): readonly Claim[] {
  const byKey = new Map<string, Claim>();
  for (const claim of claims) byKey.set(`${voteSetKey(claim)}/${blockIdKey(claim.blockId)}`, claim);
  return [...byKey.values()];
}
