import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { bytesFromText } from "@pyralog/chain/base";
import {
  blockFromJson,
  blockIdOf,
  commitFromJson,
  consensusParamsFromJson,
  createHeight,
  encodeBlock,
  headerFromJson,
  JsonNode,
  txResultFromJson,
  type Block,
} from "@pyralog/chain/types";
import { describe, it } from "mocha";
import type { BlockMeta, IndexedTx, RpcBackend } from "#rpc";
import { Door, isRecord, settled, TestClient } from "./door.ts";
import { MemoryChain } from "./memory-chain.ts";

const folder = new URL("../../../testnet/vectors/cometbft-rpc/", import.meta.url);

function recorded(name: string, side: "incoming" | "outgoing" = "incoming"): JsonNode {
  const json: unknown = JSON.parse(readFileSync(new URL(`${side}/${name}.json`, folder), "utf8"));
  return new JsonNode(json);
}

function blocksOf(name: string): readonly Block[] {
  const { value } = recorded(name).get("result").get("blocks");
  assert.ok(Array.isArray(value));
  return value.map((one: unknown) => blockFromJson(new JsonNode(one).get("block").value));
}

function metaOf(block: Block): BlockMeta {
  const { blockId } = blockIdOf(block);
  const sizeBytes = encodeBlock(block).length;
  return { blockId, header: block.header, sizeBytes, txCount: block.txs.length };
}

function metasOf(name: string): readonly BlockMeta[] {
  return recorded(name)
    .get("result")
    .get("block_metas")
    .list()
    .map((node) => {
      const id = node.get("block_id");
      const parts = id.get("parts");
      return {
        blockId: {
          kind: "block",
          hash: id.get("hash").hex(),
          parts: { total: parts.get("total").int32(), hash: parts.get("hash").hex() },
        },
        sizeBytes: Number(node.get("block_size").int64()),
        header: headerFromJson(node.get("header").value),
        txCount: Number(node.get("num_txs").int64()),
      };
    });
}

function indexedOf(name: string): readonly IndexedTx[] {
  return recorded(name)
    .get("result")
    .get("txs")
    .list()
    .map((node) => ({
      height: createHeight(node.get("height").int64()),
      index: node.get("index").int32(),
      tx: node.get("tx").base64(),
      result: txResultFromJson(node.get("tx_result").value),
    }));
}

/** The memory chain, with whatever a recording is about put in its place. */
function backendWith(changed: {
  readonly blocks?: readonly Block[];
  readonly metas?: readonly BlockMeta[];
  readonly height?: bigint;
  readonly txs?: readonly IndexedTx[];
  readonly total?: number;
}): RpcBackend {
  const { backend } = new MemoryChain();
  const { blocks = [], metas = blocks.map(metaOf), txs = [] } = changed;
  const height = createHeight(changed.height ?? 254n);
  const total = changed.total ?? txs.length;
  return {
    ...backend,
    blocks: {
      ...backend.blocks,
      base: () => createHeight(1n),
      height: () => height,
      block: (at) => blocks.find(({ header }) => header.height === at),
      meta: (at) => metas.find(({ header }) => header.height === at),
      heightOf: () => metas[0]?.header.height,
      commit: () => undefined,
    },
    index: {
      tx: () => txs[0],
      searchTxs: () => ({ total, hits: txs }),
      searchBlocks: () => ({
        total: blocks.length,
        hits: blocks.map(({ header }) => header.height),
      }),
    },
  };
}

/** Asks what was asked, and expects what was answered. */
async function agrees(name: string, backend: RpcBackend): Promise<void> {
  const request = recorded(name, "outgoing").value;
  assert.deepEqual(await new Door(backend).post(request), recorded(name).value);
}

