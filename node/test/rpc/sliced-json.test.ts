import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { blockToJson, createHeight } from "@pyralog/chain/types";
import type { Timers } from "#ports";
import { blockToText, listToText } from "../../src/rpc/sliced-json.ts";
import { MemoryChain } from "./memory-chain.ts";

function countingTimers(): { readonly timers: Timers; readonly pauses: () => number } {
  let pauses = 0;
  const timers: Timers = {
    after: () => () => undefined,
    pause: () => {
      pauses++;
      return Promise.resolve();
    },
  };
  return { timers, pauses: () => pauses };
}

describe("JSON in slices", () => {
  it("is the JSON of the whole", async () => {
    const { timers } = countingTimers();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string(), { maxLength: 1000 }), async (list) => {
        const text = await listToText(list, { toJson: (item) => ({ item }), timers });
        assert.deepEqual(
          JSON.parse(text),
          list.map((item) => ({ item })),
        );
      }),
      { numRuns: 30 },
    );
  });

  it("gives the loop back between slices, and not where one is enough", async () => {
    const { timers, pauses } = countingTimers();
    await listToText([1, 2, 3], { toJson: Number, timers });
    assert.equal(pauses(), 0);
    await listToText(
      Array.from({ length: 1000 }, (_, index) => index),
      { toJson: Number, timers },
    );
    assert.equal(pauses(), 3);
  });

  it("writes a block as it is written at once, whatever its chain is called", async () => {
    const chain = new MemoryChain({ chainId: '"data":{"txs":[]}$&' });
    for (const tx of ["a=b", "c=d"]) await chain.backend.pool.submit(new TextEncoder().encode(tx));
    chain.produce();
    const block = await chain.backend.blocks.block(createHeight(1n));
    assert.ok(block !== undefined);
    const text = await blockToText(block, countingTimers().timers);
    assert.equal(text, JSON.stringify(blockToJson(block)));
  });
});
