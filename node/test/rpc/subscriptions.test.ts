import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  consensusParamsDefault,
  createHeight,
  createPower,
  createRound,
  createTime,
  JsonNode,
  type Vote,
} from "@pyralog/chain/types";
import { Door, errorOf, settled, TestClient } from "./door.ts";
import { MemoryChain } from "./memory-chain.ts";

const tx = "YT1i";

function subscribeTo(query: string, id: unknown = 1): unknown {
  return { jsonrpc: "2.0", id, method: "subscribe", params: { query } };
}

/** The data of the first event of this name. */
async function valueOf(name: string, emit: (chain: MemoryChain) => void): Promise<unknown> {
  const chain = new MemoryChain();
  const door = new Door(chain.backend);
  const client = new TestClient();
  await door.post(subscribeTo(`tm.event='${name}'`), client);
  emit(chain);
  await settled();
  const [event] = client.take();
  return new JsonNode(event).get("result").get("data").value;
}

describe("a subscription", () => {
  it("is acknowledged with nothing, then sends events under its id and with its very words", async () => {
    const chain = new MemoryChain();
    const door = new Door(chain.backend);
    const client = new TestClient();
    const query = "tm.event  =  'NewBlockHeader'";
    assert.deepEqual(await door.post(subscribeTo(query, "mine"), client), {
      jsonrpc: "2.0",
      id: "mine",
      result: {},
    });
    chain.produce();
    chain.produce();
    await settled();
    const events = client.take().map((event) => new JsonNode(event));
    assert.equal(events.length, 2);
    for (const [index, event] of events.entries()) {
      assert.equal(event.get("id").text(), "mine");
      assert.equal(event.get("result").get("query").text(), query);
      const { value } = event.get("result").get("data").get("value").get("header").get("height");
      assert.equal(value, String(index + 1));
      assert.deepEqual(event.get("result").get("events").value, { "tm.event": ["NewBlockHeader"] });
    }
  });

  it("gets what its query matches and nothing else", async () => {
    const chain = new MemoryChain();
    const door = new Door(chain.backend);
    const client = new TestClient();
    await door.post(subscribeTo("tm.event='Tx' AND app.key='a'"), client);
    await door.result("broadcast_tx_sync", { tx });
    await door.result("broadcast_tx_sync", { tx: "Yz1k" });
    chain.produce();
    await settled();
    const events = client.take();
    assert.equal(events.length, 1);
    const keys = new JsonNode(events[0]).get("result").get("events");
    assert.deepEqual(keys.get("tx.height").value, ["1"]);
    assert.deepEqual(keys.get("app.creator").value, ["Cosmoshi Netowoko", "Cosmoshi"]);
  });

  it("is one per query and client, however it is written", async () => {
    const door = new Door(new MemoryChain().backend);
    const [client, other] = [new TestClient(), new TestClient()];
    await door.post(subscribeTo("tm.event='Tx'"), client);
    const again = await door.post(subscribeTo("tm.event = 'Tx'"), client);
    assert.deepEqual(errorOf(again), [-32_603, "already subscribed"]);
    await door.post(subscribeTo("tm.event='Tx'"), other);
  });

  it("is refused over a client's limit, over that of clients, and where its query is long", async () => {
    const door = new Door(new MemoryChain().backend, { subscriptionClientsMax: 2 });
    const client = new TestClient();
    const long = await door.post(subscribeTo("a".repeat(513)), client);
    assert.deepEqual(errorOf(long), [-32_603, "maximum query length exceeded"]);
    for (let count = 0; count < 5; count++) {
      await door.post(subscribeTo(`tx.height=${count}`), client);
    }
    const sixth = await door.post(subscribeTo("tx.height=6"), client);
    assert.deepEqual(errorOf(sixth), [-32_603, "max_subscriptions_per_client 5 reached"]);
    await door.post(subscribeTo("tx.height=1"), new TestClient());
    const third = await door.post(subscribeTo("tx.height=1"), new TestClient());
    assert.deepEqual(errorOf(third), [-32_603, "max_subscription_clients 2 reached"]);
  });

  it("ends alone, with all others of its client, or with its connection", async () => {
    const chain = new MemoryChain();
    const door = new Door(chain.backend);
    const client = new TestClient();
    const ask = (method: string, params: unknown): Promise<unknown> =>
      door.post({ jsonrpc: "2.0", id: 9, method, params }, client);
    await door.post(subscribeTo("tm.event='Tx'"), client);
    assert.equal(chain.listeners, 1);
    await ask("unsubscribe", { query: "tm.event = 'Tx'" });
    assert.equal(chain.listeners, 0, "nobody listens any more");
    for (const [method, params] of [
      ["unsubscribe", { query: "tm.event='Tx'" }],
      ["unsubscribe_all", {}],
    ] as const) {
      assert.deepEqual(errorOf(await ask(method, params)), [-32_603, "subscription not found"]);
    }
    await door.post(subscribeTo("tm.event='Tx'"), client);
    await ask("unsubscribe_all", {});
    await door.post(subscribeTo("tm.event='Tx'"), client);
    door.subscriptions.drop(client);
    assert.equal(chain.listeners, 0);
  });

  it("is cut off with its client where that takes too slowly, and holds up nobody", async () => {
    const chain = new MemoryChain();
    const door = new Door(chain.backend);
    const [slow, quick] = [new TestClient(), new TestClient()];
    for (const client of [slow, quick]) await door.post(subscribeTo("tm.event='NewBlock'"), client);
    slow.room = 1;
    for (let block = 0; block < 3; block++) chain.produce();
    await settled();
    assert.equal(slow.texts.length, 1);
    assert.equal(slow.cut, "client is not pulling messages fast enough");
    assert.equal(quick.texts.length, 3);
    slow.room = 10;
    chain.produce();
    await settled();
    assert.equal(slow.texts.length, 1, "it is subscribed to nothing any more");
  });

  it("is cut off where events come faster than they can be matched", async () => {
    const chain = new MemoryChain();
    const door = new Door(chain.backend);
    const client = new TestClient();
    await door.post(subscribeTo("tm.event='Nothing'"), client);
    for (let event = 0; event < 2000; event++) {
      const place = { height: createHeight(1n), round: createRound(0), step: "propose" } as const;
      chain.emit({ kind: "round", name: "Polka", place });
    }
    await settled();
    assert.notEqual(client.cut, "");
  });

  it("is cut off where blocks of more bytes wait to be matched than there is room for", async () => {
    const chain = new MemoryChain();
    const door = new Door(chain.backend);
    const client = new TestClient();
    await door.post(subscribeTo("tm.event='Nothing'"), client);
    // One turn of the loop: nothing is matched meanwhile.
    for (let block = 0; block < 70; block++) {
      const big = new TextEncoder().encode(`${"k".repeat(1_000_000)}${block}=v`);
      void chain.backend.pool.submit(big);
      chain.produce();
    }
    await settled();
    assert.notEqual(client.cut, "");
  });

  it("does not exist outside a WebSocket", async () => {
    const door = new Door(new MemoryChain().backend);
    for (const method of ["subscribe", "unsubscribe", "unsubscribe_all"]) {
      assert.deepEqual(await door.refusal(method), [-32_601, undefined]);
    }
  });

  it("names wrong arguments by the code of inner errors, as over the original's WebSocket", async () => {
    const door = new Door(new MemoryChain().backend);
    const answer = await door.post(
      { jsonrpc: "2.0", id: 1, method: "block", params: { height: "x" } },
      new TestClient(),
    );
    assert.deepEqual(errorOf(answer), [
      -32_603,
      "error converting json params to arguments: invalid character 'x' looking for beginning of value",
    ]);
  });
});

