import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { concatBytes, emptyBytes } from "@pyralog/chain/base";
import { messageBytesMax, type Channel } from "#ports";
import {
  channels,
  givesWay,
  Link,
  type Connection,
  type LinkEvents,
  type Stream,
} from "../../src/io/link.ts";
import { wireLimitsDefault } from "../../src/io/wire-limits.ts";

type Listener = (event: { readonly data: Uint8Array }) => void;

/** A stream that keeps what was written, and says what the test says. */
class FakeStream implements Stream {
  readonly chunks: Uint8Array[] = [];
  readonly #listeners = new Map<string, Listener[]>();
  writableNeedsDrain = false;
  isAborted = false;
  isPaused = false;

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  send(chunk: Uint8Array): boolean {
    this.chunks.push(chunk);
    return true;
  }

  abort(): void {
    this.isAborted = true;
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  say(type: string, data: Uint8Array = emptyBytes): void {
    for (const listener of this.#listeners.get(type) ?? []) listener({ data });
  }
}

class FakeConnection implements Connection {
  readonly id = "connection";
  readonly remotePeer = { toString: () => "peer" };
  readonly remoteAddr = { toString: () => "/ip4/127.0.0.1/tcp/1/p2p/peer" };
  readonly direction = "outbound";
  readonly streams = new Map<string, FakeStream>();
  refusal: Error | undefined;
  isAborted = false;

  newStream(protocol: string): Promise<Stream> {
    if (this.refusal !== undefined) return Promise.reject(this.refusal);
    const stream = new FakeStream();
    this.streams.set(protocol, stream);
    return Promise.resolve(stream);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  abort(): void {
    this.isAborted = true;
  }

  addEventListener(): void {
    // These connections do not close by themselves.
  }
}

interface Case {
  readonly link: Link;
  readonly connection: FakeConnection;
  readonly inbound: ReadonlyMap<Channel, FakeStream>;
  /** What the link told, in order. */
  readonly news: string[];
  readonly world: {
    nowMs: number;
    /** Whether other peers leave room for more to be queued. */
    mayQueue: boolean;
    received: (channel: Channel, bytes: Uint8Array) => void;
  };
}

function aLink(): Case {
  const news: string[] = [];
  const connection = new FakeConnection();
  const inbound = new Map(channels.map((channel) => [channel, new FakeStream()]));
  const world: Case["world"] = { nowMs: 0, mayQueue: true, received: () => undefined };
  const events: LinkEvents = {
    ready: () => news.push("ready"),
    received: (_, { channel, bytes }) => {
      news.push(`${channel} ${bytes.length}`);
      world.received(channel, bytes);
    },
    misbehaved: (link, reason) => {
      news.push(`misbehaved: ${reason}`);
      link.close("banned");
    },
    closed: (_, reason) => news.push(`closed: ${reason}`),
    holding: () => undefined,
    mayQueue: () => world.mayQueue,
  };
  const link = new Link({
    connection,
    events,
    limits: wireLimitsDefault,
    protocolOf: (channel) => channel,
    nowMs: () => world.nowMs,
  });
  return { link, connection, inbound, news, world };
}

async function aReadyLink(): Promise<Case> {
  const made = aLink();
  await made.link.open();
  for (const [channel, stream] of made.inbound) made.link.accept(channel, stream);
  assert.deepEqual(made.news, ["ready"]);
  return made;
}

function frame(bytes: Uint8Array): Uint8Array {
  const header = new Uint8Array(4);
  new DataView(header.buffer).setUint32(0, bytes.length);
  return concatBytes([header, bytes]);
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

describe("a link to a peer", () => {
  it("is ready once three streams go out and three came in, and sends nothing before", async () => {
    const { link, news, inbound } = aLink();
    for (const [channel, stream] of inbound) link.accept(channel, stream);
    assert.deepEqual(news, []);
    assert.equal(link.send("consensus", Uint8Array.of(1)), false);
    await link.open();
    assert.deepEqual(news, ["ready"]);
    assert.ok(link.send("consensus", Uint8Array.of(1)));
  });

  it("writes the small messages of one turn at once", async () => {
    const { link, connection } = await aReadyLink();
    for (let number = 0; number < 100; number++) link.send("consensus", Uint8Array.of(number));
    await turn();
    assert.equal(connection.streams.get("consensus")?.chunks.length, 1);
  });

  it("writes no more while the stream is full, and goes on when it drained", async () => {
    const { link, connection } = await aReadyLink();
    const stream = connection.streams.get("sync");
    assert.ok(stream !== undefined);
    stream.writableNeedsDrain = true;
    link.send("sync", Uint8Array.of(1));
    await turn();
    assert.equal(stream.chunks.length, 0);
    stream.writableNeedsDrain = false;
    stream.say("drain");
    await turn();
    assert.equal(stream.chunks.length, 1);
  });

  it("accuses a peer whose frame is longer than its channel allows, and listens no more", async () => {
    for (const channel of channels) {
      const { inbound, news } = await aReadyLink();
      const header = frame(new Uint8Array(0));
      new DataView(header.buffer).setUint32(0, messageBytesMax[channel] + 1);
      inbound.get(channel)?.say("message", header);
      assert.equal(news.filter((line) => line.startsWith("misbehaved")).length, 1);
      inbound.get(channel)?.say("message", frame(Uint8Array.of(1)));
      assert.equal(news.at(-1), "closed: banned");
    }
  });

  it("hands on nothing more of a peer that was banned for the message before", async () => {
    const made = await aReadyLink();
    made.world.received = () => made.link.close("it lied");
    const chunk = concatBytes([frame(Uint8Array.of(1)), frame(Uint8Array.of(2))]);
    made.inbound.get("consensus")?.say("message", chunk);
    assert.deepEqual(made.news, ["ready", "consensus 1", "closed: it lied"]);
  });

  it("takes a second stream of a channel for none", async () => {
    const { link } = await aReadyLink();
    const extra = new FakeStream();
    link.accept("sync", extra);
    assert.ok(extra.isAborted);
    assert.ok(link.ready);
  });

  it("accuses a peer that serves none of our protocols, as of another chain", async () => {
    const { link, connection, news } = aLink();
    connection.refusal = Object.assign(new Error("none"), { name: "UnsupportedProtocolError" });
    await link.open();
    assert.deepEqual(news, ["misbehaved: another chain: none", "closed: banned"]);
    assert.ok(connection.isAborted);
  });

  it("ends when any of its streams does, once", async () => {
    for (const type of ["close", "remoteCloseWrite"]) {
      const { inbound, news, link } = await aReadyLink();
      inbound.get("transactions")?.say(type);
      inbound.get("sync")?.say(type);
      assert.equal(news.filter((line) => line.startsWith("closed")).length, 1);
      assert.equal(link.ready, false);
      assert.ok(link.wasReady);
    }
  });

  it("keeps an idle link alive with empty frames, which the other end does not hand on", async () => {
    const { link, connection, inbound, news } = await aReadyLink();
    link.tick(1_000, false);
    await turn();
    assert.deepEqual(connection.streams.get("consensus")?.chunks, [frame(new Uint8Array(0))]);
    inbound.get("consensus")?.say("message", frame(new Uint8Array(0)));
    assert.deepEqual(news, ["ready"]);
    link.tick(2_000, false);
    assert.equal(link.lastReceivedMs, 2_000);
    link.tick(3_000, false);
    assert.equal(link.lastReceivedMs, 2_000);
  });

  it("reads a peer that sends too much no faster than it may, and drops nothing", async () => {
    const { inbound, news, world } = await aReadyLink();
    const stream = inbound.get("sync");
    assert.ok(stream !== undefined);
    const { bytesPerSecond } = wireLimitsDefault.receive.sync;
    const half = frame(new Uint8Array(messageBytesMax.sync));
    for (let sent = 0; sent < bytesPerSecond; sent += half.length) {
      assert.equal(stream.isPaused, false);
      stream.say("message", half);
    }
    assert.equal(stream.isPaused, true);
    assert.equal(news.filter((line) => line.startsWith("sync")).length, 2);
    world.nowMs = 1_000;
    await resumed(stream);
    stream.say("message", frame(Uint8Array.of(1)));
    assert.equal(stream.isPaused, false);
    assert.equal(news.at(-1), "sync 1");
  });

  it("counts messages, not bytes alone: empty ones pause the stream as well", async () => {
    const { inbound, link } = await aReadyLink();
    const stream = inbound.get("transactions");
    const { messagesPerSecond } = wireLimitsDefault.receive.transactions;
    stream?.say("message", new Uint8Array(4 * messagesPerSecond));
    assert.equal(stream?.isPaused, true);
    link.close("enough");
  });

  it("accuses a peer whose one chunk holds more messages than a full queue", async () => {
    for (const channel of channels) {
      const { inbound, news } = await aReadyLink();
      const { messagesAtOnceMax } = wireLimitsDefault.receive[channel];
      inbound.get(channel)?.say("message", new Uint8Array(4 * (messagesAtOnceMax + 1)));
      assert.match(news.at(-2) ?? "", /^misbehaved: .*FRAMES_TOO_MANY/);
    }
  });

  it("holds no more of an unfinished message than has come, and says since when", async () => {
    const { link, inbound, world } = await aReadyLink();
    const header = new Uint8Array(4);
    new DataView(header.buffer).setUint32(0, messageBytesMax.sync);
    world.nowMs = 5;
    inbound.get("sync")?.say("message", header);
    assert.ok(link.unfinishedBytes <= 64 * 1024);
    assert.equal(link.unfinishedSinceMs, 5);
    world.nowMs = 9;
    inbound.get("sync")?.say("message", new Uint8Array(100_000));
    assert.ok(link.unfinishedBytes >= 100_000 && link.unfinishedBytes <= 200_000);
    assert.equal(link.unfinishedSinceMs, 5);
    assert.equal(link.faultAt(5 + wireLimitsDefault.messageMs), "silent");
    link.lastReceivedMs = 5 + wireLimitsDefault.messageMs;
    assert.equal(link.faultAt(5 + wireLimitsDefault.messageMs), undefined);
    assert.equal(link.faultAt(6 + wireLimitsDefault.messageMs), "a message does not end");
    inbound.get("sync")?.say("message", new Uint8Array(messageBytesMax.sync - 100_000));
    assert.equal(link.unfinishedBytes, 0);
    assert.equal(link.unfinishedSinceMs, undefined);
  });

  it("ends whose unfinished message is the oldest, where those of all take too much", async () => {
    const cases = [await aReadyLink(), await aReadyLink(), await aReadyLink()];
    const links = cases.map(({ link }) => link);
    for (const [index, { inbound, world }] of cases.entries()) {
      world.nowMs = [7, 5, 9][index] ?? 0;
      const part = frame(new Uint8Array(1_000_000)).subarray(0, 900_000);
      inbound.get("consensus")?.say("message", part);
    }
    assert.equal(givesWay(links, 3_000_000), undefined);
    assert.equal(givesWay(links, 2_000_000), links[1]);
  });

  it("queues for a peer what it may have anyhow, and more while there is room for all", async () => {
    const { link, world } = await aReadyLink();
    world.mayQueue = false;
    const half = new Uint8Array(wireLimitsDefault.queuedBytesAlways / 2);
    assert.ok(link.send("sync", half));
    assert.equal(link.send("sync", half), false);
    assert.ok(link.send("consensus", half));
    world.mayQueue = true;
    assert.ok(link.send("sync", half));
    assert.ok(link.queuedBytes > 3 * half.length);
  });

  it("gives up a peer that takes nothing of what waits on one of its channels", async () => {
    const { link, connection } = await aReadyLink();
    const stream = connection.streams.get("sync");
    assert.ok(stream !== undefined);
    stream.writableNeedsDrain = true;
    link.send("sync", Uint8Array.of(1));
    const { heartbeatMs, stalledMs } = wireLimitsDefault;
    for (let nowMs = 0; nowMs <= stalledMs + heartbeatMs; nowMs += heartbeatMs) {
      link.lastReceivedMs = nowMs;
      link.tick(nowMs, false);
      await turn();
      assert.equal(link.faultAt(nowMs), nowMs > stalledMs ? "takes nothing" : undefined);
    }
  });
});

async function resumed(stream: FakeStream): Promise<void> {
  while (stream.isPaused) await turn();
}
