/** What clients do that mean harm: each gets its answer, and the node goes on. */
import assert from "node:assert/strict";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { systemClock, systemTimers } from "@pyralog/node/io";
import { createMetrics, createMetricsServer } from "@pyralog/node/rpc";
import { after, afterEach, before, describe, it } from "mocha";
import { WebSocket } from "ws";
import { closeOf, nextMessage, RpcFixture } from "./rpc-fixture.ts";

const health = { jsonrpc: "2.0", id: 1, method: "health", params: {} };

interface Told {
  readonly status: number;
  readonly body: unknown;
}

describe("an RPC server", function () {
  this.timeout(20_000);
  const fixture = new RpcFixture();

  async function post(body: string | Uint8Array<ArrayBuffer>): Promise<Told> {
    const response = await fetch(`${fixture.url}/`, { method: "POST", body });
    return { status: response.status, body: await response.json() };
  }

  /** Sends bytes as they are, and gives what comes back until the other side ends. */
  function raw(text: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let answer = "";
      const socket: Socket = connect(fixture.port, "127.0.0.1", () => socket.write(text));
      socket.on("data", (chunk) => (answer += chunk.toString()));
      socket.on("close", () => resolve(answer));
      socket.on("error", reject);
    });
  }

  function statusFor(options: {
    host?: string;
    headers?: Record<string, string>;
  }): Promise<number> {
    return new Promise((resolve, reject) => {
      const { headers = {}, host = "localhost" } = options;
      const all = { ...headers, host };
      const asked = request({ port: fixture.port, path: "/health", headers: all }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      asked.on("error", reject);
      asked.end();
    });
  }

  before(() => fixture.start(50));
  after(() => fixture.stop());
  afterEach(async () => assert.ok(await fixture.isAlive(), "the server is alive"));

  it("refuses a body of two megabytes before it has read it", async () => {
    const { status, body } = await post("x".repeat(2_000_000));
    assert.equal(status, 400);
    assert.deepEqual(body, {
      jsonrpc: "2.0",
      error: {
        code: -32_600,
        message: "Invalid Request",
        data: "error reading request body: http: request body too large",
      },
    });
  });

  it("refuses a batch of a thousand, and answers one of a hundred", async () => {
    const { body } = await post(JSON.stringify(Array.from({ length: 1000 }, () => health)));
    assert.deepEqual(body, {
      jsonrpc: "2.0",
      error: {
        code: -32_600,
        message: "Invalid Request",
        data: "batch request exceeds maximum (100) allowed number of requests",
      },
    });
    const hundred = await post(JSON.stringify(Array.from({ length: 100 }, () => health)));
    assert.ok(Array.isArray(hundred.body) && hundred.body.length === 100);
  });

  it("answers malformed JSON, depth bombs and bytes that are no text", async () => {
    const broken = ["{", "[".repeat(100_000), '{"a":1e}', "\u0000", "NaN"];
    for (const text of broken) {
      const { status, body } = await post(text);
      assert.equal(status, 500);
      assert.match(JSON.stringify(body), /-32700/);
    }
    const { body } = await post(Uint8Array.of(0x22, 0xff, 0x22));
    assert.match(JSON.stringify(body), /-32700/);
  });

  it("keeps __proto__ a mere name", async () => {
    const text = '{"jsonrpc":"2.0","id":1,"method":"health","params":{},"__proto__":{"x":1}}';
    assert.deepEqual((await post(text)).body, { jsonrpc: "2.0", id: 1, result: {} });
    assert.equal(Object.hasOwn(Object.prototype, "x"), false);
  });

  it("answers to its own names only", async () => {
    assert.equal(await statusFor({ host: "localhost:26657" }), 200);
    assert.equal(await statusFor({ host: "evil.example" }), 403);
    const socket = new WebSocket(`ws://127.0.0.1:${fixture.port}/websocket`, {
      headers: { host: "evil.example" },
    });
    const refused = await new Promise<string>((resolve) => {
      socket.on("error", (error) => resolve(error.message));
    });
    assert.match(refused, /403/);
  });

  it("refuses headers that are too large, and lines that are no HTTP", async () => {
    assert.equal(await statusFor({ headers: { "x-large": "x".repeat(40_000) } }), 431);
    assert.match(await raw("GARBAGE\r\n\r\n"), /^HTTP\/1\.1 400/);
    const smuggled =
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n" +
      "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    assert.match(await raw(smuggled), /^HTTP\/1\.1 400/);
  });

  it("closes a WebSocket on a frame that is too large, unmasked or no text", async () => {
    const large = await fixture.socket();
    const closed = closeOf(large);
    large.send("x".repeat(1_000_001));
    assert.equal(await closed, 1009);
    const handshake =
      "GET /websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n" +
      "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    // A text frame without a mask: 0x81, two bytes.
    const answer = await raw(`${handshake}\u0081\u0002{}`);
    assert.match(answer, /^HTTP\/1\.1 101/);
  });

  it("offers no compression, in which a kilobyte could be a gigabyte", async () => {
    const socket = await fixture.socket();
    assert.equal(socket.extensions, "");
    socket.terminate();
  });

  it("cuts off a client that floods it with requests, and answers the others", async () => {
    const flooding = await fixture.socket();
    const closed = closeOf(flooding);
    for (let count = 0; count < 5000; count++) flooding.send(JSON.stringify(health));
    assert.equal(await closed, 1008);
    const calm = await fixture.socket();
    calm.send(JSON.stringify(health));
    assert.deepEqual(JSON.parse(await nextMessage(calm)), { jsonrpc: "2.0", id: 1, result: {} });
    calm.terminate();
  });

  it("survives a flood of pings and of connections that say nothing", async () => {
    const pinging = await fixture.socket();
    for (let count = 0; count < 20_000; count++) pinging.ping("x".repeat(100));
    const silent = Array.from({ length: 200 }, () => connect(fixture.port, "127.0.0.1"));
    for (const socket of silent) socket.on("error", () => undefined);
    assert.ok(await fixture.isAlive());
    for (const socket of silent) socket.destroy();
    pinging.terminate();
  });

  it("gives large answers up while clients leave others untaken, and small ones not", async () => {
    for (let part = 0; part < 8; part++) {
      await fixture.chain.backend.pool.submit(
        new TextEncoder().encode(`${"k".repeat(1_000_000)}${part}=w`),
      );
    }
    fixture.chain.produce();
    const height = fixture.chain.backend.blocks.height();
    const ask = `GET /block?height=${height} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    const idle = Array.from({ length: 20 }, () => {
      const socket = connect(fixture.port, "127.0.0.1", () => socket.write(ask));
      socket.on("error", () => undefined);
      return socket.pause();
    });
    let status = 200;
    // The others have to be answered first, and that takes what it takes.
    for (let tries = 0; tries < 100 && status === 200; tries++) {
      const response = await fetch(`${fixture.url}/block?height=${height}`);
      await response.arrayBuffer();
      ({ status } = response);
    }
    assert.equal(status, 503);
    assert.ok(await fixture.isAlive());
    for (const socket of idle) socket.destroy();
  });

  it("cuts off a subscriber that does not read, while another one hears every block", async () => {
    const slow = await fixture.socket();
    const quick = await fixture.socket();
    const subscribe = {
      jsonrpc: "2.0",
      id: 1,
      method: "subscribe",
      params: { query: "tm.event='NewBlock'" },
    };
    for (const socket of [slow, quick]) {
      socket.send(JSON.stringify(subscribe));
      await nextMessage(socket);
    }
    slow.pause();
    const closed = closeOf(slow);
    // Each block carries a megabyte, so that the buffers of the slow one are soon full.
    for (let block = 0; block < 20; block++) {
      const heard = nextMessage(quick);
      const tx = new TextEncoder().encode(`${"k".repeat(1_000_000)}${block}=v`);
      await fixture.chain.backend.pool.submit(tx);
      fixture.chain.produce();
      await heard;
    }
    slow.resume();
    assert.ok([1006, 1008].includes(await closed));
    await nextMessage(quick);
    quick.terminate();
  });

  it("frees the subscriptions of a client that is gone", async () => {
    const socket = await fixture.socket();
    const params = { query: "tm.event='Vote'" };
    socket.send(JSON.stringify({ ...health, method: "subscribe", params }));
    await nextMessage(socket);
    assert.equal(fixture.chain.listeners, 1);
    socket.terminate();
    const startedMs = systemClock.monotonicMs();
    while (fixture.chain.listeners > 0 && systemClock.monotonicMs() - startedMs < 5000) {
      await systemTimers.pause();
    }
    assert.equal(fixture.chain.listeners, 0);
  });

  it("tells whether it lives and whether it is ready", async () => {
    assert.equal((await fetch(`${fixture.url}/livez`)).status, 200);
    assert.equal((await fetch(`${fixture.url}/readyz`)).status, 200);
    fixture.chain.syncing = true;
    const unready = await fetch(`${fixture.url}/readyz`);
    fixture.chain.syncing = false;
    assert.equal(unready.status, 503);
    assert.deepEqual(await unready.json(), { ready: false, reasons: ["the node is catching up"] });
  });

  it("serves its metrics on a port of their own", async () => {
    const registry = createMetrics({ namespace: "cometbft", chainId: "a-chain" });
    const server = createMetricsServer({
      registry,
      listen: { host: "127.0.0.1", port: 0 },
      log: { write: () => undefined },
    });
    const port = await server.start();
    const response = await fetch(`http://127.0.0.1:${port}/metrics`);
    assert.match(await response.text(), /^cometbft_consensus_height\{chain_id="a-chain"\} 0$/m);
    assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 404);
    await server.stop();
  });
});