describe("events of a round", () => {
  const place = { height: createHeight(5n), round: createRound(1), step: "prevote" } as const;
  const hash = new Uint8Array(32).fill(1);
  const blockId = { kind: "block", hash, parts: { total: 1, hash } } as const;
  const { validators } = new MemoryChain().backend.node.round();
  const { address } = validators.proposer;

  const summary = { height: "5", round: 1, step: "RoundStepPrevote" };

  it("have the original's types and members", async () => {
    assert.deepEqual(
      await valueOf("Polka", (chain) => chain.emit({ kind: "round", name: "Polka", place })),
      { type: "tendermint/event/RoundState", value: summary },
    );
    assert.deepEqual(
      await valueOf("CompleteProposal", (chain) =>
        chain.emit({ kind: "complete-proposal", place, blockId }),
      ),
      {
        type: "tendermint/event/CompleteProposal",
        value: {
          ...summary,
          block_id: {
            hash: "01".repeat(32),
            parts: { total: 1, hash: "01".repeat(32) },
          },
        },
      },
    );
    const proposer = { address, index: 0 };
    const newRound = await valueOf("NewRound", (chain) =>
      chain.emit({ kind: "new-round", place: { ...place, step: "new-round" }, proposer }),
    );
    assert.deepEqual(new JsonNode(newRound).get("value").get("step").text(), "RoundStepNewRound");
  });

  it("carry votes whole", async () => {
    const vote: Vote = {
      type: "precommit",
      height: place.height,
      round: place.round,
      blockId,
      time: createTime(1_700_000_000_000_000_000n),
      validatorAddress: address,
      validatorIndex: 0,
      signature: new Uint8Array(64),
      extension: new Uint8Array(0),
      extensionSignature: new Uint8Array(0),
    };
    const value = await valueOf("Vote", (chain) => chain.emit({ kind: "vote", vote }));
    const node = new JsonNode(value).get("value").get("Vote");
    assert.equal(node.get("type").int32(), 2);
    assert.equal(node.get("timestamp").text(), "2023-11-14T22:13:20Z");
    assert.equal(node.get("extension").value, null);
  });

  it("carry changed validators and parameters of a block", async () => {
    const chain = new MemoryChain();
    chain.produce();
    const block = await chain.backend.blocks.block(createHeight(1n));
    assert.ok(block !== undefined);
    const [validator] = validators.validators;
    assert.ok(validator !== undefined);
    const results = {
      events: [{ type: "block", attributes: [{ key: "a", value: "b", index: true }] }],
      txResults: [],
      validatorUpdates: [{ publicKey: validator.publicKey, power: createPower(0n) }],
      consensusParamUpdates: consensusParamsDefault,
      appHash: hash,
    };
    const validatorUpdates = [validator];
    const committed = {
      kind: "block-committed",
      block,
      blockId,
      results,
      validatorUpdates,
    } as const;
    const updates = await valueOf("ValidatorSetUpdates", (other) => other.emit(committed));
    assert.equal(new JsonNode(updates).get("value").get("validator_updates").list().length, 1);
    const whole = new JsonNode(await valueOf("NewBlock", (other) => other.emit(committed)));
    const finalized = whole.get("value").get("result_finalize_block");
    assert.deepEqual(finalized.get("events").value, [
      { type: "block", attributes: [{ key: "a", value: "b", index: true }] },
    ]);
    assert.equal(finalized.get("validator_updates").list().length, 1);
    assert.ok(!finalized.get("consensus_param_updates").absent);
    const some = await valueOf("NewBlockEvents", (other) => other.emit(committed));
    assert.equal(new JsonNode(some).get("value").get("num_txs").text(), "0");
  });
});

