/** BFT time: what a vote says about the clock. */
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Time } from "#types";
import { aBlock } from "../a-block.ts";
import { Bench } from "../bench.ts";
import { genesisTime, later } from "../some-validators.ts";

const block = { A: later(genesisTime, 100), B: later(genesisTime, 200) };

function benchWithLateBlocks(options: { readonly clock: number }): Bench {
  const bench = new Bench();
  for (const [name, time] of Object.entries(block)) bench.blocks.set(name, aBlock(name, { time }));
  bench.now = later(genesisTime, options.clock);
  return bench;
}

function voteTime(bench: Bench): Time | undefined {
  const request = bench.of("sign").at(-1)?.request;
  return request?.kind === "vote" ? request.vote.time : undefined;
}

describe("Tendermint: a vote's time", () => {
  it("is the clock's when the clock is past the block's time", () => {
    const bench = benchWithLateBlocks({ clock: 101 }).start().propose("A");
    assert.equal(voteTime(bench), later(genesisTime, 101));
  });

  it("is a millisecond after the proposed block when the clock is behind", () => {
    for (const clock of [0, 100, 100.001]) {
      const bench = benchWithLateBlocks({ clock }).start().propose("A");
      assert.equal(voteTime(bench), later(block.A, 0.001));
    }
  });

  it("is a millisecond after the locked block, whatever is proposed", () => {
    const bench = benchWithLateBlocks({ clock: 0 }).start().propose("A");
    bench.vote("prevote", { by: [0, 1], for: "A" });
    assert.equal(voteTime(bench), later(block.A, 0.001));
    bench
      .vote("precommit", { by: [0, 1] })
      .timeout("precommit")
      .propose("B", { round: 1 });
    assert.equal(bench.asked[0], "prevote 1 nil, locked A in 0");
    assert.equal(voteTime(bench), later(block.A, 0.001));
  });

  it("does not follow a block that was not found valid", () => {
    const bench = benchWithLateBlocks({ clock: 0 });
    bench.verdicts.set("A", false);
    bench.start().propose("A");
    assert.equal(voteTime(bench), genesisTime);
  });
});
