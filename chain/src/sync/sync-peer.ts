import type { Height } from "#types";
import type { SyncLimits } from "./limits.ts";
import type { PeerId } from "./model.ts";

/** Requests given up that may still be answered; older ones are forgotten. */
const lateMax = 64;

/** What one peer claims, owes and is worth. Its claims decide whom to ask, and nothing else. */
export class SyncPeer {
  readonly id: PeerId;
  readonly #limits: SyncLimits;
  base = 0n;
  height = 0n;
  /** Heights asked for and not answered, with the time of asking. */
  readonly asked = new Map<bigint, number>();
  /** Heights that were asked for too long ago: an answer is late, but no lie. */
  readonly #late = new Set<bigint>();
  /** Heights that it said it does not have. */
  readonly #lacking = new Set<bigint>();
  /** Times in a row that it said so. */
  denials = 0;
  /** Unanswered requests in a row. */
  strikes = 0;
  /** Whether any block that was asked for came. */
  served = false;
  #pausedUntilMs = 0;
  /** What an answer takes, smoothed. */
  latencyMs: number;

  constructor(id: PeerId, limits: SyncLimits) {
    this.id = id;
    this.#limits = limits;
    this.latencyMs = Math.floor(limits.timeoutMinMs / limits.timeoutPerLatency);
  }

  mayBeAsked(height: bigint, nowMs: number): boolean {
    const has = this.base <= height && height <= this.height && !this.#lacking.has(height);
    const free = this.asked.size < this.#limits.peerRequestsMax && !this.asked.has(height);
    return has && free && nowMs >= this.#pausedUntilMs;
  }

  get pausedUntilMs(): number {
    return this.#pausedUntilMs;
  }

  get timeoutMs(): number {
    const { timeoutMinMs, timeoutMaxMs, timeoutPerLatency } = this.#limits;
    const patient = Math.floor(this.latencyMs * timeoutPerLatency);
    return Math.min(timeoutMaxMs, Math.max(timeoutMinMs, patient));
  }

  /** True unless the peer was never asked for this height. */
  answered(height: bigint, nowMs: number): boolean {
    const sinceMs = this.asked.get(height);
    if (sinceMs === undefined && !this.#late.delete(height)) return false;
    this.strikes = 0;
    this.#pausedUntilMs = 0;
    if (sinceMs === undefined) return true;
    this.asked.delete(height);
    this.latencyMs = Math.floor((this.latencyMs * 3 + Math.max(0, nowMs - sinceMs)) / 4);
    return true;
  }

  lacks(height: Height): void {
    this.denials++;
    this.#lacking.add(height);
    if (this.#lacking.size > lateMax) forgetOldest(this.#lacking);
  }

  /** A request was not answered in time: the peer is left alone for a while. */
  timedOut(height: bigint, nowMs: number): void {
    this.asked.delete(height);
    this.#late.add(height);
    if (this.#late.size > lateMax) forgetOldest(this.#late);
    // Requests that were under way together are one stall, not many.
    if (nowMs < this.#pausedUntilMs) return;
    this.strikes++;
    this.#pausedUntilMs = nowMs + this.#limits.pauseMs * this.strikes;
  }
}

function forgetOldest(heights: Set<bigint>): void {
  for (const oldest of heights) {
    heights.delete(oldest);
    return;
  }
}
