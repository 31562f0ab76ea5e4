import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { ChainError, ok } from "@pyralog/chain/base";
import { createHeight, JsonNode } from "@pyralog/chain/types";
import type { NodeInfo, PeerConnection, RpcBackend } from "#rpc";
import { Door, isRecord } from "./door.ts";
import { MemoryChain } from "./memory-chain.ts";

/** A chain with a transaction in each of its blocks. */
async function aChain(blocks: number): Promise<MemoryChain> {
  const chain = new MemoryChain();
  for (let block = 1; block <= blocks; block++) {
    await chain.backend.pool.submit(new TextEncoder().encode(`key${block}=value`));
    chain.produce();
  }
  return chain;
}

describe("heights", () => {
  it("outside the chain are refused in CometBFT's words", async () => {
    const chain = await aChain(3);
    const { backend } = chain;
    const pruned = { ...backend.blocks, base: () => createHeight(2n) };
    const door = new Door({ ...backend, blocks: pruned });
    for (const method of ["block", "header", "commit", "block_results"]) {
      const refusals = [
        ["0", "height must be greater than 0, but got 0"],
        ["-1", "height must be greater than 0, but got -1"],
        ["1", "height 1 is not available, lowest height is 2"],
        ["4", "height 4 must be less than or equal to the current blockchain height 3"],
      ];
      for (const [height, words] of refusals) {
        assert.deepEqual(await door.refusal(method, { height }), [-32_603, words], method);
      }
    }
  });

  it("of validators and parameters reach one further, unless the node is behind", async () => {
    const chain = await aChain(3);
    const door = new Door(chain.backend);
    for (const method of ["validators", "consensus_params"]) {
      const next = new JsonNode(await door.result(method));
      assert.equal(next.get("block_height").text(), "4");
      chain.syncing = true;
      const last = new JsonNode(await door.result(method));
      assert.equal(last.get("block_height").text(), "3");
      chain.syncing = false;
    }
  });

  it("of a range are bounded to twenty, newest first, and refused where upside down", async () => {
    const door = new Door((await aChain(25)).backend);
    const metas = new JsonNode(await door.result("blockchain")).get("block_metas").list();
    const heights = metas.map((meta) => meta.get("header").get("height").text());
    assert.deepEqual([heights.length, heights[0], heights[19]], [20, "25", "6"]);
    assert.deepEqual(await door.refusal("blockchain", { minHeight: "9", maxHeight: "5" }), [
      -32_603,
      "min height 9 can't be greater than max height 5",
    ]);
    assert.deepEqual(await door.refusal("blockchain", { minHeight: "-1" }), [
      -32_603,
      "heights must be non-negative",
    ]);
  });

  it("that are missing all the same are null or refused", async () => {
    const { backend } = await aChain(1);
    const nothing = {
      results: () => undefined,
      validators: () => undefined,
      consensusParams: () => undefined,
    };
    const door = new Door({
      ...backend,
      states: nothing,
      blocks: { ...backend.blocks, block: () => undefined, meta: () => undefined },
    });
    assert.equal(await door.result("commit"), null);
    assert.deepEqual(await door.result("header"), { header: null });
    const nil = { hash: "", parts: { total: 0, hash: "" } };
    assert.deepEqual(await door.result("block"), { block_id: nil, block: null });
    const refusals = [
      ["block_results", "could not find results for height #1"],
      ["validators", "could not find validator set for height #2"],
      ["consensus_params", "could not find consensus params for height #2"],
    ] as const;
    for (const [method, words] of refusals) {
      assert.deepEqual(await door.refusal(method), [-32_603, words]);
    }
  });
});

