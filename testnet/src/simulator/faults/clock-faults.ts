/** T1–T4: clocks that are wrong, jump, run too fast or slow, or stand still. */
import type { SimClock } from "../ports/index.ts";
import { between, pick, type Fault, type Stage } from "./fault.ts";

const lastsMsMax = 20_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export const clockFaults = {
  "T1-skew": onClock((clock, { prng }) => {
    clock.skewMs = between(prng, 0, 2 * hourMs) - hourMs;
  }),
  "T2-jump": onClock((clock, { prng }) => {
    clock.skewMs += prng.chance(1, 2) ? dayMs : -dayMs;
  }),
  /** Half to twice as fast, timers too. */
  "T3-drift": onClock((clock, { prng }) => clock.run({ drift: between(prng, 50, 200) / 100 })),
  "T4-stopped": onClock((clock) => clock.run({ isStopped: true })),
} satisfies Record<string, Fault>;

function onClock(spoil: (clock: SimClock, stage: Stage) => void): Fault {
  return {
    lastsMsMax,
    begin(stage) {
      const node = pick(stage.prng, stage.nodes);
      if (node === undefined) return undefined;
      const clock = stage.world.clock(node.name);
      spoil(clock, stage);
      return () => clock.correct();
    },
  };
}
