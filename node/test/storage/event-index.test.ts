import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "mocha";
import { bytesFromHex, hexFromBytes } from "@pyralog/chain/base";
import { parseQuery, type Query } from "@pyralog/chain/query";
import {
  createHeight,
  txHash,
  type BlockResults,
  type ChainEvent,
  type Height,
  type TxResult,
} from "@pyralog/chain/types";
import { BlockStore, EventIndex, StateStore, type EventSearch } from "#storage";
import { SimWorld, type SimPorts } from "../../../testnet/src/simulator/ports/index.ts";
import { aChain, anEvent, aTxResult, someResults } from "./a-chain.ts";

interface Stores {
  readonly blocks: BlockStore;
  readonly states: StateStore;
  readonly index: EventIndex;
}

interface IndexedBlockOfTest {
  readonly txs: readonly Uint8Array[];
  readonly results: BlockResults;
}

async function openStores(ports: SimPorts): Promise<Stores> {
  const blocks = await BlockStore.open(ports.table("chain"), "b/");
  const states = await StateStore.open(ports.table("chain"), "s/");
  const { timers } = ports;
  const table = ports.table("index");
  return {
    blocks,
    states,
    index: await EventIndex.open({ table, prefix: "i/", timers, turns: timers, blocks, states }),
  };
}

function inStores<Value>(
  world: SimWorld,
  work: (stores: Stores) => Promise<Value>,
): Promise<Value> {
  const ports = world.boot("node");
  return world.finish(async () => work(await openStores(ports)));
}

/** Saves and indexes the blocks, the first at that height. */
async function saveAll(
  world: SimWorld,
  chain: { readonly first: number; readonly blocks: readonly IndexedBlockOfTest[] },
): Promise<void> {
  const saved = aChain(
    chain.first,
    chain.blocks.map(({ txs }) => txs),
  );
  await inStores(world, async ({ blocks, states, index }) => {
    for (const [place, block] of saved.entries()) {
      const { results, txs } = chain.blocks[place] ?? { results: someResults([]), txs: [] };
      const { height } = block.block.header;
      await blocks.saveBlock(block);
      const update = { state: new Uint8Array(1), validators: [], params: [] };
      await states.save({ ...update, results: { height, value: results } });
      await index.indexBlock({ height, txs, results });
    }
  });
}

function queryOf(text: string): Query {
  const parsed = parseQuery(text);
  assert.equal(parsed.kind, "ok", text);
  return parsed.value;
}

function wanted(text: string, page: Partial<EventSearch> = {}): EventSearch {
  return { query: queryOf(text), order: "ascending", skip: 0, limit: 1_000, ...page };
}

const height = (number: number): Height => createHeight(BigInt(number));
const tx = (...bytes: readonly number[]): Uint8Array => Uint8Array.from(bytes);

/** Three blocks; "ann" sends in each transaction but the last one. */
const threeBlocks = {
  first: 1,
  blocks: [
    { txs: [tx(1), tx(2)], results: someResults([sends("ann", "bob"), sends("ann", "carol")]) },
    { txs: [], results: someResults([], [anEvent("epoch", { number: "7" })]) },
    { txs: [tx(3), tx(4)], results: someResults([sends("ann", "dan"), sends("bob", "ann")]) },
  ],
};

function sends(sender: string, recipient: string): TxResult {
  return aTxResult([anEvent("transfer", { sender, recipient })]);
}

