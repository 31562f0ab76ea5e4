/** CosmJS' own client and decoders, unmodified, over our answers. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Comet38Client, connectComet, HttpBatchClient, HttpClient } from "@cosmjs/tendermint-rpc";
import { after, before, describe, it } from "mocha";
import { RpcFixture } from "./rpc-fixture.ts";

const tx = new TextEncoder().encode("key=value");

describe("CosmJS", function () {
  this.timeout(20_000);
  const fixture = new RpcFixture();
  let client: Comet38Client;

  before(async () => {
    await fixture.start(200);
    client = Comet38Client.create(new HttpClient(fixture.url));
  });
  after(() => fixture.stop());

  it("takes us for CometBFT 0.38", async () => {
    assert.ok((await connectComet(fixture.url)) instanceof Comet38Client);
  });

  it("decodes status, blocks, headers, commits, results, validators, genesis and health", async () => {
    const status = await client.status();
    assert.equal(status.nodeInfo.version, "0.38.25");
    assert.ok(status.syncInfo.latestBlockHeight >= 1);
    assert.equal((await client.block(1)).block.header.height, 1);
    assert.equal((await client.blockchain(1, 1)).blockMetas.length, 1);
    assert.equal((await client.commit(1)).header.height, 1);
    assert.equal((await client.blockResults(1)).results.length, 0);
    assert.equal((await client.validatorsAll(1)).total, 1);
    assert.equal((await client.genesis()).chainId, fixture.chain.chainId);
    assert.equal(await client.health(), null);
    assert.equal((await client.abciInfo()).data, '{"size":0}');
    assert.equal((await client.numUnconfirmedTxs()).total, 0);
  });

  it("sends, waits, finds by hash and by search, and proves a transaction", async () => {
    const sent = await client.broadcastTxCommit({ tx });
    assert.equal(sent.checkTx.code, 0);
    assert.equal(sent.txResult?.code, 0);
    const found = await client.tx({ hash: sent.hash, prove: true });
    assert.equal(found.height, sent.height);
    assert.equal(found.proof?.proof.total, 1);
    const searched = await client.txSearchAll({ query: `tx.height=${sent.height}` });
    assert.deepEqual(searched.txs[0]?.hash, sent.hash);
    const blocks = await client.blockSearchAll({ query: `block.height=${sent.height}` });
    assert.equal(blocks.totalCount, 1);
    const key = new TextEncoder().encode("key");
    const answer = await client.abciQuery({ path: "/key", data: key });
    assert.deepEqual(answer.value, new TextEncoder().encode("value"));
  });

  it("reads more pages than one", async () => {
    for (let number = 0; number < 35; number++) {
      await client.broadcastTxSync({ tx: new TextEncoder().encode(`n${number}=page`) });
    }
    await client.broadcastTxCommit({ tx: new TextEncoder().encode("last=page") });
    const all = await client.txSearchAll({ query: "app.key='page'" });
    assert.equal(all.txs.length, 36);
  });

  it("reads the refusal of a transaction that was sent before, and of one that is not there", async () => {
    await assert.rejects(client.broadcastTxSync({ tx }), /tx already exists in cache/);
    const hash = new Uint8Array(32);
    await assert.rejects(client.tx({ hash }), /tx \((?:00){32}\) not found/);
    await assert.rejects(client.block(999_999), /must be less than or equal to the current/);
  });

  it("settles every request of a batch of twenty", async () => {
    const batching = Comet38Client.create(new HttpBatchClient(fixture.url));
    const heights = await Promise.all(Array.from({ length: 20 }, () => batching.status()));
    batching.disconnect();
    assert.equal(heights.length, 20);
  });

  it("hears of blocks, headers and transactions over a WebSocket", async () => {
    const program = fileURLToPath(new URL("cosmjs-listener.ts", import.meta.url));
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, [program, fixture.url]);
    const heard: Readonly<Record<string, number>> = JSON.parse(stdout);
    for (const [what, count] of Object.entries(heard)) assert.ok(count >= 1, `${what}: ${stdout}`);
    assert.equal(fixture.chain.listeners, 0, "who is gone is not told any more");
  });
});
