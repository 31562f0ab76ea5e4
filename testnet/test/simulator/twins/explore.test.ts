import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { exploreTwins, schedulesCount, type TwinsOptions, type TwinsReport } from "#simulator";

const validators = [0, 1, 2, 3];

/** A slice; `npm run soak -- twins` runs all. */
function slice(
  options: Pick<TwinsOptions, "twins" | "grain" | "length">,
  { from, schedules }: { readonly from: number; readonly schedules: number },
): TwinsReport {
  const report = exploreTwins({ ...options, from, to: from + schedules });
  assert.deepEqual(report.failures, []);
  assert.equal(report.schedules, schedules);
  return report;
}

describe("twins", function () {
  this.timeout(120_000);

  it("are sixteen sides for five machines, and thirty-two for six", () => {
    assert.equal(schedulesCount({ twins: [0], length: 4 }), 65_536);
    assert.equal(schedulesCount({ twins: [0, 1], length: 2 }), 1_024);
  });

  it("of one among four break nothing, whoever it is and whoever hears whom in each round", () => {
    for (const index of validators) {
      const report = slice(
        { twins: [index], grain: "round", length: 4 },
        { from: 26_214, schedules: 4_000 },
      );
      assert.ok(report.equivocations > 100, `${report.equivocations} with double votes`);
      assert.equal(report.forks, 0);
    }
  });

  it("of one among four break nothing, whoever hears whom in each step", () => {
    let forgotten = 0;
    for (const index of validators) {
      const report = slice(
        { twins: [index], grain: "step", length: 4 },
        { from: 1_000, schedules: 600 },
      );
      forgotten += report.amnesias;
      assert.equal(report.forks, 0);
    }
    assert.ok(forgotten > 0, "no lock was forgotten");
  });

  it("of two among four fork, and every fork names a third of the power and nobody honest", () => {
    for (const twins of [
      [0, 1],
      [0, 2],
      [2, 3],
    ]) {
      const { forks } = slice(
        { twins, grain: "round", length: 3 },
        { from: 13_000, schedules: 1_500 },
      );
      assert.ok(forks > 0, `no fork by ${twins.join(" and ")}`);
    }
  });
});
