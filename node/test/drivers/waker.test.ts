import assert from "node:assert/strict";
import { createTime } from "@pyralog/chain/types";
import { describe, it } from "mocha";
import { Waker } from "../../src/drivers/waker.ts";

const millisecond = 1_000_000n;

/** A world whose timers come when the test says so, whatever was asked for. */
function aWorld(): {
  readonly waker: Waker;
  readonly ticks: () => number;
  readonly armed: () => number;
  readonly fireAt: (ms: number) => void;
} {
  let nowMs = 0;
  let ticks = 0;
  const armed: (() => void)[] = [];
  const waker = new Waker(
    {
      clock: { now: () => 0n, monotonicMs: () => nowMs },
      timers: {
        after: (_, callback) => {
          armed.push(callback);
          return () => void armed.splice(0);
        },
        pause: () => Promise.resolve(),
      },
    },
    () => ticks++,
  );
  return {
    waker,
    ticks: () => ticks,
    armed: () => armed.length,
    fireAt(ms) {
      nowMs = ms;
      for (const callback of armed.splice(0)) callback();
    },
  };
}

describe("Waker", () => {
  it("tells a machine that its time has come, and not before, however early the timer is", () => {
    const { waker, ticks, armed, fireAt } = aWorld();
    waker.wakeAt(createTime(10n * millisecond));
    fireAt(9.999);
    assert.deepEqual([ticks(), armed()], [0, 1], "it waits on");
    fireAt(10);
    assert.deepEqual([ticks(), armed()], [1, 0]);
  });

  it("keeps the last request alone", () => {
    const { waker, ticks, armed, fireAt } = aWorld();
    waker.wakeAt(createTime(10n * millisecond));
    waker.wakeAt(createTime(20n * millisecond));
    assert.equal(armed(), 1);
    fireAt(20);
    assert.equal(ticks(), 1);
  });

  it("wakes nobody once it is stopped", () => {
    const { waker, ticks, armed, fireAt } = aWorld();
    waker.wakeAt(createTime(10n * millisecond));
    waker.stop();
    waker.wakeAt(createTime(10n * millisecond));
    fireAt(20);
    assert.deepEqual([ticks(), armed()], [0, 0]);
  });
});
