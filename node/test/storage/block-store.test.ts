import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { AssertionFailure, hexFromBytes } from "@pyralog/chain/base";
import { createHeight, encodeBlock, encodeCommit, type Height } from "@pyralog/chain/types";
import { BlockStore, StorageError } from "#storage";
import { SimWorld } from "../../../testnet/src/simulator/ports/index.ts";
import { aBlock, aChain, type SavedBlock } from "./a-chain.ts";

const height = (number: number): Height => createHeight(BigInt(number));
const prefix = "b/";

function inStore<Value>(
  world: SimWorld,
  work: (store: BlockStore) => Promise<Value>,
): Promise<Value> {
  const table = world.boot("node").table("chain");
  return world.finish(async () => work(await BlockStore.open(table, prefix)));
}

function saveAll(world: SimWorld, blocks: readonly SavedBlock[]): Promise<void> {
  return inStore(world, async (store) => {
    for (const block of blocks) await store.saveBlock(block);
  });
}

const someTxs = (count: number, bytes: number): readonly Uint8Array[] =>
  Array.from({ length: count }, (_, index) => new Uint8Array(bytes + index).fill(index));

/** One part, several parts, none but the header. */
const blocks = aChain(5, [someTxs(3, 100), someTxs(40, 5_000), [], someTxs(1, 70_000)]);

function failsWith(code: string): (error: unknown) => boolean {
  return (error) => error instanceof StorageError && error.code === code;
}

