import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createPrng } from "#base";
import { BlockSync, createSyncLimits, type SyncEffect, type SyncLimits } from "#sync";
import { createHeight } from "#types";
import { at, ofKind, stored } from "./a-chain.ts";
import { SyncNetwork } from "./sync-network.ts";

/** One machine whose peers are played by hand. */
class Hand {
  readonly sync: BlockSync;
  nowMs = 0;

  constructor(limits: Partial<SyncLimits> = {}) {
    this.sync = new BlockSync({ limits });
    this.started(5n);
    for (const peer of ["p", "q"]) {
      this.sync.step({ kind: "peer-connected", peer, now: at(this.nowMs) });
    }
  }

  started(height: bigint): readonly SyncEffect[] {
    const now = at(this.nowMs);
    return this.sync.step({
      kind: "height-started",
      height: createHeight(height),
      base: createHeight(1n),
      now,
    });
  }

  received(peer: string, bytes: Uint8Array): readonly SyncEffect[] {
    return this.sync.step({ kind: "received", peer, bytes, now: at(this.nowMs) });
  }

  claims(peer: string, height: number): readonly SyncEffect[] {
    return this.received(peer, statusFrame({ height, base: 1 }));
  }

  tick(ms: number): readonly SyncEffect[] {
    this.nowMs += ms;
    return this.sync.step({ kind: "tick", now: at(this.nowMs) });
  }
}

/** `peer height` of each request for a block. */
function requests(effects: readonly SyncEffect[]): readonly string[] {
  return ofKind(effects, "send")
    .filter((send) => send.bytes[0] === 0x0a)
    .map((send) => `${send.peers.join()} ${send.bytes[3]}`);
}

function reasons(effects: readonly SyncEffect[]): readonly string[] {
  return ofKind(effects, "ban").map((ban) => `${ban.peer} ${ban.reason}`);
}

function statusFrame(claim: { readonly height: number; readonly base: number }): Uint8Array {
  return Uint8Array.from([0x2a, 4, 8, claim.height, 16, claim.base]);
}

function blockFrame(height: number, content = stored(BigInt(height))): Uint8Array {
  const { block, commit } = content;
  const blockHead = [0x0a, ...varint(block.length)];
  const commitHead = [0x18, height, 0x22, ...varint(commit.length)];
  const body = [...blockHead, ...block, ...commitHead, ...commit];
  return Uint8Array.from([0x1a, ...varint(body.length), ...body]);
}

function varint(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >> 7)];
}