describe("searches", () => {
  it("give exact totals, pages in order, and refuse a page beyond the last", async () => {
    const door = new Door((await aChain(7)).backend);
    const search = { query: "tx.height > 2", per_page: "2" };
    const pages: string[][] = [];
    for (const page of ["1", "2", "3"]) {
      const result = new JsonNode(await door.result("tx_search", { ...search, page }));
      assert.equal(result.get("total_count").text(), "5");
      pages.push(
        result
          .get("txs")
          .list()
          .map((tx) => tx.get("height").text()),
      );
    }
    assert.deepEqual(pages, [["3", "4"], ["5", "6"], ["7"]]);
    for (const page of ["0", "4", "9223372036854775807", "-1"]) {
      const words = `page should be within [1, 3] range, given ${page}`;
      assert.deepEqual(await door.refusal("tx_search", { ...search, page }), [-32_603, words]);
    }
    const desc = await door.result("tx_search", { ...search, order_by: "desc" });
    assert.equal(new JsonNode(desc).get("txs").list()[0]?.get("height").text(), "7");
  });

  it("of blocks begin with the newest unless asked otherwise", async () => {
    const door = new Door((await aChain(3)).backend);
    const heights = async (params: object): Promise<readonly string[]> => {
      const result = await door.result("block_search", { query: "block.height >= 1", ...params });
      const blocks = new JsonNode(result).get("blocks").list();
      return blocks.map((block) => block.get("block").get("header").get("height").text());
    };
    assert.deepEqual(await heights({}), ["3", "2", "1"]);
    assert.deepEqual(await heights({ order_by: "asc", per_page: "2" }), ["1", "2"]);
  });

  it("take at most a hundred hits a page, and thirty by default", async () => {
    const { backend } = await aChain(1);
    const limits: number[] = [];
    const searchTxs: RpcBackend["index"]["searchTxs"] = ({ limit }) => {
      limits.push(limit);
      return { total: 0, hits: [] };
    };
    const door = new Door({ ...backend, index: { ...backend.index, searchTxs } });
    for (const per_page of [undefined, "0", "-5", "7", "1000"]) {
      await door.result("tx_search", { query: "tx.height > 0", per_page });
    }
    assert.deepEqual(limits, [30, 30, 30, 7, 100]);
  });

  it("by hash look at nothing else, as CometBFT's do", async () => {
    const chain = await aChain(2);
    const door = new Door(chain.backend);
    const all = new JsonNode(await door.result("tx_search", { query: "tx.height = 1" }));
    const hash = all.get("txs").list()[0]?.get("hash").text() ?? "";
    const find = async (query: string): Promise<string> =>
      new JsonNode(await door.result("tx_search", { query })).get("total_count").text();
    assert.equal(await find(`tx.hash='${hash}'`), "1");
    assert.equal(await find(`tx.hash='${hash}' AND tx.height=9`), "1");
    assert.equal(await find(`tx.hash='${"00".repeat(32)}'`), "0");
    assert.deepEqual(await door.refusal("tx_search", { query: "tx.hash='xyz'" }), [
      -32_603,
      "error during searching for a hash in the query: encoding/hex: invalid byte: U+0078 'x'",
    ]);
    assert.deepEqual(await door.refusal("tx_search", { query: "tx.hash=''" }), [
      -32_603,
      "error while retrieving the result: transaction hash cannot be empty",
    ]);
  });

  it("are refused without a query, with a long one, and in an unknown order", async () => {
    const door = new Door((await aChain(1)).backend);
    for (const method of ["tx_search", "block_search"]) {
      assert.deepEqual(await door.refusal(method), [-32_603, "offset 0: EOF"]);
      assert.deepEqual(await door.refusal(method, { query: "a".repeat(513) }), [
        -32_603,
        "maximum query length exceeded",
      ]);
      assert.deepEqual(await door.refusal(method, { query: "a=1", order_by: "up" }), [
        -32_603,
        "expected order_by to be either `asc` or `desc` or empty",
      ]);
    }
  });

  it("prove transactions by the root in the header", async () => {
    const door = new Door((await aChain(2)).backend);
    const found = await door.result("tx_search", { query: "tx.height = 2", prove: true });
    const [tx] = new JsonNode(found).get("txs").list();
    const header = new JsonNode(await door.result("header", { height: "2" })).get("header");
    assert.equal(tx?.get("proof").get("root_hash").text(), header.get("data_hash").text());
    const hash = tx?.get("hash").hex() ?? new Uint8Array(0);
    const one = await door.result("tx", { hash: btoa(String.fromCodePoint(...hash)), prove: true });
    assert.deepEqual(new JsonNode(one).value, tx?.value);
  });
});

