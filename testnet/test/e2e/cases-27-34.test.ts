/** Cases 27, 30, 31 and 34 of the catalogue of attacks: what clients do to sockets. */
import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { after, afterEach, before, describe, it } from "mocha";
import { RawSocket, type Frame } from "./raw-socket.ts";
import { closeOf, RpcFixture } from "./rpc-fixture.ts";

const health = '{"jsonrpc":"2.0","id":1,"method":"health","params":{}}';

/** What comes back for these bytes until the other side ends. */
function answerTo(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const socket: Socket = connect(port, "127.0.0.1", () => socket.write(text));
    socket.on("data", (chunk) => (answer += chunk.toString()));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(answer));
  });
}

function fragment(size: number): Frame {
  return { opcode: "continuation", final: false, payload: new Uint8Array(size).fill(0x20) };
}

describe("what clients do to sockets", function () {
  this.timeout(30_000);
  const fixture = new RpcFixture({ corsAllowedOrigins: ["https://wallet.example"] });
  let slowHeaders: Promise<string>;

  before(async () => {
    await fixture.start(50);
    // It takes as long as the server waits, which the other tests need not.
    slowHeaders = answerTo(fixture.port, "GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
  });
  after(() => fixture.stop());
  afterEach(async () => assert.ok(await fixture.isAlive(), "the server is alive"));

  const protocol: readonly (readonly [string, number, readonly Frame[]])[] = [
    ["a frame without a mask", 1002, [{ opcode: "text", payload: health, masked: false }]],
    ["an unknown data opcode", 1002, [{ opcode: 3, payload: health }]],
    ["an unknown control opcode", 1002, [{ opcode: 11 }]],
    ["a bit that no extension set", 1002, [{ opcode: "text", payload: health, reserved: 4 }]],
    ["another such bit", 1002, [{ opcode: "text", payload: health, reserved: 1 }]],
    ["a ping of 126 bytes", 1002, [{ opcode: "ping", payload: new Uint8Array(126) }]],
    ["a ping in fragments", 1002, [{ opcode: "ping", final: false }]],
    ["a close in fragments", 1002, [{ opcode: "close", final: false }]],
    ["a close with half a code", 1002, [{ opcode: "close", payload: Uint8Array.of(3) }]],
    ["a close with code 999", 1002, [{ opcode: "close", payload: Uint8Array.of(3, 0xe7) }]],
    ["a close with code 1005", 1002, [{ opcode: "close", payload: Uint8Array.of(3, 0xed) }]],
    ["a continuation of nothing", 1002, [fragment(1)]],
    ["a new text inside another", 1002, [{ opcode: "text", final: false }, { opcode: "text" }]],
    ["text that is no UTF-8", 1007, [{ opcode: "text", payload: Uint8Array.of(0xff, 0xfe) }]],
    ["half a surrogate", 1007, [{ opcode: "text", payload: Uint8Array.of(0xed, 0xa0, 0x80) }]],
    ["a length of 2^63", 1009, [{ opcode: "text", claims: 2n ** 63n }]],
    ["a length of 2^53", 1009, [{ opcode: "text", claims: 2n ** 53n }]],
    ["a length of a gigabyte", 1009, [{ opcode: "text", claims: 2n ** 30n }]],
    ["one byte too many", 1009, [{ opcode: "text", claims: 1_000_001n }]],
    [
      "fragments that together are too many",
      1009,
      [{ opcode: "text", final: false }, ...Array.from({ length: 12 }, () => fragment(100_000))],
    ],
  ];
  for (const [what, code, frames] of protocol) {
    it(`case 27: ${what} is closed with ${code}`, async () => {
      const socket = await RawSocket.open(fixture.port);
      socket.write(...frames);
      assert.equal(await socket.closeCode(), code);
    });
  }

  it("case 27: a compressed message is none, since no compression was agreed on", async () => {
    const offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n";
    const socket = await RawSocket.open(fixture.port, offer);
    socket.write({ opcode: "text", payload: Uint8Array.of(0x4b, 4, 0), reserved: 4 });
    assert.equal(await socket.closeCode(), 1002);
  });

  it("case 27: the sixth subscription of one client is refused, and so are ten thousand", async () => {
    const socket = await fixture.socket();
    const answers: string[] = [];
    socket.on("message", (bytes: Buffer) => answers.push(bytes.toString()));
    for (let id = 0; id < 50; id++) {
      const params = { query: `tm.event='Vote' AND a.b=${id}` };
      socket.send(JSON.stringify({ jsonrpc: "2.0", id, method: "subscribe", params }));
    }
    while (answers.length < 50) await sleep(5);
    const refused = answers.filter((text) => text.includes("max_subscriptions_per_client 5"));
    assert.equal(refused.length, 45);
    const closed = closeOf(socket);
    for (let id = 0; id < 10_000; id++) {
      socket.send(JSON.stringify({ jsonrpc: "2.0", id, method: "subscribe", params: {} }));
    }
    assert.equal(await closed, 1008);
  });

  it("case 27: messages of many clients that do not end cost the largest its connection", async () => {
    const sockets = await Promise.all(
      Array.from({ length: 75 }, () => RawSocket.open(fixture.port)),
    );
    const codes: number[] = [];
    for (const socket of sockets) void socket.closeCode().then((code) => codes.push(code));
    for (const socket of sockets) {
      socket.write({ opcode: "text", claims: 1_000_000n, payload: new Uint8Array(940_000) });
    }
    for (let tries = 0; tries < 200 && codes.length === 0; tries++) await sleep(20);
    assert.equal(codes[0], 1008);
    assert.ok(codes.length < 20, `${codes.length} of 75 were cut off`);
    for (const socket of sockets) socket.destroy();
  });

  it("case 30: a host that is not the node's own gets 403, over HTTP and WebSocket", async () => {
    for (const host of ["evil.com", "127.0.0.1.evil.com", "localhost.evil.com:26657", "[::1].x"]) {
      const ask = `GET /health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
      assert.match(await answerTo(fixture.port, ask), /^HTTP\/1\.1 403/, host);
      const upgrade =
        `GET /websocket HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
      assert.match(await answerTo(fixture.port, upgrade), /^HTTP\/1\.1 403/, host);
    }
    const none = await answerTo(fixture.port, "GET /health HTTP/1.1\r\n\r\n");
    assert.match(none, /^HTTP\/1\.1 40[03]/);
  });

  it("case 31: a page of another origin, or of none, gets no allow-origin header", async () => {
    for (const origin of [
      "null",
      "https://evil.example",
      "https://wallet.example.evil",
      "file://",
    ]) {
      const response = await fetch(`${fixture.url}/health`, { headers: { origin } });
      assert.equal(response.headers.get("access-control-allow-origin"), null, origin);
      const asked = { origin, "access-control-request-method": "POST" };
      const preflight = await fetch(fixture.url, { method: "OPTIONS", headers: asked });
      assert.equal(preflight.headers.get("access-control-allow-origin"), null, origin);
    }
    const own = await fetch(`${fixture.url}/health`, {
      headers: { origin: "https://wallet.example" },
    });
    assert.equal(own.headers.get("access-control-allow-origin"), "https://wallet.example");
    assert.equal(own.headers.get("access-control-allow-credentials"), null);
  });

  const smuggled: Readonly<Record<string, string>> = {
    "two lengths": "Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}",
    "a length and chunks": "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a length that is none": "Content-Length: 5x\r\n\r\n{}",
    "a negative length": "Content-Length: -1\r\n\r\n{}",
    "a chunk of no length": "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
    "a chunk that is longer": "Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n",
    "a coding that is unknown": "Transfer-Encoding: xchunked, identity\r\n\r\n{}",
    "a name with a space": "Content-Length : 2\r\n\r\n{}",
    "a folded line": "X-A: 1\r\n 2\r\nContent-Length: 2\r\n\r\n{}",
    "a bare line feed": "X-A: 1\nContent-Length: 2\r\n\r\n{}",
  };
  for (const [what, rest] of Object.entries(smuggled)) {
    it(`case 34: a request with ${what} is refused, and nothing behind it is read`, async () => {
      const second = "GET /status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      const text = `POST / HTTP/1.1\r\nHost: localhost\r\n${rest}${second}`;
      const answer = await answerTo(fixture.port, text);
      assert.match(answer, /^HTTP\/1\.1 (400|411|501)/);
      assert.doesNotMatch(answer, /node_info/);
    });
  }

  it("case 34: headers of a megabyte get 431", async () => {
    const headers = `X-A: ${"a".repeat(1_000_000)}\r\n`;
    const text = `GET /health HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`;
    assert.match(await answerTo(fixture.port, text), /^(HTTP\/1\.1 431|$)/);
  });

  it("case 34: of a thousand idle connections nine hundred are held, and the rest hung up on", async () => {
    const hungUp = new Set<Socket>();
    const idle = Array.from({ length: 1000 }, () => {
      const socket = connect(fixture.port, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.on("close", () => hungUp.add(socket));
      return socket;
    });
    for (let tries = 0; tries < 200 && hungUp.size < 100; tries++) await sleep(20);
    assert.ok(hungUp.size >= 100 && hungUp.size < 120, `${hungUp.size} were hung up on`);
    for (const socket of idle) socket.destroy();
    while (hungUp.size < 1000) await sleep(20);
  });

  it("case 34: headers that do not end get 408 after ten seconds", async () => {
    assert.match(await slowHeaders, /^HTTP\/1\.1 408/);
  });
});