describe("the event index", () => {
  it("finds a transaction by its hash, with its place and its result", async () => {
    const world = new SimWorld({ seed: 1 });
    await saveAll(world, threeBlocks);
    await inStores(world, async ({ index }) => {
      const found = index.tx(txHash(tx(4)));
      assert.deepEqual(found, { height: 3n, index: 1, tx: tx(4), result: sends("bob", "ann") });
      assert.equal(index.tx(txHash(tx(5))), undefined);
    });
  });

  it("pages through what a search found, either way, and counts all of it", async () => {
    const world = new SimWorld({ seed: 2 });
    await saveAll(world, threeBlocks);
    await inStores(world, async ({ index }) => {
      const page = async (search: Partial<EventSearch>): Promise<readonly [number, string]> => {
        const { total, hits } = await index.searchTxs(wanted("transfer.sender = 'ann'", search));
        return [total, hits.map((hit) => hexFromBytes(hit.tx)).join()];
      };
      assert.deepEqual(await page({}), [3, "01,02,03"]);
      assert.deepEqual(await page({ skip: 1, limit: 1 }), [3, "02"]);
      assert.deepEqual(await page({ order: "descending", limit: 2 }), [3, "03,02"]);
      assert.deepEqual(await page({ order: "descending", skip: 2 }), [3, "01"]);
      assert.deepEqual(await page({ skip: 3 }), [3, ""]);
    });
  });

  it("finds blocks by their own events, not by those of their transactions", async () => {
    const world = new SimWorld({ seed: 3 });
    await saveAll(world, threeBlocks);
    await inStores(world, async ({ index }) => {
      assert.deepEqual(await index.searchBlocks(wanted("epoch.number > 6")), {
        total: 1,
        hits: [2n],
      });
      assert.deepEqual(await index.searchBlocks(wanted("transfer.sender EXISTS")), {
        total: 0,
        hits: [],
      });
    });
  });

  it("tells of a transaction that came again where it came last, once", async () => {
    const again = { txs: [tx(1)], results: someResults([sends("eve", "bob")]) };
    const world = new SimWorld({ seed: 4 });
    await saveAll(world, { first: 1, blocks: [...threeBlocks.blocks, again, again] });
    await inStores(world, async ({ index }) => {
      assert.equal(index.tx(txHash(tx(1)))?.height, 5n);
      for (const sender of ["ann", "eve"]) {
        const { hits } = await index.searchTxs(wanted(`transfer.sender = '${sender}'`));
        const places = hits.filter((hit) => hit.tx[0] === 1).map((hit) => Number(hit.height));
        assert.deepEqual(places, [5]);
      }
    });
  });

  it("notices a failure that came again, and a success after it, where successes do not repeat", async () => {
    const world = new SimWorld({ seed: 10 });
    const failed = someResults([aTxResult([anEvent("transfer", { sender: "ann" })], 5)]);
    const succeeded = someResults([sends("ann", "bob")]);
    for (const [life, results] of [failed, failed, succeeded].entries()) {
      const ports = world.boot("node");
      await world.finish(async () => {
        const { blocks, states } = await openStores(ports);
        const [block] = aChain(life + 1, [[tx(1)]]);
        assert.ok(block !== undefined);
        await blocks.saveBlock(block);
        const update = { state: tx(1), validators: [], params: [] };
        await states.save({ ...update, results: { height: height(life + 1), value: results } });
        const { timers } = ports;
        const table = ports.table("index");
        const parts = { table, prefix: "i/", timers, turns: timers, blocks, states };
        const index = await EventIndex.open({ ...parts, succeedsOnce: true });
        await index.indexBlock({ height: height(life + 1), txs: [tx(1)], results });
        const { hits, total } = await index.searchTxs(wanted("transfer.sender = 'ann'"));
        assert.deepEqual([total, hits[0]?.height], [1, BigInt(life + 1)]);
      });
    }
  });

  it("leaves keys out that mean something else in queries", async () => {
    const posing = aTxResult([anEvent("tx", { height: "99", hash: "00", fee: "1" })]);
    const world = new SimWorld({ seed: 5 });
    await saveAll(world, { first: 1, blocks: [{ txs: [tx(1)], results: someResults([posing]) }] });
    await inStores(world, async ({ index }) => {
      assert.equal((await index.searchTxs(wanted("tx.height = 99"))).total, 0);
      assert.equal((await index.searchTxs(wanted("tx.fee = '1'"))).total, 1);
    });
  });

  it("finds nothing for a hash that is none", async () => {
    const world = new SimWorld({ seed: 6 });
    await saveAll(world, threeBlocks);
    await inStores(world, async ({ index }) => {
      for (const text of ["tx.hash = 'xyz'", "tx.hash EXISTS", "tx.hash = '0'"]) {
        assert.deepEqual(await index.searchTxs(wanted(text)), { total: 0, hits: [] });
      }
    });
  });

  it("shows a height only when all of it is indexed, and repairs one that a crash cut off", async () => {
    const many = Array.from({ length: 600 }, (_, number) => tx(number % 256, number >> 8, 1));
    const results = someResults(many.map((_, number) => sends("ann", `bob${number}`)));
    const seen = new Set<number>();
    for (let seed = 0; seed < 20; seed++) {
      const world = new SimWorld({ seed });
      await saveAll(world, threeBlocks);
      const [block] = aChain(4, [many]);
      assert.ok(block !== undefined);
      await inStores(world, async ({ blocks, states }) => {
        await blocks.saveBlock(block);
        const update = { state: new Uint8Array(1), validators: [], params: [] };
        await states.save({ ...update, results: { height: height(4), value: results } });
      });
      const { index } = await inStores(world, (stores) => Promise.resolve(stores));
      void index.indexBlock({ height: height(4), txs: many, results });
      await world.run(world.nowMs + world.prng.below(10));
      world.crash("node", "power");
      await inStores(world, async (stores) => {
        const found = await stores.index.searchTxs(wanted("transfer.sender = 'ann'", { limit: 0 }));
        seen.add(found.total);
        assert.equal(stores.index.tx(txHash(many[0] ?? tx(0))) === undefined, found.total === 3);
        await stores.index.indexBlock({ height: height(4), txs: many, results });
        const after = await stores.index.searchTxs(wanted("transfer.sender = 'ann'", { limit: 0 }));
        assert.equal(after.total, 603);
      });
    }
    assert.deepEqual(seen, new Set([3, 603]));
  });

  it("tells nothing of heights that were pruned", async () => {
    const world = new SimWorld({ seed: 7 });
    await saveAll(world, threeBlocks);
    await inStores(world, async ({ blocks, states, index }) => {
      await blocks.prune(height(3));
      await states.prune(height(3));
      assert.equal((await index.searchTxs(wanted("transfer.sender = 'ann'"))).total, 1);
      assert.equal(index.tx(txHash(tx(1))), undefined);
    });
  });

  it("finds the rare one of two conditions among many, whichever stands first", async () => {
    const blocks = Array.from({ length: 700 }, (_, number) => ({
      txs: [tx(number % 256, number >> 8)],
      results: someResults([sends("ann", number === 650 ? "rare" : "bob")]),
    }));
    const world = new SimWorld({ seed: 8 });
    await saveAll(world, { first: 1, blocks });
    await inStores(world, async ({ index }) => {
      for (const text of [
        "transfer.sender = 'ann' AND transfer.recipient = 'rare'",
        "transfer.recipient = 'rare' AND transfer.sender = 'ann'",
      ]) {
        const { total, hits } = await index.searchTxs(wanted(text));
        assert.deepEqual([total, hits[0]?.height], [1, 651n]);
      }
      const both = "transfer.sender = 'ann' AND transfer.recipient = 'bob'";
      assert.equal((await index.searchTxs(wanted(both, { limit: 1 }))).total, 699);
    });
  });
});

