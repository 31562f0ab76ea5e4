import type { Work } from "@pyralog/chain/base";
import type { Clock, Timers } from "#ports";
import { driverLimits } from "./limits.ts";

const { sliceMs } = driverLimits;

/** Runs long work to its end and gives the event loop back between slices (DESIGN §4). */
export async function runSliced<Value>(
  work: Work<Value>,
  world: { readonly clock: Clock; readonly timers: Timers },
): Promise<Value> {
  let started = world.clock.monotonicMs();
  for (;;) {
    const turn = work.next();
    if (turn.done === true) return turn.value;
    if (world.clock.monotonicMs() - started < sliceMs) continue;
    await world.timers.pause();
    started = world.clock.monotonicMs();
  }
}
