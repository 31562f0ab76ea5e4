import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { Allowance } from "#base";

describe("an allowance", () => {
  it("begins full, is spent, and grows back to its greatest amount and no further", () => {
    const allowance = new Allowance({ perSecond: 10, max: 5, nowMs: 0 });
    allowance.spend(5, 0);
    assert.equal(allowance.isLeft(0), false);
    assert.equal(allowance.waitMs(0), 100);
    assert.ok(allowance.isLeft(100));
    allowance.spend(5, 1_000_000);
    assert.equal(allowance.isLeft(1_000_000), false);
  });

  it("takes a debt that has to be earned first", () => {
    const allowance = new Allowance({ perSecond: 10, max: 5, nowMs: 0 });
    allowance.spend(25, 0);
    assert.equal(allowance.waitMs(0), 2_100);
    assert.equal(allowance.isLeft(2_000), false);
    assert.ok(allowance.isLeft(2_100));
  });

  it("lets nobody have more than the greatest amount and what was earned, whatever the clock", () => {
    const spendings = fc.array(fc.integer({ min: -500, max: 2_000 }), { maxLength: 60 });
    fc.assert(
      fc.property(spendings, (steps) => {
        const allowance = new Allowance({ perSecond: 10, max: 5, nowMs: 0 });
        let [nowMs, latestMs, spent] = [0, 0, 0];
        for (const step of steps) {
          nowMs += step;
          latestMs = Math.max(latestMs, nowMs);
          if (!allowance.isLeft(nowMs)) continue;
          allowance.spend(1, nowMs);
          spent++;
        }
        assert.ok(spent <= 6 + latestMs / 100, `${spent} within ${latestMs} ms`);
      }),
    );
  });
});
