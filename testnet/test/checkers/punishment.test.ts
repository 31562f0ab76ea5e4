import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { Punishment, Violation, type Misbehavior } from "#checkers";

function ofRound(round: number, voter = "liar"): Misbehavior {
  return { voter, height: 5n, round, type: "prevote" };
}

function codeOf(work: () => void): string {
  try {
    work();
    return "fine";
  } catch (error) {
    if (error instanceof Violation) return error.code;
    throw error;
  }
}

/** A network at height 5, which it is deciding. */
class Bench {
  readonly punishment = new Punishment(new Set(["liar"]));
  #height = 5n;

  see(misbehavior = ofRound(0), node = "a"): void {
    this.punishment.seen({ node, misbehavior, during: this.#height });
  }

  /** What comes of the next height. */
  decide(
    options: {
      readonly evidence?: readonly Misbehavior[];
      readonly proposer?: string;
      readonly node?: string;
    } = {},
  ): string {
    const { evidence = [], proposer = "b", node = "a" } = options;
    const height = this.#height++;
    return codeOf(() => this.punishment.decided({ node, height, proposer, evidence }));
  }
}

describe("the checker of evidence", () => {
  it("wants what was seen in one of the next two heights", () => {
    const bench = new Bench();
    bench.punishment.healed();
    bench.see();
    assert.equal(bench.decide(), "fine");
    assert.equal(bench.decide(), "fine");
    assert.equal(bench.decide({ evidence: [ofRound(0)] }), "fine");
    assert.equal(bench.decide(), "fine");
    assert.equal(bench.punishment.committed, 1);
  });

  it("finds what is not punished in time", () => {
    const bench = new Bench();
    bench.punishment.healed();
    bench.see();
    bench.see(ofRound(1));
    assert.equal(bench.decide(), "fine");
    assert.equal(bench.decide({ evidence: [ofRound(1)] }), "fine");
    assert.equal(bench.decide(), "EVIDENCE_LOST");
  });

  it("waits while faults go on, while liars propose, and until the one who saw it is there", () => {
    const faulty = new Bench();
    faulty.see();
    for (let height = 0; height < 5; height++) assert.equal(faulty.decide(), "fine");
    faulty.punishment.healed();
    assert.equal(faulty.decide(), "fine");
    assert.equal(faulty.decide(), "EVIDENCE_LOST");
    const byLiars = new Bench();
    byLiars.punishment.healed();
    byLiars.see();
    for (let height = 0; height < 5; height++) {
      assert.equal(byLiars.decide({ proposer: "liar" }), "fine");
    }
    const late = new Bench();
    late.punishment.healed();
    late.see();
    for (let height = 0; height < 5; height++) assert.equal(late.decide({ node: "c" }), "fine");
  });

  it("wants nothing of what a crash took with it, and all that was durable", () => {
    const bench = new Bench();
    bench.punishment.healed();
    bench.see();
    bench.punishment.restarted("a");
    for (let height = 0; height < 5; height++) assert.equal(bench.decide(), "fine");
    bench.see(ofRound(1));
    bench.see(ofRound(2), "b");
    bench.decide();
    bench.punishment.restarted("a");
    bench.punishment.restarted("b");
    assert.equal(bench.decide(), "fine");
    assert.equal(bench.decide(), "EVIDENCE_LOST");
  });

  it("finds what is punished twice", () => {
    const bench = new Bench();
    assert.equal(bench.decide({ evidence: [ofRound(0)] }), "fine");
    assert.equal(bench.decide({ evidence: [ofRound(0)] }), "EVIDENCE_TWICE");
    assert.equal(new Bench().decide({ evidence: [ofRound(0), ofRound(0)] }), "EVIDENCE_TWICE");
  });

  it("finds accusations of the honest, seen or committed", () => {
    assert.equal(
      codeOf(() => new Bench().see(ofRound(0, "honest"))),
      "HONEST_ACCUSED",
    );
    assert.equal(new Bench().decide({ evidence: [ofRound(0, "honest")] }), "HONEST_ACCUSED");
  });

  it("asks for no more of one validator than a pool holds", () => {
    const bench = new Bench();
    bench.punishment.healed();
    for (let round = 0; round < 33; round++) bench.see(ofRound(round));
    bench.decide();
    const evidence = Array.from({ length: 32 }, (_, round) => ofRound(round));
    assert.equal(bench.decide({ evidence }), "fine");
    assert.equal(bench.decide(), "fine");
  });
});