describe("the node", () => {
  it("shows its peers with CometBFT's members", async () => {
    const { backend } = await aChain(1);
    const info: NodeInfo = { ...backend.node.info(), moniker: "peer" };
    const peer: PeerConnection = {
      info,
      outbound: true,
      remoteIp: "10.0.0.1",
      connectedMs: 2000,
      sentBytes: 5000,
      receivedBytes: 0,
    };
    const door = new Door({ ...backend, node: { ...backend.node, peers: () => [peer] } });
    const result = new JsonNode(await door.result("net_info"));
    assert.equal(result.get("n_peers").text(), "1");
    const [shown] = result.get("peers").list();
    assert.equal(shown?.get("remote_ip").text(), "10.0.0.1");
    const monitor = shown?.get("connection_status").get("SendMonitor");
    assert.equal(monitor?.get("Bytes").text(), "5000");
    assert.equal(monitor?.get("AvgRate").text(), "2500");
  });

  it("shows what it believes of its peers' rounds", async () => {
    const { backend } = await aChain(2);
    const peer = {
      address: "peer@10.0.0.1:26656",
      height: createHeight(3n),
      round: backend.node.round().round,
      step: "prevote",
      startTime: backend.node.round().startTime,
      prevotes: [true, false],
      precommits: [false, false],
      parts: [],
    } as const;
    const door = new Door({ ...backend, node: { ...backend.node, peerRounds: () => [peer] } });
    const dump = new JsonNode(await door.result("dump_consensus_state"));
    assert.equal(dump.get("round_state").get("height").text(), "3");
    const [shown] = dump.get("peers").list();
    assert.equal(shown?.get("peer_state").get("round_state").get("prevotes").text(), "x_");
  });

  it("answers a status before its first block", async () => {
    const result = new JsonNode(await new Door(new MemoryChain().backend).result("status"));
    const sync = result.get("sync_info");
    assert.equal(sync.get("latest_block_height").text(), "0");
    assert.equal(sync.get("latest_block_hash").text(), "");
    assert.equal(sync.get("earliest_block_time").text(), "1970-01-01T00:00:00Z");
  });

  it("gives its genesis whole, and in one piece of base64", async () => {
    const door = new Door((await aChain(1)).backend);
    const whole = new JsonNode(await door.result("genesis")).get("genesis").value;
    const chunk = new JsonNode(await door.result("genesis_chunked", { chunk: "0" }));
    assert.deepEqual(JSON.parse(atob(chunk.get("data").text())), whole);
    assert.deepEqual(await door.refusal("genesis_chunked", { chunk: "1" }), [
      -32_603,
      "there are 0 chunks, 1 is invalid",
    ]);
  });

  it("refuses a genesis too large for one answer, and gives it in pieces", async () => {
    const { backend } = await aChain(1);
    const large = JSON.stringify({ app_state: "x".repeat(16 * 1024 * 1024) });
    const door = new Door({ ...backend, node: { ...backend.node, genesis: () => large } });
    assert.deepEqual(await door.refusal("genesis"), [
      -32_603,
      "genesis response is large, please use the genesis_chunked API instead",
    ]);
    const chunk = new JsonNode(await door.result("genesis_chunked", { chunk: "1" }));
    assert.equal(chunk.get("total").text(), "2");
  }).timeout(20_000);

  it("hands evidence on, and answers with its hash or the pool's refusal", async () => {
    const { backend } = await aChain(1);
    const evidence = await recordedEvidence();
    const taking = { ...backend.node, addEvidence: () => ok(undefined) };
    const taken = await new Door({ ...backend, node: taking }).result("broadcast_evidence", {
      evidence,
    });
    assert.ok(isRecord(taken) && typeof taken["hash"] === "string");
    assert.deepEqual(await new Door(backend).refusal("broadcast_evidence", { evidence }), [
      -32_603,
      "failed to add evidence: not of this chain",
    ]);
  });

  it("tells what its pool holds", async () => {
    const door = new Door(new MemoryChain().backend);
    await door.result("broadcast_tx_async", { tx: "YT1i" });
    await door.result("broadcast_tx_async", { tx: "Yz1k" });
    const counts = { n_txs: "2", total: "2", total_bytes: "6" };
    assert.deepEqual(await door.result("num_unconfirmed_txs"), { ...counts, txs: null });
    assert.deepEqual(await door.result("unconfirmed_txs", { limit: "1" }), {
      ...counts,
      n_txs: "1",
      txs: ["YT1i"],
    });
  });

  it("passes on what the pool refuses", async () => {
    const door = new Door(new MemoryChain().backend);
    await door.result("broadcast_tx_sync", { tx: "YT1i" });
    for (const method of ["broadcast_tx_sync", "broadcast_tx_async"]) {
      assert.deepEqual(await door.refusal(method, { tx: "YT1i" }), [
        -32_603,
        "tx already exists in cache",
      ]);
    }
  });

  it("refuses a negative height of a query", async () => {
    const door = new Door(new MemoryChain().backend);
    assert.deepEqual(await door.refusal("abci_query", { path: "", height: "-1" }), [
      -32_603,
      "height must not be negative, but got -1",
    ]);
  });

  it("answers a failure of its own in general words, and a typed one in its own", async () => {
    const { backend } = await aChain(1);
    const failing = (error: Error): Door =>
      new Door({
        ...backend,
        application: {
          ...backend.application,
          info: () => {
            throw error;
          },
        },
      });
    const odd = await failing(new TypeError("secret")).refusal("abci_info");
    assert.deepEqual(odd, [-32_603, "the node failed to answer"]);
    const typed = new ChainError({ code: "CLOSED", message: "the store is closed" });
    assert.deepEqual(await failing(typed).refusal("abci_info"), [-32_603, "the store is closed"]);
  });
});

async function recordedEvidence(): Promise<unknown> {
  const { readFile } = await import("node:fs/promises");
  const path = "../../../testnet/vectors/cometbft-rpc/incoming/block_search_evidence.json";
  const json: unknown = JSON.parse(await readFile(new URL(path, import.meta.url), "utf8"));
  const [block] = new JsonNode(json).get("result").get("blocks").list();
  return block?.get("block").get("evidence").get("evidence").list()[0]?.value;
}
