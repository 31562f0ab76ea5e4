import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { exploreTwins, schedulesCount, type TwinsOptions, type TwinsReport } from "#simulator";

const validators = [0, 1, 2, 3];

/** A slice; `npm run soak -- twins` runs all. */
function slice(
  options: Pick<TwinsOptions, "twins" | "grain" | "length" | "hearing">,
  { from, schedules }: { readonly from: number; readonly schedules: number },
): TwinsReport {
  const report = exploreTwins({ ...options, from, to: from + schedules });
  assert.deepEqual(report.failures, []);
  assert.equal(report.schedules, schedules);
  return report;
}

describe("twins", function () {
  this.timeout(240_000);

  it("are sixteen sides for five machines, and thirty-two for six", () => {
    assert.equal(schedulesCount({ twins: [0], length: 4 }), 65_536);
    assert.equal(schedulesCount({ twins: [0, 1], length: 2 }), 1_024);
  });

  it("of one among four break nothing, whoever it is and whoever hears whom in each round", () => {
    for (const index of validators) {
      const all = { twins: [index], grain: "round", length: 4 } as const;
      const gossip = slice({ ...all, hearing: "gossip" }, { from: 26_214, schedules: 2_000 });
      const loss = slice({ ...all, hearing: "loss" }, { from: 26_214, schedules: 300 });
      const doubles = gossip.equivocations + loss.equivocations;
      assert.ok(doubles > 100, `${doubles} with double votes`);
      assert.equal(gossip.forks + loss.forks, 0);
    }
  });

  it("of one among four break nothing, whoever hears whom in each step", () => {
    let forgotten = 0;
    for (const index of validators) {
      for (const hearing of ["gossip", "loss"] as const) {
        const all = { twins: [index], grain: "step", length: 4, hearing } as const;
        const report = slice(all, { from: 1_000, schedules: 400 });
        forgotten += report.amnesias;
        assert.equal(report.forks, 0);
      }
    }
    assert.ok(forgotten > 0, "no lock was forgotten");
  });

  it("of two among four fork, and every fork names a third of the power and nobody honest", () => {
    let forks = 0;
    for (const twins of [
      [0, 1],
      [0, 2],
      [2, 3],
    ]) {
      const all = { twins, grain: "round", length: 3, hearing: "gossip" } as const;
      forks += slice(all, { from: 13_000, schedules: 1_000 }).forks;
    }
    assert.ok(forks > 5, `${forks} forks`);
  });
});