describe("waiting for a transaction's block", () => {
  it("gives its result and height", async () => {
    const chain = new MemoryChain();
    const door = new Door(chain.backend);
    const answered = door.result("broadcast_tx_commit", { tx });
    await settled();
    chain.produce();
    const answer = new JsonNode(await answered);
    assert.equal(answer.get("height").text(), "1");
    assert.equal(answer.get("tx_result").get("events").list().length, 2);
    assert.equal(chain.listeners, 0, "nobody waits any more");
  });

  it("ends when the time is up, with the original's words", async () => {
    const chain = new MemoryChain();
    const door = new Door(chain.backend);
    const refused = door.refusal("broadcast_tx_commit", { tx });
    await settled();
    door.timers.runOut();
    assert.deepEqual(await refused, [
      -32_603,
      "timed out waiting for tx to be included in a block",
    ]);
    assert.equal(chain.listeners, 0);
  });

  it("does not begin where the pool or the application refuses", async () => {
    const chain = new MemoryChain();
    const door = new Door(chain.backend);
    const invalid = new JsonNode(await door.result("broadcast_tx_commit", { tx: "" }));
    assert.equal(invalid.get("check_tx").get("code").int32(), 2);
    assert.equal(invalid.get("height").text(), "0");
    await door.result("broadcast_tx_sync", { tx });
    assert.deepEqual(await door.refusal("broadcast_tx_commit", { tx }), [
      -32_603,
      "error on broadcastTxCommit: tx already exists in cache",
    ]);
    assert.equal(door.timers.waiting.size, 0);
  });

  it("counts among the clients that listen", async () => {
    const door = new Door(new MemoryChain().backend, { subscriptionClientsMax: 0 });
    assert.deepEqual(await door.refusal("broadcast_tx_commit", { tx }), [
      -32_603,
      "max_subscription_clients 0 reached",
    ]);
  });
});