describe("block sync", () => {
  it("catches up from far behind, from several peers at once", () => {
    const network = new SyncNetwork({ stores: [120n, 120n, 120n, 3n] });
    network.run(3_000);
    assert.equal(network.heightOf(3), 120n);
    assert.deepEqual(network.bans, []);
    for (const peer of [0, 1, 2]) assert.ok(network.served(peer) > 10, `${network.served(peer)}`);
  });

  it("hands over one candidate at a time, of the height that the engine is at", () => {
    const hand = new Hand();
    assert.deepEqual(requests(hand.claims("p", 7)), ["p 5", "p 6", "p 7"]);
    assert.deepEqual(ofKind(hand.received("p", blockFrame(6)), "candidate"), []);
    const [candidate] = ofKind(hand.received("p", blockFrame(5)), "candidate");
    assert.equal(candidate?.height, 5n);
    assert.equal(candidate?.block.header.height, 5n);
    assert.equal(candidate?.commit.height, 5n);
    assert.deepEqual(ofKind(hand.tick(100), "candidate"), []);
    assert.equal(ofKind(hand.started(6n), "candidate")[0]?.height, 6n);
  });

  it("hands a candidate over again to an engine that said nothing to it", () => {
    const hand = new Hand();
    hand.claims("p", 7);
    hand.received("p", blockFrame(5));
    assert.deepEqual(ofKind(hand.tick(4_999), "candidate"), []);
    assert.equal(ofKind(hand.tick(1), "candidate")[0]?.height, 5n);
  });

  it("leaves the newest block to gossip for a while, and asks for it then", () => {
    const hand = new Hand();
    assert.deepEqual(requests(hand.claims("p", 5)), []);
    assert.deepEqual(requests(hand.tick(1_999)), []);
    assert.deepEqual(requests(hand.tick(1)), ["p 5"]);
  });

  it("asks within its window and within what a peer may owe", () => {
    const hand = new Hand({ windowHeights: 10, peerRequestsMax: 4 });
    assert.deepEqual(requests(hand.claims("p", 100)), ["p 5", "p 6", "p 7", "p 8"]);
    assert.deepEqual(requests(hand.claims("q", 100)), ["q 9", "q 10", "q 11", "q 12"]);
    assert.deepEqual(requests(hand.received("q", blockFrame(9))), ["q 13"]);
    assert.deepEqual(requests(hand.received("q", blockFrame(10))), ["q 14"]);
    assert.deepEqual(requests(hand.received("q", blockFrame(11))), []);
  });

  it("asks for no more than it can hold, but always for the next height", () => {
    const hand = new Hand({ heldBytesMax: 3_000 });
    hand.claims("p", 100);
    hand.received("p", blockFrame(12, stored(12n, 3_000)));
    assert.deepEqual(requests(hand.received("p", blockFrame(11))), []);
    assert.deepEqual(requests(hand.tick(3_000)), []);
    assert.deepEqual(requests(hand.claims("q", 100)), ["q 5"]);
  });

  it("asks another peer where one does not answer, and later the first again", () => {
    const hand = new Hand();
    hand.claims("p", 6);
    hand.claims("q", 6);
    const again = requests(hand.tick(3_000));
    assert.deepEqual(again.toSorted(), ["q 5", "q 6"]);
    assert.deepEqual(requests(hand.tick(3_000)), []);
    assert.deepEqual(requests(hand.tick(2_000)).length, 2);
  });

  it("bans a peer that stalls again and again", () => {
    const hand = new Hand();
    hand.claims("p", 100);
    const banned: string[] = [];
    for (let seconds = 0; seconds < 120; seconds++) banned.push(...reasons(hand.tick(1_000)));
    assert.deepEqual(banned, ["p STALLED"]);
  });

  it("takes a late answer, which is no lie", () => {
    const hand = new Hand();
    hand.claims("p", 6);
    hand.tick(3_000);
    const effects = hand.received("p", blockFrame(5));
    assert.deepEqual(reasons(effects), []);
    assert.equal(ofKind(effects, "candidate").length, 1);
  });

  it("bans a peer whose height shrinks (ASA-2025-001), or whose base is above it", () => {
    const hand = new Hand();
    hand.claims("p", 9);
    assert.deepEqual(reasons(hand.claims("p", 9)), []);
    assert.deepEqual(reasons(hand.claims("p", 8)), ["p HEIGHT_SHRUNK"]);
    assert.deepEqual(reasons(hand.received("q", statusFrame({ height: 9, base: 10 }))), [
      "q HEIGHT_SHRUNK",
    ]);
    assert.deepEqual(reasons(hand.claims("p", 1)), []);
  });

  it("bans a peer that sends a block unasked, or of another height", () => {
    const hand = new Hand();
    assert.deepEqual(reasons(hand.received("p", blockFrame(5))), ["p BLOCK_UNASKED"]);
    hand.claims("q", 6);
    assert.deepEqual(reasons(hand.received("q", blockFrame(5, stored(6n)))), ["q BLOCK_OTHER"]);
  });

  it("bans a peer whose frames, blocks or commits do not decode", () => {
    for (const bytes of [[], [1], [0x2a, 1, 8], [0x32, 0], [0x0a, 0, 0x12, 0]]) {
      const hand = new Hand();
      const effects = hand.received("p", Uint8Array.from(bytes));
      assert.deepEqual(reasons(effects), ["p FRAME_MALFORMED"]);
    }
    const hand = new Hand();
    hand.claims("p", 6);
    const broken = { ...stored(5n), commit: Uint8Array.of(1) };
    assert.deepEqual(reasons(hand.received("p", blockFrame(5, broken))), ["p FRAME_MALFORMED"]);
  });

  it("bans whose block the engine refuses, drops all of its blocks, and asks others", () => {
    const hand = new Hand();
    hand.claims("p", 6);
    hand.received("p", blockFrame(6));
    hand.received("p", blockFrame(5));
    hand.claims("q", 6);
    const height = createHeight(5n);
    const effects = hand.sync.step({ kind: "refused", height, peer: "p", now: at(1) });
    assert.deepEqual(reasons(effects), ["p BLOCK_REFUSED"]);
    assert.deepEqual(requests(effects), ["q 5", "q 6"]);
  });

  it("bans a peer that denies again and again what it claims, not one that pruned a block", () => {
    const hand = new Hand({ denialsMax: 9 });
    hand.claims("p", 100);
    const banned: string[] = [];
    for (let height = 5; height < 20; height++) {
      assert.equal(banned.length, height < 14 ? 0 : 1);
      banned.push(...reasons(hand.received("p", Uint8Array.from([0x12, 2, 8, height]))));
    }
    assert.deepEqual(banned, ["p STALLED"]);
  });

  it("says that it is behind only by what peers claim that keep their word", () => {
    const hand = new Hand();
    assert.equal(hand.sync.isCatchingUp, false);
    hand.claims("p", 5);
    assert.equal(hand.sync.isCatchingUp, false);
    hand.claims("p", 6);
    // Anybody can claim: only who has sent a block is believed so far.
    assert.equal(hand.sync.isCatchingUp, false);
    hand.received("p", blockFrame(5));
    assert.equal(hand.sync.isCatchingUp, true);
    hand.tick(3_000);
    assert.equal(hand.sync.isCatchingUp, false);
  });

  it("reaches the head past a liar, a staller and a peer that garbles what it sends", () => {
    const network = new SyncNetwork({
      stores: [60n, 60n, 60n, 60n, 2n],
      faults: ["honest", "wrong-block", "silent", "garbled"],
    });
    network.run(30_000);
    assert.equal(network.heightOf(4), 60n);
    assert.ok(network.bans.includes("4 bans 1: BLOCK_REFUSED"), network.bans.join());
    assert.ok(!network.bans.some((ban) => ban.includes("bans 0")), network.bans.join());
  });

  it("reaches the head over links that lose every fourth frame", () => {
    const prng = createPrng(3);
    const network = new SyncNetwork({ stores: [40n, 40n, 1n], loses: () => prng.chance(1, 4) });
    network.run(60_000);
    assert.equal(network.heightOf(2), 40n);
  });
});