interface VectorEvent {
  readonly type: string;
  readonly attributes: readonly (readonly [key: string, value: string, isIndexed?: "no"])[];
}

interface VectorBlock {
  readonly height: number;
  readonly txs: readonly {
    readonly bytes: string;
    readonly code: number;
    readonly events: readonly VectorEvent[];
  }[];
  readonly events: readonly VectorEvent[];
}

interface VectorAnswer {
  readonly kind: "tx" | "block";
  readonly query: string;
  readonly found: readonly (number | readonly [height: number, index: number])[];
}

function eventFrom({ type, attributes }: VectorEvent): ChainEvent {
  const list = attributes.map(([key, value, isIndexed]) => ({
    key,
    value,
    index: isIndexed !== "no",
  }));
  return { type, attributes: list };
}

function isVectorData(value: unknown): value is { readonly blocks: readonly VectorBlock[] } {
  return typeof value === "object" && value !== null && "blocks" in value;
}

function isVectorAnswer(value: unknown): value is VectorAnswer {
  return typeof value === "object" && value !== null && "found" in value && "query" in value;
}

describe("the event index beside CometBFT v0.38.25", () => {
  const path = new URL("../../../testnet/vectors/index-answers/answers.jsonl", import.meta.url);
  const [first, ...rest] = readFileSync(path, "utf8").trimEnd().split("\n");
  const data: unknown = JSON.parse(first ?? "");
  const answers = rest.map((line): unknown => JSON.parse(line));

  it(`finds what CometBFT finds, in each of ${answers.length} queries`, async () => {
    assert.ok(isVectorData(data) && answers.every(isVectorAnswer));
    const world = new SimWorld({ seed: 9 });
    const blocks = data.blocks.map(({ txs, events }) => ({
      txs: txs.map(({ bytes }) => bytesFromHex(bytes)),
      results: someResults(
        txs.map(({ code, events: own }) => aTxResult(own.map(eventFrom), code)),
        events.map(eventFrom),
      ),
    }));
    await saveAll(world, { first: data.blocks[0]?.height ?? 0, blocks });
    await inStores(world, async ({ index }) => {
      for (const { kind, query, found } of answers) {
        const search = wanted(query);
        if (kind === "block") {
          const { hits } = await index.searchBlocks(search);
          assert.deepEqual(hits.map(Number), found, `${kind} ${query}`);
          continue;
        }
        const { hits, total } = await index.searchTxs(search);
        const places = hits.map((hit) => [Number(hit.height), hit.index]);
        assert.deepEqual(places, found, `${kind} ${query}`);
        assert.equal(total, found.length);
      }
    });
  });
});
