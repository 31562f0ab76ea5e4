import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  broadcastTx,
  ClientError,
  fetchBalances,
  fetchBlocks,
  fetchStatus,
  findTx,
  simulateTx,
  type ClientErrorCode,
  type Rpc,
} from "@pyralog/wallet-cli/client";

function answering(result: unknown): Rpc {
  return { url: "http://node", call: () => Promise.resolve(result) };
}

function refusing(message: string): Rpc {
  const error = new ClientError({ code: "RPC_REFUSED", message });
  return { url: "http://node", call: () => Promise.reject(error) };
}

function refusesWith(code: ClientErrorCode, message: RegExp): (error: unknown) => boolean {
  return (error) =>
    error instanceof ClientError && error.code === code && message.test(error.message);
}

const hash = "AB".repeat(32);
const tx = new Uint8Array([1]);

describe("what nodes answer", () => {
  it("ANSWER_MALFORMED: names the member that is missing or of another type", async () => {
    for (const status of [undefined, null, [], { node_info: {} }, { node_info: { network: 1 } }]) {
      await assert.rejects(
        fetchStatus(answering(status)),
        refusesWith("ANSWER_MALFORMED", /no fitting network/),
      );
    }
    const metas = { block_metas: [{ header: { height: "x", time: "" } }] };
    await assert.rejects(
      fetchBlocks(answering(metas), { from: 1n, to: 2n }),
      refusesWith("ANSWER_MALFORMED", /header\.height/),
    );
  });

  it("may write an empty list as nothing, as CometBFT does", async () => {
    const range = { from: 1n, to: 2n };
    assert.deepEqual(await fetchBlocks(answering({ block_metas: null }), range), []);
  });

  it("QUERY_REFUSED: carries the application's text and code", async () => {
    const response = { code: 18, codespace: "sdk", log: "invalid address", value: null };
    await assert.rejects(fetchBalances(answering({ response }), "x"), (error: unknown) => {
      assert.ok(refusesWith("QUERY_REFUSED", /^invalid address$/)(error));
      return error instanceof ClientError && error.facts["appCode"] === 18;
    });
    const draft = {
      messages: [],
      memo: "",
      fee: [],
      gasLimit: 0n,
      sequence: 0n,
      publicKey: new Uint8Array(33),
    };
    await assert.rejects(
      simulateTx(answering({ response }), draft),
      refusesWith("QUERY_REFUSED", /./),
    );
  });

  it("TX_REFUSED: a pool that says no", async () => {
    const answer = { code: 32, codespace: "sdk", log: "account sequence mismatch", data: "", hash };
    await assert.rejects(
      broadcastTx(answering(answer), { tx, mode: "sync" }),
      refusesWith("TX_REFUSED", /sequence mismatch/),
    );
  });

  it("takes a pool that holds the transaction already for a yes", async () => {
    await broadcastTx(refusing("tx already exists in cache"), { tx, mode: "sync" });
    await assert.rejects(broadcastTx(refusing("mempool is full"), { tx, mode: "sync" }));
  });

  it("tell a transaction that no block holds from a node that cannot answer", async () => {
    assert.equal(await findTx(refusing(`tx (${hash}) not found`), hash), undefined);
    await assert.rejects(findTx(refusing("indexing is disabled"), hash));
  });
});
