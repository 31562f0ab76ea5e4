/** The machine's own clock, timers and chance behind the ports. */
import { randomBytes } from "node:crypto";
import { performance } from "node:perf_hooks";
import type { Clock, Entropy, Timers } from "#ports";

const nanosecondsPerMs = 1_000_000n;
/** A wall clock that moved by more than this was set anew: the anchor follows it. */
const anchorDriftMs = 50;
const delayMsMax = 0x7fff_ffff;

/** The wall clock with the resolution of the monotonic one. */
export const systemClock: Clock = createSystemClock();

export const systemTimers: Timers = {
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, Math.min(Math.max(0, delayMs), delayMsMax));
    return () => clearTimeout(timer);
  },
  pause: () =>
    new Promise((resolve) => {
      setImmediate(resolve);
    }),
};

export const systemEntropy: Entropy = { bytes: (length) => new Uint8Array(randomBytes(length)) };

function createSystemClock(): Clock {
  let anchor = anchorNow();
  return {
    now: () => {
      const elapsed = process.hrtime.bigint() - anchor.monotonic;
      const believed = anchor.wall + elapsed;
      const driftMs = Math.abs(Number(believed / nanosecondsPerMs) - Date.now());
      if (driftMs <= anchorDriftMs) return believed;
      anchor = anchorNow();
      return anchor.wall;
    },
    monotonicMs: () => performance.now(),
  };
}

function anchorNow(): { readonly wall: bigint; readonly monotonic: bigint } {
  return {
    wall: BigInt(Date.now()) * nanosecondsPerMs,
    monotonic: process.hrtime.bigint(),
  };
}