describe("block server", () => {
  it("answers from the store, and says so where it has nothing", () => {
    const hand = new Hand();
    const load = hand.received("p", Uint8Array.from([0x0a, 2, 8, 3]));
    assert.deepEqual(ofKind(load, "load-block"), [
      { kind: "load-block", peer: "p", height: createHeight(3n) },
    ]);
    const height = createHeight(3n);
    const found = hand.sync.step({
      kind: "loaded",
      peer: "p",
      height,
      stored: stored(3n),
      now: at(0),
    });
    assert.deepEqual(ofKind(found, "send")[0]?.bytes, blockFrame(3));
    hand.received("p", Uint8Array.from([0x0a, 2, 8, 3]));
    const missing = hand.sync.step({
      kind: "loaded",
      peer: "p",
      height,
      stored: undefined,
      now: at(0),
    });
    assert.deepEqual(ofKind(missing, "send")[0]?.bytes, Uint8Array.from([0x12, 2, 8, 3]));
  });

  it("loads so many at a time for one peer, and so many a second", () => {
    const hand = new Hand({ peerLoadsMax: 8, peerRequestsPerSecond: 20 });
    let loads = 0;
    for (let height = 1; height < 100; height++) {
      const effects = hand.received("p", Uint8Array.from([0x0a, 2, 8, height]));
      loads += ofKind(effects, "load-block").length;
    }
    assert.equal(loads, 8);
    for (let height = 1; height < 9; height++) {
      hand.sync.step({
        kind: "loaded",
        peer: "p",
        height: createHeight(BigInt(height)),
        stored: undefined,
        now: at(0),
      });
    }
    const [load] = ofKind(hand.received("p", Uint8Array.from([0x0a, 2, 8, 50])), "load-block");
    assert.equal(load, undefined);
    hand.tick(1_000);
    const after = hand.received("p", Uint8Array.from([0x0a, 2, 8, 50]));
    assert.equal(ofKind(after, "load-block").length, 1);
  });

  it("takes large blocks for many requests, so that nobody has it read without end", () => {
    const hand = new Hand();
    const height = createHeight(3n);
    const request = Uint8Array.from([0x0a, 2, 8, 3]);
    const ofMebibytes = { block: new Uint8Array(4 * 1024 * 1024), commit: new Uint8Array(0) };
    let served = 0;
    while (ofKind(hand.received("p", request), "load-block").length > 0) {
      const now = at(hand.nowMs);
      hand.sync.step({ kind: "loaded", peer: "p", height, stored: ofMebibytes, now });
      served++;
    }
    assert.ok(served >= 8 && served < 16, `${served} blocks at once`);
    hand.tick(1_000);
    assert.equal(ofKind(hand.received("p", request), "load-block").length, 1);
  });

  it("never throws on garbage", () => {
    const prng = createPrng(8);
    for (let count = 0; count < 2_000; count++) {
      const hand = new Hand();
      hand.claims("p", 100);
      hand.received("p", prng.bytes(prng.below(60)));
    }
  });
});

describe("sync limits", () => {
  it("asserts that what we ask of a peer is what a peer answers", () => {
    assert.throws(() => createSyncLimits({ peerRequestsMax: 17 }), /answers all that we ask/);
  });
});
