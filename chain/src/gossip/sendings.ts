import type { GossipLimits } from "./limits.ts";
import { placeKey, type Place } from "./place.ts";

interface Sending {
  readonly place: Place;
  atMs: number;
  times: number;
}

/** What was sent to one peer and not confirmed: it goes again, each time after a longer while. */
export class Sendings {
  readonly #limits: GossipLimits;
  readonly #underWayMax: number;
  readonly #sent = new Map<string, Sending>();

  /** Beyond `underWayMax` nothing new goes out before something is confirmed or given up. */
  constructor(limits: GossipLimits, underWayMax = Number.MAX_SAFE_INTEGER) {
    this.#limits = limits;
    this.#underWayMax = underWayMax;
  }

  /** Whether it may go out now; if so, it counts as sent. */
  try(place: Place, nowMs: number): boolean {
    const key = placeKey(place);
    const before = this.#sent.get(key);
    if (before === undefined) {
      if (this.#sent.size >= this.#underWayMax && this.#underWay(nowMs) >= this.#underWayMax) {
        return false;
      }
      this.#sent.set(key, { place, atMs: nowMs, times: 1 });
      return true;
    }
    if (this.#isUnderWay(before, nowMs)) return false;
    before.atMs = nowMs;
    before.times++;
    return true;
  }

  confirm(isConfirmed: (place: Place) => boolean): void {
    for (const [key, { place }] of this.#sent) if (isConfirmed(place)) this.#sent.delete(key);
  }

  clear(): void {
    this.#sent.clear();
  }

  #underWay(nowMs: number): number {
    let count = 0;
    for (const sending of this.#sent.values()) if (this.#isUnderWay(sending, nowMs)) count++;
    return count;
  }

  #isUnderWay({ atMs, times }: Sending, nowMs: number): boolean {
    const { resendMs, resendMaxMs } = this.#limits;
    return nowMs < atMs + Math.min(resendMaxMs, resendMs * times);
  }
}
