import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createPrng, hexFromBytes } from "#base";
import type { Mempool, MempoolEffect, MempoolInput, MempoolLimits } from "#mempool";
import { createHeight } from "#types";
import { aPool, at, ofKind, settle, submit, texts, tx, unlimited } from "./a-pool.ts";

interface Link {
  readonly from: number;
  readonly to: number;
  readonly bytes: Uint8Array;
  readonly atMs: number;
}

/** Pools that talk over links of 1 ms; a link may lose frames. */
class PoolNetwork {
  readonly pools: readonly Mempool[];
  readonly #wakes: (number | undefined)[];
  #flying: Link[] = [];
  readonly #linked: (from: number, to: number) => boolean;
  readonly #loses: () => boolean;
  nowMs = 0;
  bytesSent = 0;

  constructor(options: {
    readonly count: number;
    readonly linked?: (from: number, to: number) => boolean;
    readonly loses?: () => boolean;
    readonly limits?: Partial<MempoolLimits>;
  }) {
    const { count, limits = {} } = options;
    this.#linked = options.linked ?? ((): boolean => true);
    this.#loses = options.loses ?? ((): boolean => false);
    this.pools = Array.from({ length: count }, () => aPool({ limits }));
    this.#wakes = this.pools.map(() => undefined);
    for (const from of this.pools.keys()) {
      for (const to of this.pools.keys()) {
        if (from === to || !this.#linked(from, to)) continue;
        this.put(from, { kind: "peer-connected", peer: `${to}`, now: at(0) });
      }
    }
  }

  put(node: number, input: MempoolInput): void {
    const pool = this.pools[node];
    assert.ok(pool !== undefined);
    for (const effect of settle(pool, input)) {
      if (effect.kind === "wake") this.#wakes[node] = Number(effect.at / 1_000_000n);
      if (effect.kind === "punish") assert.fail(effect.reason);
      if (effect.kind !== "send") continue;
      for (const peer of effect.peers) {
        this.bytesSent += effect.bytes.length;
        if (this.#loses()) continue;
        const { bytes } = effect;
        this.#flying.push({ from: node, to: Number(peer), bytes, atMs: this.nowMs + 1 });
      }
    }
  }

  run(untilMs: number): void {
    for (; this.nowMs < untilMs; this.nowMs++) {
      const now = at(this.nowMs);
      const due = this.#flying.filter((link) => link.atMs <= this.nowMs);
      this.#flying = this.#flying.filter((link) => link.atMs > this.nowMs);
      for (const { from, to, bytes } of due) {
        this.put(to, { kind: "received", peer: `${from}`, bytes, now });
      }
      for (const [node, wake] of this.#wakes.entries()) {
        if (wake === undefined || wake > this.nowMs) continue;
        this.#wakes[node] = undefined;
        this.put(node, { kind: "tick", now });
      }
    }
  }
}

describe("mempool relay", () => {
  it("brings a client's transaction to a full mesh once over each link, whole", () => {
    const network = new PoolNetwork({ count: 4 });
    const texts300 = Array.from({ length: 300 }, (_, index) => `${index}`.padStart(300, "x"));
    for (const text of texts300) {
      network.put(0, { kind: "submitted", id: 1, tx: tx(text), now: at(0) });
    }
    network.run(200);
    for (const pool of network.pools) {
      assert.equal(pool.size, 300);
      assert.equal(pool.counters.receivedTwice, 0);
    }
    const least = 3 * 300 * 300;
    assert.ok(network.bytesSent < 1.25 * least, `${network.bytesSent} bytes for ${least}`);
  });

  it("carries a transaction around a ring of seven within half a second", () => {
    const network = new PoolNetwork({
      count: 7,
      linked: (from, to) => (from + 1) % 7 === to || (to + 1) % 7 === from,
    });
    network.put(0, { kind: "submitted", id: 1, tx: tx("around"), now: at(0) });
    network.run(500);
    for (const pool of network.pools) assert.deepEqual(texts(pool.list(10)), ["around"]);
  });

  it("gets everything everywhere in the end, whatever a third of lost frames does", () => {
    const prng = createPrng(11);
    const network = new PoolNetwork({ count: 4, loses: () => prng.chance(1, 3) });
    for (let index = 0; index < 40; index++) {
      const now = at(network.nowMs);
      network.put(index % 4, { kind: "submitted", id: 1, tx: tx(`tx ${index}`), now });
      network.run(network.nowMs + 5);
    }
    network.run(120_000);
    for (const pool of network.pools) assert.equal(pool.size, 40);
  });

  it("sends at once what fills a frame, and in a batch after a moment what does not", () => {
    const pool = aPool();
    pool.step({ kind: "peer-connected", peer: "p", now: at(0) });
    const small = settle(pool, { kind: "submitted", id: 1, tx: tx("small"), now: at(20) });
    assert.equal(ofKind(small, "send").length, 0);
    assert.equal(ofKind(small, "wake")[0]?.at, at(45));
    const large = settle(pool, {
      kind: "submitted",
      id: 2,
      tx: new Uint8Array(65_536).fill(120),
      now: at(21),
    });
    assert.equal(ofKind(large, "send").length, 2);
  });

  it("sends nothing to the peer that it came from", () => {
    const pool = aPool();
    const giver = aPool();
    giver.step({ kind: "peer-connected", peer: "taker", now: at(0) });
    submit(giver, "gift");
    const [frame] = ofKind(giver.step({ kind: "tick", now: at(25) }), "send");
    assert.ok(frame !== undefined);
    pool.step({ kind: "peer-connected", peer: "giver", now: at(0) });
    settle(pool, { kind: "received", peer: "giver", bytes: frame.bytes, now: at(0) });
    assert.equal(pool.size, 1);
    assert.equal(ofKind(pool.step({ kind: "tick", now: at(60_000) }), "send").length, 0);
  });

  it("tells a peer that comes back with an empty pool everything again", () => {
    const network = new PoolNetwork({ count: 2 });
    network.put(0, { kind: "submitted", id: 1, tx: tx("one"), now: at(0) });
    network.run(100);
    const now = at(network.nowMs);
    network.put(1, { kind: "peer-disconnected", peer: "0", now });
    network.put(1, { kind: "peer-connected", peer: "0", now });
    network.run(200);
    assert.equal(network.pools[0]?.size, 1);
    assert.equal(network.pools[1]?.size, 1);
  });

  it("asks the next announcer where the first does not deliver, and gives up after the last", () => {
    const pool = aPool();
    const hash = new Uint8Array(32).fill(9);
    const have = Uint8Array.from([0x12, 34, 0x0a, 32, ...hash]);
    for (const peer of ["p", "q"]) pool.step({ kind: "peer-connected", peer, now: at(0) });
    for (const peer of ["p", "q"]) {
      pool.step({ kind: "received", peer, bytes: have, now: at(0) });
    }
    const asked: string[] = [];
    for (let ms = 0; ms < 5_000; ms += 10) {
      for (const send of ofKind(pool.step({ kind: "tick", now: at(ms) }), "send")) {
        asked.push(`${ms} ${send.peers.join()} ${hexFromBytes(send.bytes.subarray(0, 4))}`);
      }
    }
    assert.deepEqual(asked, ["30 p 1a220a20", "530 q 1a220a20"]);
  });

  it("punishes frames that do not decode, and those of a stranger not even that", () => {
    const pool = aPool();
    pool.step({ kind: "peer-connected", peer: "p", now: at(0) });
    const frames = [
      [],
      [0x0a, 5],
      [0x0a, 0],
      [0x0a, 2, 0x0a, 0],
      [0x12, 3, 0x0a, 1, 7],
      [0x22, 0],
      [0x0a, 3, 0x0a, 1, 7, 0x1a, 0],
    ];
    for (const frame of frames) {
      const bytes = Uint8Array.from(frame);
      const effects = pool.step({ kind: "received", peer: "p", bytes, now: at(0) });
      assert.equal(ofKind(effects, "punish").length, 1, hexFromBytes(bytes));
      assert.equal(pool.step({ kind: "received", peer: "x", bytes, now: at(0) }).length, 0);
    }
  });

  it("never throws on garbage", () => {
    const prng = createPrng(5);
    const pool = aPool();
    pool.step({ kind: "peer-connected", peer: "p", now: at(0) });
    for (let count = 0; count < 2_000; count++) {
      const bytes = prng.bytes(prng.below(80));
      pool.step({ kind: "received", peer: "p", bytes, now: at(count) });
    }
  });

  it("takes from a peer only so much that is unchecked", () => {
    const pool = aPool({ limits: { peerCheckingMax: 2 } });
    pool.step({ kind: "peer-connected", peer: "p", now: at(0) });
    const bytes = Uint8Array.from([0x0a, 9, 0x0a, 1, 1, 0x0a, 1, 2, 0x0a, 1, 3]);
    const [check] = ofKind(pool.step({ kind: "received", peer: "p", bytes, now: at(0) }), "check");
    assert.equal(check?.txs.length, 2);
    assert.equal(pool.counters.rejected, 1);
  });

  it("caps what one peer brings where the application names no sender", () => {
    const pool = aPool({ limits: { peerTxsMax: 2 } });
    pool.step({ kind: "peer-connected", peer: "p", now: at(0) });
    const bytes = Uint8Array.from([0x0a, 9, 0x0a, 1, 65, 0x0a, 1, 66, 0x0a, 1, 67]);
    settle(pool, { kind: "received", peer: "p", bytes, now: at(0) });
    assert.equal(pool.size, 2);
    const height = createHeight(1n);
    const txs = [Uint8Array.of(65)];
    settle(pool, {
      kind: "block-committed",
      height,
      txs,
      codes: [0],
      block: unlimited,
      now: at(0),
    });
    settle(pool, { kind: "received", peer: "p", bytes, now: at(0) });
    assert.deepEqual(texts(pool.list(9)), ["B", "C"]);
  });

  it("remembers only so many announcements of one peer, and so many hashes of one frame", () => {
    const pool = aPool({ limits: { peerWantedMax: 50, frameItemsMax: 40 } });
    const prng = createPrng(2);
    pool.step({ kind: "peer-connected", peer: "p", now: at(0) });
    const announce = (hashes: number): readonly MempoolEffect[] => {
      const items = Array.from({ length: hashes }, () => [0x0a, 32, ...prng.bytes(32)]).flat();
      const length = [(items.length & 0x7f) | 0x80, items.length >> 7];
      const bytes = Uint8Array.from([0x12, ...length, ...items]);
      return pool.step({ kind: "received", peer: "p", bytes, now: at(0) });
    };
    assert.equal(ofKind(announce(41), "punish").length, 1);
    for (let count = 0; count < 5; count++) assert.equal(ofKind(announce(40), "punish").length, 0);
    const wants = ofKind(pool.step({ kind: "tick", now: at(30) }), "send");
    const asked = wants.reduce((sum, { bytes }) => sum + Math.floor(bytes.length / 34), 0);
    assert.equal(asked, 50);
  });

  it("serves a peer that asks again and again only up to its allowance", () => {
    const size = 1_000_000;
    const pool = aPool({ limits: { servedBytesPerSecond: 2 * 1024 * 1024 } });
    settle(pool, { kind: "submitted", id: 1, tx: new Uint8Array(size).fill(65), now: at(0) });
    pool.step({ kind: "peer-connected", peer: "p", now: at(0) });
    const [have] = ofKind(pool.step({ kind: "tick", now: at(100) }), "send");
    assert.ok(have !== undefined);
    const want = have.bytes.slice();
    want[0] = 0x1a;
    let served = 0;
    for (let ms = 100; ms < 1_090; ms += 10) {
      const effects = [
        ...pool.step({ kind: "received", peer: "p", bytes: want, now: at(ms) }),
        ...pool.step({ kind: "tick", now: at(ms + 9) }),
      ];
      for (const send of ofKind(effects, "send")) served += send.bytes.length;
    }
    assert.ok(served > size && served < 5 * size, `${served} bytes`);
  });
});