describe("the block store", () => {
  it("gives back every block, by height and by hash, after a start", async () => {
    const world = new SimWorld({ seed: 1 });
    await saveAll(world, blocks);
    await inStore(world, async (store) => {
      assert.deepEqual([store.base, store.height], [5n, 8n]);
      for (const { block, blockId } of blocks) {
        const byHeight = await store.loadBlock(block.header.height);
        assert.ok(byHeight !== undefined);
        assert.equal(hexFromBytes(encodeBlock(byHeight)), hexFromBytes(encodeBlock(block)));
        assert.deepEqual(await store.loadBlockByHash(blockId.hash), byHeight);
        assert.equal(await store.heightOf(blockId.hash), block.header.height);
      }
    });
  });

  it("gives what blocks, gossip and clients ask for: meta, parts, commits", async () => {
    const world = new SimWorld({ seed: 2 });
    await saveAll(world, blocks);
    await inStore(world, async (store) => {
      for (const { block, blockId, parts, seenCommit } of blocks) {
        const at = block.header.height;
        const meta = await store.loadMeta(at);
        assert.deepEqual(meta?.blockId, blockId);
        assert.equal(meta?.size, encodeBlock(block).length);
        assert.equal(meta?.txCount, block.txs.length);
        for (const part of parts) assert.deepEqual(await store.loadPart(at, part.index), part);
        assert.equal(await store.loadPart(at, parts.length), undefined);
        const seen = await store.loadSeenCommit(at);
        assert.ok(seen !== undefined);
        assert.deepEqual(encodeCommit(seen), encodeCommit(seenCommit));
      }
      const commit = await store.loadCommit(height(7));
      assert.ok(commit !== undefined);
      assert.deepEqual(encodeCommit(commit), encodeCommit(blocks[2]?.seenCommit ?? commit));
      assert.equal(await store.loadCommit(height(8)), undefined);
    });
  });

  it("has nothing below its base, above its height, or before its first block", async () => {
    const world = new SimWorld({ seed: 3 });
    await inStore(world, async (store) => {
      assert.deepEqual([store.base, store.height], [0n, 0n]);
      assert.equal(await store.loadBlock(height(0)), undefined);
      assert.equal(await store.loadBlock(height(1)), undefined);
    });
    await saveAll(world, blocks);
    await inStore(world, async (store) => {
      for (const outside of [0, 4, 9]) {
        assert.equal(await store.loadMeta(height(outside)), undefined);
        assert.equal(await store.loadBlock(height(outside)), undefined);
        assert.equal(await store.loadPart(height(outside), 0), undefined);
        assert.equal(await store.loadSeenCommit(height(outside)), undefined);
      }
      assert.equal(await store.loadBlockByHash(new Uint8Array(32)), undefined);
    });
  });

  it("refuses a height out of order and a block that lacks parts, as our own mistakes", async () => {
    const world = new SimWorld({ seed: 4 });
    const [first, second] = blocks;
    assert.ok(first !== undefined && second !== undefined);
    await inStore(world, async (store) => {
      await store.saveBlock(first);
      await assert.rejects(() => store.saveBlock(first), AssertionFailure);
      await assert.rejects(() => store.saveBlock(aBlock({ height: 7 })), AssertionFailure);
      const lacking = { ...second, parts: second.parts.slice(1) };
      await assert.rejects(() => store.saveBlock(lacking), AssertionFailure);
      assert.equal(store.height, 5n);
    });
  });

  it("has a block that a crash cut off whole or not at all", async () => {
    const heights = new Set<bigint>();
    for (let seed = 0; seed < 40; seed++) {
      const world = new SimWorld({ seed });
      await saveAll(world, blocks.slice(0, 2));
      const table = world.boot("node").table("chain");
      const store = await world.finish(() => BlockStore.open(table, prefix));
      void store.saveBlock(blocks[2] ?? aBlock({ height: 7 }));
      await world.run(world.nowMs + world.prng.below(6));
      world.crash("node", "power");
      await inStore(world, async (again) => {
        heights.add(again.height);
        assert.notEqual(await again.loadBlock(again.height), undefined);
      });
    }
    assert.deepEqual(heights, new Set([6n, 7n]));
  });

  it("names its bounds where they are gone and blocks are there", async () => {
    const world = new SimWorld({ seed: 6 });
    await saveAll(world, blocks);
    const table = world.table("node", "chain");
    for (const [key] of table.entries) {
      if (String.fromCodePoint(...key).endsWith("bounds")) table.apply([{ key }]);
    }
    await assert.rejects(() => readAll(world), failsWith("VALUE_MISSING"));
  });

  it("names the value that bits rotted in, whichever of them is read", async () => {
    const { entries } = await tableOf(blocks);
    for (const [key] of entries) {
      const world = new SimWorld({ seed: 5 });
      await saveAll(world, blocks);
      world.table("node", "chain").rot(key, 3);
      await assert.rejects(() => readAll(world), failsWith("VALUE_CORRUPT"), hexFromBytes(key));
    }
  });

  it("takes a good value under another key for damaged", async () => {
    const world = new SimWorld({ seed: 6 });
    await saveAll(world, blocks);
    const table = world.table("node", "chain");
    const metas = table.entries.filter(([key]) => String.fromCodePoint(...key).includes("meta"));
    const [one, other] = metas;
    assert.ok(one !== undefined && other !== undefined);
    table.apply([{ key: one[0], value: other[1] }]);
    await assert.rejects(() => readAll(world), failsWith("VALUE_CORRUPT"));
  });

  it("names a gap between its base and its height", async () => {
    for (const kind of ["meta", "part", "commit", "seen"]) {
      const world = new SimWorld({ seed: 7 });
      await saveAll(world, blocks);
      const table = world.table("node", "chain");
      const found = table.entries.filter(([key]) => String.fromCodePoint(...key).includes(kind));
      const key = found[1]?.[0];
      assert.ok(key !== undefined);
      table.apply([{ key }]);
      await assert.rejects(() => readAll(world), failsWith("VALUE_MISSING"), kind);
    }
  });

  it("prunes from below, and leaves nothing of what it pruned", async () => {
    const many = aChain(
      1,
      Array.from({ length: 150 }, (_, index) => someTxs(index % 3, 50)),
    );
    const world = new SimWorld({ seed: 8 });
    await saveAll(world, many);
    await inStore(world, async (store) => {
      assert.equal(await store.prune(height(140)), 139);
      assert.equal(await store.prune(height(140)), 0);
      assert.deepEqual([store.base, store.height], [140n, 150n]);
      assert.equal(await store.loadBlock(height(139)), undefined);
      assert.equal(await store.heightOf(many[3]?.blockId.hash ?? new Uint8Array(0)), undefined);
      await assert.rejects(() => store.prune(height(151)), AssertionFailure);
    });
    const left = world.table("node", "chain").entries.length;
    const fresh = await tableOf(many.slice(139));
    assert.equal(left, fresh.entries.length);
    await readAll(world);
  });

  it("loses no block that it keeps when a crash cuts pruning off", async () => {
    const many = aChain(
      1,
      Array.from({ length: 150 }, () => someTxs(1, 20)),
    );
    for (let seed = 0; seed < 10; seed++) {
      const world = new SimWorld({ seed });
      await saveAll(world, many);
      const table = world.boot("node").table("chain");
      const store = await world.finish(() => BlockStore.open(table, prefix));
      void store.prune(height(149));
      await world.run(world.nowMs + world.prng.below(12));
      world.crash("node", "power");
      await readAll(world);
    }
  });
});

async function tableOf(
  saved: readonly SavedBlock[],
): Promise<{ readonly entries: readonly (readonly [Uint8Array, Uint8Array])[] }> {
  const world = new SimWorld({ seed: 0 });
  await saveAll(world, saved);
  return world.table("node", "chain");
}

/** Reads everything that a node reads in its life. */
function readAll(world: SimWorld): Promise<void> {
  return inStore(world, async (store) => {
    for (let at = store.base; at <= store.height; at = createHeight(at + 1n)) {
      const meta = await store.loadMeta(at);
      assert.ok(meta !== undefined, `height ${at}`);
      await store.loadBlockByHash(meta.blockId.hash);
      const block = await store.loadBlock(at);
      assert.ok(block !== undefined);
      await store.loadSeenCommit(at);
      await store.loadCommit(at);
    }
  });
}
