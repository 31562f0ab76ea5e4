/**
 * The time that gossip, sync and the pool are told: it only measures how long things take, so it
 * must not jump when somebody sets the clock.
 */
import { createTime, type Time } from "@pyralog/chain/types";
import type { Clock } from "#ports";

const nanosecondsPerMs = 1_000_000;

export function monotonicTime(clock: Clock): Time {
  return createTime(BigInt(Math.round(clock.monotonicMs() * nanosecondsPerMs)));
}

/** Whole milliseconds until then, at least one more than none. */
export function msUntil(time: Time, clock: Clock): number {
  return Math.max(0, Number(time) / nanosecondsPerMs - clock.monotonicMs()) + 1;
}
