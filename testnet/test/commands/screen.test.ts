import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { NetworkFile } from "@pyralog/testnet/processes";
import { planNodes, metricsUrl, rpcUrl } from "../../src/processes/plan.ts";
import { paceOf } from "../../src/processes/observe.ts";
import { screenFrom } from "../../src/commands/screen.ts";
import { statusLineFrom } from "../../src/commands/status-line.ts";

const address = `pyr1${"q".repeat(38)}`;

function aNetwork(clusters: number): NetworkFile {
  const plans = planNodes({ home: "/h", clusters, basePort: 26_656 });
  return {
    chainId: "pyralog-local-1",
    prefix: "pyr",
    denom: "apyr",
    basePort: 26_656,
    pid: 1,
    control: "",
    clusters: plans.map((plan) => ({
      name: plan.cluster,
      operator: address,
      nodes: [
        {
          name: plan.name,
          home: plan.home,
          pid: 1,
          rpc: rpcUrl(plan),
          p2p: plan.p2pPort,
          metrics: metricsUrl(plan),
        },
      ],
    })),
    accounts: ["alice", "bob", "carol", "op0"].map((name) => ({ name, address, hex: "0x" })),
  };
}

function aView(name: string, height: bigint | undefined): Parameters<typeof statusLineFrom>[0][0] {
  return {
    name,
    height,
    catchingUp: false,
    peers: 3,
    validatorAddress: "A".repeat(40),
    power: 100n,
  };
}

describe("the screen of npm start", () => {
  for (const clusters of [1, 4, 16]) {
    it(`fits 80 × 24 with the line under it, for ${clusters} validators`, () => {
      const network = aNetwork(clusters);
      const balances = new Map(network.accounts.map(({ name }) => [name, "1,000,000 PYR"]));
      const views = network.clusters.map(({ nodes }) => aView(nodes[0]?.name ?? "", 1n));
      const home = `/a/very/long/way/${"down/".repeat(20)}`;
      const lines = screenFrom({ home, network, views, balances }).split("\n");
      assert.ok(lines.length <= 23, `${lines.length} lines`);
      for (const line of lines) assert.ok(line.length <= 80, line);
    });
  }

  it("names the chain, every URL, the funded accounts under DEV ONLY, and the validators", () => {
    const network = aNetwork(4);
    const balances = new Map([["alice", "1,000,000 PYR"]]);
    const screen = screenFrom({ home: "/h", network, views: [aView("c0n0", 1n)], balances });
    for (const part of [
      "pyralog-local-1",
      "http://127.0.0.1:26687",
      "http://127.0.0.1:26690/metrics",
      "DEV ONLY",
      `alice  1,000,000 PYR  ${address}`,
      `c0         100    AAAAAAAAAAAA  ${address}`,
    ]) {
      assert.ok(screen.includes(part), part);
    }
    assert.ok(!screen.includes("op0"));
  });
});

describe("the status line", () => {
  it("tells height, interval, transactions per second and peers", () => {
    const pace = { height: 7n, intervalMs: 1012, txsPerSecond: 2.5 };
    assert.equal(
      statusLineFrom([aView("c0n0", 7n)], pace),
      "height 7 · interval 1.01 s · 2.5 tx/s · peers 3",
    );
  });

  it("names the nodes that do not answer", () => {
    const pace = { height: 7n, intervalMs: undefined, txsPerSecond: 0 };
    const line = statusLineFrom([aView("c0n0", 7n), aView("c1n0", undefined)], pace);
    assert.match(line, /silent: c1n0$/);
    assert.equal(statusLineFrom([aView("c0n0", undefined)], undefined), "no node answers");
  });
});

describe("paceOf", () => {
  it("measures between the newest and the oldest block, whose own transactions came before", () => {
    const blocks = [
      { height: 3n, time: "2026-01-01T00:00:02.5Z", txCount: 4 },
      { height: 2n, time: "2026-01-01T00:00:01Z", txCount: 1 },
      { height: 1n, time: "2026-01-01T00:00:00Z", txCount: 9 },
    ];
    assert.deepEqual(paceOf(blocks, 3n), { height: 3n, intervalMs: 1250, txsPerSecond: 2 });
  });

  it("knows no interval before the second block", () => {
    const blocks = [{ height: 1n, time: "2026-01-01T00:00:00Z", txCount: 9 }];
    assert.deepEqual(paceOf(blocks, 1n), { height: 1n, intervalMs: undefined, txsPerSecond: 0 });
    assert.equal(paceOf([], 0n).intervalMs, undefined);
  });
});
