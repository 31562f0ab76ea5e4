import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { GossipNetwork, ring } from "./gossip-network.ts";

const minute = 60_000;

/** Real time, on a machine that does other things too. */
const patienceMs = 60_000;

describe("gossip in a full mesh", () => {
  it("makes a block a second, and brings every item once and in one hop", () => {
    const network = new GossipNetwork({ nodes: 4, latencyMs: [5, 5] });
    network.run(minute);
    for (const height of network.heights) assert.ok(height >= 58, `${height}`);
    assert.deepEqual(network.rounds, [0, 0, 0, 0]);
    assert.ok(network.copies < 1.01, `${network.copies}`);
    assert.ok(network.agrees);
    assert.deepEqual(network.punished, []);
  }).timeout(patienceMs);

  it("brings hardly anything twice where links are uneven", () => {
    const network = new GossipNetwork({ nodes: 4, latencyMs: [1, 50], blockBytes: 300_000 });
    network.run(minute / 2);
    for (const height of network.heights) assert.ok(height >= 25, `${height}`);
    assert.ok(network.copies < 1.15, `${network.copies}`);
  }).timeout(patienceMs);

  it("costs a few frames for each block and peer", () => {
    const network = new GossipNetwork({ nodes: 4 });
    network.run(minute);
    const perBlockAndLink = network.frames / (Math.max(...network.heights) * 12);
    assert.ok(perBlockAndLink < 6, `${perBlockAndLink}`);
  }).timeout(patienceMs);

  it("goes on without one of four", () => {
    const network = new GossipNetwork({ nodes: 4, absent: [2] });
    network.run(minute);
    assert.ok(network.node(0).height >= 50, `${network.node(0).height}`);
    assert.ok(network.agrees);
  }).timeout(patienceMs);
});

describe("gossip in a ring of seven", () => {
  it("makes a block within one and a half seconds, and soon without detours", () => {
    const network = new GossipNetwork({ nodes: 7, linked: ring(7), latencyMs: [1, 10] });
    network.run(minute);
    for (const height of network.heights) assert.ok(height >= 40, `${height}`);
    assert.ok(network.copies < 1.2, `${network.copies}`);
    assert.ok(network.agrees);
  }).timeout(patienceMs);

  it("carries blocks of thirty parts around", () => {
    const network = new GossipNetwork({
      nodes: 7,
      linked: ring(7),
      latencyMs: [1, 5],
      blockBytes: 2_000_000,
    });
    assert.ok(network.runUntil(() => Math.min(...network.heights) >= 4, 20_000));
    assert.deepEqual(network.punished, []);
  }).timeout(patienceMs);

  it("makes blocks although every fifth frame is lost, others come twice or in any order", () => {
    for (const seed of [1, 2, 3]) {
      const network = new GossipNetwork({
        nodes: 7,
        seed,
        linked: ring(7),
        latencyMs: [1, 40],
        lostPercent: 20,
        twicePercent: 20,
      });
      assert.ok(
        network.runUntil(() => Math.min(...network.heights) >= 8, minute),
        `seed ${seed}: ${network.heights.join()}`,
      );
      assert.ok(network.agrees);
    }
  }).timeout(patienceMs);
});

describe("gossip after trouble", () => {
  it("brings a node back that could send but not hear", () => {
    const network = new GossipNetwork({ nodes: 4 });
    network.run(5_000);
    network.cutOff([0, 1, 2], [3]);
    network.run(20_000);
    const before = network.node(3).height;
    assert.ok(Math.min(...network.heights.slice(0, 3)) > before + 4);
    network.cut.clear();
    assert.ok(network.runUntil(() => network.node(3).height >= network.node(0).height, 10_000));
    network.run(10_000);
    const heights = network.heights;
    assert.ok(Math.max(...heights) - Math.min(...heights) <= 1, heights.join());
    assert.ok(network.agrees);
  }).timeout(patienceMs);

  it("brings a node back that could hear but not send", () => {
    const network = new GossipNetwork({ nodes: 4 });
    network.run(5_000);
    network.cutOff([3], [0, 1, 2]);
    network.run(20_000);
    network.cut.clear();
    assert.ok(network.runUntil(() => network.node(3).height >= network.node(0).height, 10_000));
    assert.ok(network.agrees);
  }).timeout(patienceMs);

  it("goes on after a split in which nobody had a quorum", () => {
    const network = new GossipNetwork({ nodes: 4, latencyMs: [1, 20] });
    network.run(5_000);
    network.cutOff([0, 1], [2, 3]);
    network.cutOff([2, 3], [0, 1]);
    network.run(20_000);
    const [height = 0] = network.heights;
    network.cut.clear();
    assert.ok(
      network.runUntil(() => Math.min(...network.heights) > height + 2, 30_000),
      network.heights.join(),
    );
    assert.ok(network.agrees);
  }).timeout(patienceMs);

  it("helps the last node of a height over, when the others are a height further", () => {
    const network = new GossipNetwork({ nodes: 4, timeouts: { commitMs: 5_000 } });
    network.run(5_300);
    network.cutOff([0, 1, 2], [3]);
    assert.ok(
      network.runUntil(() => network.node(0).height > network.node(3).height, 10_000),
      network.heights.join(),
    );
    network.cut.clear();
    assert.ok(network.runUntil(() => network.node(0).height === network.node(3).height, 1_500));
  }).timeout(patienceMs);

  it("takes a node back that restarts without its memory", () => {
    const network = new GossipNetwork({ nodes: 4, latencyMs: [1, 20] });
    for (let turn = 0; turn < 12; turn++) {
      network.run(1_000 + network.prng.below(1_500));
      network.restart(turn % 4);
    }
    assert.ok(network.runUntil(() => Math.min(...network.heights) >= 12, minute));
    assert.ok(network.agrees);
    assert.deepEqual(network.punished, []);
  }).timeout(patienceMs);

  it("agrees whatever is cut, lost and restarted, and goes on when that ends", () => {
    for (let seed = 1; seed <= 6; seed++) {
      const network = new GossipNetwork({ nodes: 4, seed, latencyMs: [1, 60], lostPercent: 10 });
      for (let turn = 0; turn < 20; turn++) {
        network.run(network.prng.below(3_000));
        const [one, other] = [network.prng.below(4), network.prng.below(4)];
        if (network.prng.chance(1, 3)) network.restart(one);
        else if (network.prng.chance(1, 2)) network.cutOff([one], [other]);
        else network.cut.clear();
      }
      network.cut.clear();
      const height = Math.max(...network.heights);
      assert.ok(
        network.runUntil(() => Math.min(...network.heights) > height + 2, minute),
        `seed ${seed}: ${network.heights.join()}`,
      );
      assert.ok(network.agrees, `seed ${seed}`);
    }
  }).timeout(patienceMs);
});
