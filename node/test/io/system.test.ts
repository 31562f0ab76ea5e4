import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { systemClock, systemEntropy, systemTimers } from "#io";

describe("the system's clock, timers and chance", () => {
  it("tell the time of the wall in nanoseconds", () => {
    const driftMs = Math.abs(Number(systemClock.now() / 1_000_000n) - Date.now());
    assert.ok(driftMs < 100, `${driftMs} ms`);
  });

  it("tell two moments apart that a millisecond does not", () => {
    const times = new Set(Array.from({ length: 50 }, () => systemClock.now()));
    assert.ok(times.size > 10);
  });

  it("call back once, unless cancelled", async () => {
    const called: string[] = [];
    await new Promise<void>((resolve) => {
      const cancel = systemTimers.after(0, () => called.push("cancelled"));
      cancel();
      systemTimers.after(1, () => {
        called.push("due");
        resolve();
      });
    });
    assert.deepEqual(called, ["due"]);
  });

  it("give the loop back for a turn", async () => {
    let turned = false;
    setImmediate(() => (turned = true));
    await systemTimers.pause();
    await systemTimers.pause();
    assert.ok(turned);
  });

  it("draw bytes that differ", () => {
    assert.equal(systemEntropy.bytes(32).length, 32);
    assert.notDeepEqual(systemEntropy.bytes(32), systemEntropy.bytes(32));
  });
});
