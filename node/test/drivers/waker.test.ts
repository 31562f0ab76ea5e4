import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { zeroTime } from "@pyralog/chain/types";
import { Waker } from "../../src/drivers/waker.ts";

function aWaker(tick: () => void = () => undefined) {
  const waiting = new Set<() => void>();
  const world = {
    clock: { now: () => 0n, monotonicMs: () => 0 },
    timers: {
      after(_: number, callback: () => void) {
        waiting.add(callback);
        return () => waiting.delete(callback);
      },
      pause: () => Promise.resolve(),
    },
  };
  return { waker: new Waker(world, tick), waiting };
}

describe("waker", () => {
  it("keeps one timer, that of the last request", () => {
    let ticks = 0;
    const { waker, waiting } = aWaker(() => ticks++);
    waker.wakeAt(zeroTime);
    waker.wakeAt(zeroTime);
    assert.equal(waiting.size, 1);
    for (const callback of waiting) callback();
    assert.equal(ticks, 1);
  });

  it("is not woken any more once it was stopped", () => {
    const { waker, waiting } = aWaker();
    waker.wakeAt(zeroTime);
    waker.stop();
    waker.wakeAt(zeroTime);
    assert.equal(waiting.size, 0);
  });
});
