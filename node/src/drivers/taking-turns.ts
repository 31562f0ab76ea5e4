import type { Timers } from "#ports";

/**
 * The same timers for work that many clients may ask for at once: of all that pause, one goes on
 * with each turn of the event loop. However many there are, a turn is held no longer by them all
 * than by one.
 */
export function takingTurns(timers: Timers): Timers {
  const waiting: (() => void)[] = [];
  const turn = async (): Promise<void> => {
    while (waiting.length > 0) {
      await timers.pause();
      waiting.shift()?.();
    }
  };
  return {
    after: (delayMs, callback) => timers.after(delayMs, callback),
    pause: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        if (waiting.length === 1) void turn();
      }),
  };
}
