/**
 * What arrives at a node's doors that nobody should send. Whatever it is: it gets its own error or
 * no answer, the next block comes, and the state of a chain on which nothing happened is the same.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { base64FromBytes } from "@pyralog/chain/base";
import { validatorAddress } from "@pyralog/chain/types";
import type { Channel } from "@pyralog/node/ports";
import { Fleet } from "@pyralog/testnet/scenarios";
import { fetchPeerCount, fetchStatus } from "@pyralog/wallet-cli/client";
import { after, afterEach, before, describe, it } from "mocha";
import { WebSocket } from "ws";
import { aHome, removeHome } from "./a-local-network.ts";
import { createCrafter, type Crafter, type Wrong } from "./craft-tx.ts";
import {
  blockRequest,
  boast,
  forgedVote,
  junkTxs,
  randomly,
  strayPart,
  unaskedBlock,
} from "./junk.ts";
import { Stranger } from "./stranger.ts";

const basePort = 24_056;
const floodMs = 2_000;
/** Queues of three peers at their limits, with room for what is not collected yet. */
const floodGrowthBytesMax = 256 * 1024 * 1024;

describe("a node that is ill-treated", function () {
  this.timeout(120_000);
  let fleet: Fleet;
  let home = "";
  let url = "";
  let idleHash = "";
  let crafter: Crafter;

  before(async () => {
    home = aHome();
    const settings = { "consensus.timeout_commit": "200ms" };
    fleet = await Fleet.create({ home, clusters: 2, basePort, settings });
    fleet.start();
    await fleet.reach(2n);
    const { rpc } = fleet.node(0);
    url = rpc.url;
    idleHash = (await fetchStatus(rpc)).appHash;
    const [account = assert.fail("there are accounts")] = fleet.accounts;
    crafter = await createCrafter(rpc, { ...account, chainId: fleet.genesis.chainId });
  });

  after(async () => {
    await fleet.stop();
    removeHome(home);
  });

  afterEach("goes on, both validators linked, and its state is untouched", async () => {
    await fleet.reach((await fleet.heightMax()) + 2n);
    for (const { rpc } of fleet.nodes) {
      assert.equal((await fetchStatus(rpc)).appHash, idleHash);
    }
    const { rpc } = fleet.node(0);
    await fleet.until("strangers are gone, the other validator is not", async () => {
      return (await fetchPeerCount(rpc)) === 1;
    });
  });

  const post = async (body: string): Promise<{ status: number; text: string }> => {
    const response = await fetch(url, { method: "POST", body });
    return { status: response.status, text: await response.text() };
  };

  const ask = (method: string, params: unknown): Promise<{ status: number; text: string }> =>
    post(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));

  describe("by clients", () => {
    it("answers malformed JSON, unknown methods and wrong types with CometBFT's codes", async () => {
      assert.match((await post("{")).text, /"code":-32700/);
      assert.match((await post("[".repeat(100_000))).text, /"code":-32700/);
      assert.match((await ask("no_such_method", {})).text, /"code":-32601/);
      for (const [method, params] of [
        ["block", { height: {} }],
        ["block", { height: "-1x" }],
        ["block", "height"],
        ["tx", { hash: 7 }],
        ["broadcast_tx_sync", { tx: "%%%" }],
        ["abci_query", { path: [], data: "00" }],
        ["tx_search", { query: 5 }],
      ] as const) {
        const { text } = await ask(method, params);
        assert.match(text, /"code":-32602/, `${method} ${JSON.stringify(params)}: ${text}`);
      }
      assert.match((await ask("tx_search", { query: "a = = b" })).text, /"code":-32603/);
      const { status } = await fetch(`${url}/block?height=two`);
      assert.equal(status, 500);
    });

    it("refuses two megabytes and a batch of a thousand", async () => {
      assert.match((await post("x".repeat(2_000_000))).text, /request body too large/);
      const tx = base64FromBytes(randomly(1_500_000));
      assert.match((await ask("broadcast_tx_sync", { tx })).text, /request body too large/);
      const health = { jsonrpc: "2.0", id: 1, method: "health", params: {} };
      const { text } = await post(JSON.stringify(Array.from({ length: 1000 }, () => health)));
      assert.match(text, /batch request exceeds maximum \(100\)/);
    });

    it("cuts off whoever floods its WebSocket, and serves another one meanwhile", async () => {
      const sockets = Array.from({ length: 20 }, () => new WebSocket(`${url}/websocket`));
      const closed = sockets.map((socket) => once(socket, "close"));
      for (const socket of sockets) {
        await once(socket, "open");
        for (let id = 0; id < 2_000; id++) {
          const query = `tm.event='NewBlock' AND a.b=${id}`;
          const request = { jsonrpc: "2.0", id, method: "subscribe", params: { query } };
          socket.send(JSON.stringify(request));
        }
      }
      assert.match((await ask("health", {})).text, /"result":\{\}/);
      await Promise.all(closed);
    });

    it("lives with a thousand connections that say nothing", async () => {
      const { port } = new URL(url);
      const silent = Array.from({ length: 1_000 }, () => connect(Number(port), "127.0.0.1"));
      for (const socket of silent) socket.on("error", () => undefined);
      await fleet.reach((await fleet.heightMax()) + 1n, [1]);
      for (const socket of silent) socket.destroy();
    });
  });

  describe("by transactions", () => {
    /** Field 99, a varint: nobody has it. */
    const unknownField = [0x98, 0x06, 0x01];
    const refusals: readonly (readonly [what: string, code: number, wrong: Wrong])[] = [
      ["a body that stands there twice", 2, { bodyTwice: true }],
      ["an unknown field beside the body", 2, { rawTail: unknownField }],
      ["an unknown critical field in the body", 2, { bodyTail: unknownField }],
      ["an unknown field in the signers' part", 2, { authInfoTail: unknownField }],
      ["an unknown field in a message", 2, { messageTail: unknownField }],
      // Field 1 of MsgSend once more, empty: another sender than was signed for, to some decoders.
      ["a message's field that stands there twice", 2, { messageTail: [0x0a, 0x00] }],
      ["a signature with a high s", 4, { highS: true }],
      ["another chain's id", 4, { signChainId: "pyralog-local-2" }],
      ["a negative amount", 10, { amount: "-5" }],
      ["nothing at all", 10, { amount: "0" }],
      ["an amount over 256 bits", 10, { amount: (2n ** 256n).toString() }],
      ["an amount that is no number", 10, { amount: "1e18" }],
      ["a negative fee", 13, { fee: "-200000000000000" }],
      ["a fee over 256 bits", 13, { fee: (2n ** 300n).toString() }],
    ];

    for (const [what, code, wrong] of refusals) {
      it(`refuses ${what} with code ${code}`, async () => {
        const tx = base64FromBytes(crafter.craft(wrong));
        const { text } = await ask("broadcast_tx_sync", { tx });
        assert.match(text, new RegExp(`"code":${code},`), text);
        assert.match(text, /"codespace":"sdk"/, text);
      });
    }

    it("refuses bytes that are none, of every length", async () => {
      for (let length = 1; length < 60; length++) {
        const tx = base64FromBytes(randomly(length));
        const { text } = await ask("broadcast_tx_sync", { tx });
        assert.match(text, /"code":2,.*"codespace":"sdk"/, text);
      }
    });
  });

  describe("by peers", () => {
    it("lives with what is no handshake, by hundreds", async () => {
      const port = fleet.node(0).p2pPort;
      const openings = [
        randomly(100_000),
        new TextEncoder().encode("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        new TextEncoder().encode("\u0013/multistream/1.0.0\n\u0007/noise\n"),
        Uint8Array.from({ length: 5_000 }, () => 0xff),
        new Uint8Array(0),
      ];
      const sockets = Array.from({ length: 300 }, (_, index) => {
        const socket = connect(port, "127.0.0.1");
        socket.on("error", () => undefined);
        socket.write(openings[index % openings.length] ?? "");
        return socket;
      });
      await fleet.reach((await fleet.heightMax()) + 2n);
      for (const socket of sockets) socket.destroy();
    });

    for (const channel of ["consensus", "evidence", "transactions", "sync"] as const) {
      it(`drops a peer that sends garbage as ${channel}`, async () => {
        const stranger = await meet(fleet);
        for (let length = 1; length < 300; length++) {
          stranger.send(channel, randomly(length));
        }
        await stranger.dropped();
        await stranger.leave();
      });
    }

    it("drops a peer that votes in a validator's name", async () => {
      const stranger = await meet(fleet);
      const [validator] = fleet.genesis.validators;
      assert.ok(validator !== undefined);
      const address = validatorAddress(validator.publicKey);
      const from = await fleet.heightMax();
      // One of these heights is the node's when it arrives; validators stand by their addresses.
      for (let height = from; height < from + 20n; height++) {
        for (const index of [0, 1]) {
          stranger.send("consensus", forgedVote({ height, validator: { address, index } }));
        }
      }
      await stranger.dropped();
      await stranger.leave();
    });

    it("drops a peer that boasts of blocks and sends none, or sends what nobody asked", async () => {
      const stranger = await meet(fleet);
      stranger.send("sync", unaskedBlock(5n));
      await stranger.dropped();
      await stranger.leave();
      const boaster = await meet(fleet);
      boaster.send("sync", boast(1_000_000_000n));
      await fleet.reach((await fleet.heightMax()) + 3n);
      assert.equal((await fetchStatus(fleet.node(0).rpc)).catchingUp, false);
      await boaster.leave();
    });

    const floods: Readonly<Record<string, (height: bigint) => readonly [Channel, Uint8Array]>> = {
      "parts of no block": (height) => ["consensus", strayPart(height)],
      "transactions that are none": () => ["transactions", junkTxs(250)],
      "requests for blocks": (height) => ["sync", blockRequest(1n + (height % 5n))],
    };
    for (const [what, junk] of Object.entries(floods)) {
      it(`goes on through floods of ${what}, in bounded memory`, async () => {
        const strangers = await Promise.all([meet(fleet), meet(fleet), meet(fleet)]);
        const began = residentBytes(fleet.pidOf(0));
        const from = await fleet.heightMax();
        const end = performance.now() + floodMs;
        while (performance.now() < end) {
          const height = await fleet.heightMax();
          for (const stranger of strangers) {
            for (let count = 0; count < 200; count++) stranger.send(...junk(height + 1n));
          }
        }
        await fleet.reach(from + 3n);
        const grown = residentBytes(fleet.pidOf(0)) - began;
        assert.ok(grown < floodGrowthBytesMax, `it grew by ${grown} bytes`);
        for (const stranger of strangers) await stranger.leave();
      });
    }
  });
});

function meet(fleet: Fleet): Promise<Stranger> {
  const { chainId } = fleet.genesis;
  return Stranger.meet({ chainId, peer: fleet.peerIdOf(0), port: fleet.node(0).p2pPort });
}

function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
}
