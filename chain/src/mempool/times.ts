import { createTime, type Time } from "#types";

export function msFromTime(time: Time): number {
  return Number(time / 1_000_000n);
}

export function timeFromMs(ms: number): Time {
  return createTime(BigInt(ms) * 1_000_000n);
}