describe("answers recorded from CometBFT", () => {
  for (const name of ["block_at_height_1", "block_at_height_10", "block_by_hash"]) {
    it(`are ours: ${name}`, async () => {
      const block = blockFromJson(recorded(name).get("result").get("block").value);
      await agrees(name, backendWith({ blocks: [block] }));
    });
  }

  it("are ours: a height of zero", async () => {
    await agrees("block_at_height_0", backendWith({}));
  });

  it("are ours: block_search, with 45 blocks in it", async () => {
    const blocks = blocksOf("block_search");
    assert.equal(blocks.length, 45);
    await agrees("block_search", backendWith({ blocks }));
  });

  it("are ours: a block that holds evidence, but for members that v0.38 names otherwise", async () => {
    const [block] = blocksOf("block_search_evidence");
    assert.ok(block !== undefined);
    const backend = backendWith({ blocks: [block] });
    const result = await new Door(backend).result("block_search", { query: "block.height > 1" });
    const renamed = JSON.stringify(result)
      .replace("TotalVotingPower", "total_voting_power")
      .replace("ValidatorPower", "validator_power")
      .replace("Timestamp", "timestamp");
    const recordedBlocks = recorded("block_search_evidence").get("result").get("blocks");
    assert.deepEqual(
      new JsonNode(JSON.parse(renamed)).get("blocks").list()[0]?.get("block").value,
      recordedBlocks.list()[0]?.get("block").value,
    );
  });

  it("are ours: blockchain", async () => {
    const metas = metasOf("blockchain_from_1_to_10");
    const last = recorded("blockchain_from_1_to_10").get("result").get("last_height").int64();
    await agrees("blockchain_from_1_to_10", backendWith({ metas, height: last }));
  });

  it("are ours: commit", async () => {
    const result = recorded("commit_at_height_10").get("result").get("signed_header");
    const header = headerFromJson(result.get("header").value);
    const commit = commitFromJson(result.get("commit").value);
    const { blockId } = commit;
    assert.ok(blockId.kind === "block");
    const backend = backendWith({ metas: [{ blockId, header, sizeBytes: 0, txCount: 0 }] });
    const blocks = { ...backend.blocks, commit: () => commit };
    await agrees("commit_at_height_10", { ...backend, blocks });
  });

  it("are ours: block_results", async () => {
    const empty = { events: [], txResults: [], validatorUpdates: [], appHash: new Uint8Array(0) };
    const backend = backendWith({});
    const states = { ...backend.states, results: () => empty };
    await agrees("block_results_at_height_10", { ...backend, states });
  });

  it("are ours: consensus_params", async () => {
    const json = recorded("consensus_params").get("result").get("consensus_params").value;
    const backend = backendWith({});
    const states = { ...backend.states, consensusParams: () => consensusParamsFromJson(json) };
    await agrees("consensus_params", { ...backend, states });
  });

  it("are ours: genesis", async () => {
    const genesis = JSON.stringify(recorded("genesis").get("result").get("genesis").value);
    const backend = backendWith({});
    await agrees("genesis", { ...backend, node: { ...backend.node, genesis: () => genesis } });
  });

  it("are ours: net_info", async () => {
    await agrees("net_info", backendWith({}));
  });

  for (const [name, key, value] of [
    ["abci_query_with_existing_key", "tx0", "value"],
    ["abci_query_with_non_existent_key", "non_existent_key", ""],
  ] as const) {
    it(`are ours: ${name}`, async () => {
      const response = recorded(name).get("result").get("response");
      const backend = backendWith({});
      const application: RpcBackend["application"] = {
        ...backend.application,
        query: ({ data }) => ({
          code: 0,
          log: response.get("log").text(),
          info: "",
          index: 0n,
          key: data,
          value: bytesFromText(value),
          proofOps: [],
          height: createHeight(response.get("height").int64()),
          codespace: "",
        }),
      };
      assert.deepEqual(response.get("key").base64(), bytesFromText(key));
      await agrees(name, { ...backend, application });
    });
  }

  it("are ours: abci_info", async () => {
    const response = recorded("abci_info").get("result").get("response");
    const backend = backendWith({});
    const application: RpcBackend["application"] = {
      ...backend.application,
      info: () => ({
        data: response.get("data").text(),
        version: response.get("version").text(),
        appVersion: response.get("app_version").uint64(),
        lastBlockHeight: createHeight(response.get("last_block_height").int64()),
        lastBlockAppHash: response.get("last_block_app_hash").base64(),
      }),
    };
    await agrees("abci_info", { ...backend, application });
  });

  for (const name of ["tx_search_no_prove", "tx_search_with_prove"]) {
    it(`are ours: ${name}`, async () => {
      const txs = indexedOf(name);
      // Each of these blocks held one transaction.
      const [template] = blocksOf("block_search");
      assert.ok(template !== undefined);
      const blocks = txs.map(({ height, tx }) => ({
        ...template,
        header: { ...template.header, height },
        txs: [tx],
      }));
      const total = Number(recorded(name).get("result").get("total_count").int64());
      await agrees(name, backendWith({ txs, blocks, total }));
    });
  }

  it("are ours: six transactions that are only handed in", async () => {
    for (const number of [0, 1, 2, 3, 4, 5]) {
      await agrees(`subscribe_txs_broadcast_tx_${number}`, new MemoryChain().backend);
    }
  });

  it("are ours: broadcast_tx_commit", async () => {
    const chain = new MemoryChain();
    const door = new Door(chain.backend);
    const { value: request } = recorded("broadcast_tx_commit", "outgoing");
    const answered = door.post(request);
    await Promise.resolve();
    chain.produce();
    const wanted = recorded("broadcast_tx_commit").get("result").value;
    const answer = new JsonNode(await answered).get("result").value;
    assert.ok(isRecord(wanted) && isRecord(answer));
    assert.deepEqual({ ...answer, height: "227" }, wanted);
  });

  it("are ours, but for data that somebody wrote into the recording", async () => {
    for (const name of ["broadcast_tx_async", "broadcast_tx_sync"]) {
      const request = recorded(name, "outgoing").value;
      const answer = new JsonNode(await new Door(new MemoryChain().backend).post(request));
      const wanted = recorded(name).get("result").value;
      const result = answer.get("result").value;
      assert.ok(isRecord(wanted) && isRecord(result));
      assert.deepEqual({ ...result, data: wanted["data"] }, wanted);
    }
  });

  it("are ours: status, but for who and when we are", async () => {
    const result = await new Door(backendWith({})).result("status");
    assert.deepEqual(shapeOf(result), shapeOf(recorded("status").get("result").value));
  });

  it("are ours: consensus_state, but for who and when we are", async () => {
    const result = await new Door(new MemoryChain().backend).result("consensus_state");
    assert.deepEqual(shapeOf(result), shapeOf(recorded("consensus_state").get("result").value));
  });

  it("are ours: a subscription that is no query", async () => {
    const request = recorded("subscribe_malformed", "outgoing").value;
    const answer = await new Door(new MemoryChain().backend).post(request, new TestClient());
    assert.deepEqual(
      new JsonNode(answer).get("error").value,
      recorded("subscribe_malformed").get("error").value,
    );
  });

  it("are ours: events of new blocks", async () => {
    for (const number of [0, 1, 2, 3, 4]) {
      const wanted = recorded(`subscribe_newblock_${number}`).get("result");
      const value = wanted.get("data").get("value");
      const block = blockFromJson(value.get("block").value);
      const results = {
        events: [],
        txResults: [],
        validatorUpdates: [],
        appHash: new Uint8Array(0),
      };
      const [event] = await eventsOf("tm.event = 'NewBlock'", (chain) => {
        const { blockId } = blockIdOf(block);
        chain.emit({ kind: "block-committed", block, blockId, results, validatorUpdates: [] });
      });
      const got = new JsonNode(event).get("result");
      assert.deepEqual(got.get("events").value, wanted.get("events").value);
      assert.deepEqual(got.get("query").value, wanted.get("query").value);
      const block38 = got.get("data").get("value").get("block").value;
      assert.deepEqual(block38, value.get("block").value);
    }
  });

  it("are ours: events of transactions", async () => {
    for (const number of [0, 1, 2, 3, 4]) {
      const wanted = recorded(`subscribe_txs_${number}`).get("result");
      const inner = wanted.get("data").get("value").get("TxResult");
      const tx = inner.get("tx").base64();
      const [template] = blocksOf("block_search");
      assert.ok(template !== undefined);
      const height = createHeight(inner.get("height").int64());
      const block = { ...template, header: { ...template.header, height }, txs: [tx] };
      const result = txResultFromJson(inner.get("result").value);
      const results = {
        events: [],
        txResults: [result],
        validatorUpdates: [],
        appHash: new Uint8Array(0),
      };
      const [event] = await eventsOf("tm.event = 'Tx'", (chain) => {
        const { blockId } = blockIdOf(block);
        chain.emit({ kind: "block-committed", block, blockId, results, validatorUpdates: [] });
      });
      assert.deepEqual(new JsonNode(event).get("result").value, wanted.value);
    }
  });

  it("leave none out", () => {
    const names = readdirSync(new URL("incoming/", folder)).map((name) => name.slice(0, -5));
    assert.equal(names.length, 41);
  });
});

async function eventsOf(
  query: string,
  happen: (chain: MemoryChain) => void,
): Promise<readonly unknown[]> {
  const chain = new MemoryChain();
  const door = new Door(chain.backend);
  const client = new TestClient();
  await door.post({ jsonrpc: "2.0", id: 1, method: "subscribe", params: { query } }, client);
  client.take();
  happen(chain);
  await settled();
  return client.take();
}

/** Members and types, without values. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (!isRecord(value)) return typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, member]) => [name, shapeOf(member)]),
  );
}
