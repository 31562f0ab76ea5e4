import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { defined } from "@pyralog/chain/base";
import { createHeight, createTime } from "@pyralog/chain/types";
import { BlockStore, StateStore } from "#storage";
import { SimWorld } from "../../../testnet/src/simulator/ports/index.ts";
import { prune } from "../../src/drivers/prune.ts";
import { aChain } from "../storage/a-chain.ts";

const blocks = aChain(
  1,
  Array.from({ length: 300 }, () => []),
);

/** The oldest block that is left at height 300 with so many to be kept. */
async function baseAfter(options: {
  readonly kept: number;
  readonly maxAgeNumBlocks: bigint;
  /** Whether the blocks are older in time than evidence may be. */
  readonly old: boolean;
}): Promise<bigint> {
  const world = new SimWorld({ seed: 1 });
  const ports = world.boot("node");
  return world.finish(async () => {
    const blockStore = await BlockStore.open(ports.table("chain"), "b/");
    const stateStore = await StateStore.open(ports.table("chain"), "s/");
    for (const block of blocks) await blockStore.saveBlock(block);
    const { header } = defined(blocks.at(-1), "there are blocks").block;
    const maxAgeDuration = 1_000_000n;
    await prune(
      { blockStore, stateStore },
      {
        height: createHeight(300n),
        time: createTime(header.time + (options.old ? 2n * maxAgeDuration : 0n)),
        evidence: { maxAgeNumBlocks: options.maxAgeNumBlocks, maxAgeDuration, maxBytes: 0n },
        kept: options.kept,
      },
    );
    return blockStore.base;
  });
}

describe("pruning", () => {
  it("keeps as many blocks as it is told, or all", async () => {
    assert.equal(await baseAfter({ kept: 150, maxAgeNumBlocks: 10n, old: true }), 151n);
    assert.equal(await baseAfter({ kept: 0, maxAgeNumBlocks: 10n, old: true }), 1n);
  });

  it("keeps every block that evidence may still be about, by number and by time", async () => {
    assert.equal(await baseAfter({ kept: 10, maxAgeNumBlocks: 120n, old: true }), 180n);
    assert.equal(await baseAfter({ kept: 10, maxAgeNumBlocks: 120n, old: false }), 1n);
  });
});
