import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createPower, createValidatorSet } from "@pyralog/chain/types";
import { endpointsPage } from "../../src/rpc/endpoints-page.ts";
import { readinessOf } from "../../src/rpc/health.ts";
import { corsHeaders, isOwnHost } from "../../src/rpc/origins.ts";
import { createRoutes } from "../../src/rpc/routes.ts";
import { Door, settings, stillClock } from "./door.ts";
import { MemoryChain } from "./memory-chain.ts";

/** A chain of a few empty blocks, a second apart. */
function aChain(blocks: number): MemoryChain {
  const chain = new MemoryChain();
  for (let block = 1; block <= blocks; block++) chain.produce();
  return chain;
}

describe("readiness", () => {
  const second = 1_000_000_000n;

  it("is there at the head of a living chain", async () => {
    const chain = aChain(5);
    const clock = { ...stillClock, now: () => (1_700_000_004n + 2n) * second };
    assert.deepEqual(await readinessOf(chain.backend, clock), { kind: "ready" });
  });

  it("is not there while behind, without peers, or three intervals after the last block", async () => {
    const chain = aChain(5);
    chain.syncing = true;
    const { backend } = chain;
    const [one, other] = [1, 2].map((byte) => ({
      publicKey: { type: "ed25519", bytes: new Uint8Array(32).fill(byte) } as const,
      power: createPower(1n),
    }));
    assert.ok(one !== undefined && other !== undefined);
    const states = { ...backend.states, validators: () => createValidatorSet([one, other]) };
    const clock = { ...stillClock, now: () => (1_700_000_004n + 3n) * second };
    const readiness = await readinessOf({ ...backend, states }, clock);
    assert.ok(readiness.kind === "unready");
    assert.deepEqual(readiness.reasons, [
      "the node is catching up",
      "no peer is connected",
      "block 5 is 3.0 s old, more than 3.0 s",
    ]);
  });

  it("is not there before the first block", async () => {
    const readiness = await readinessOf(new MemoryChain().backend, stillClock);
    assert.deepEqual(readiness, { kind: "unready", reasons: ["there is no block yet"] });
  });
});

describe("a web page", () => {
  const asked = { origin: "http://a.example", method: "POST" };

  it("of an origin that the operator names may ask, any other may not", () => {
    const named = { ...settings, corsAllowedOrigins: ["http://a.example", "https://*.b.example"] };
    const granted = { Vary: "Origin", "Access-Control-Allow-Origin": "http://a.example" };
    assert.deepEqual(corsHeaders(asked, named), granted);
    for (const origin of ["https://x.b.example", "https://x.y.b.example"]) {
      assert.equal(corsHeaders({ ...asked, origin }, named)["Access-Control-Allow-Origin"], origin);
    }
    for (const origin of ["http://a.example.evil", "null", "", undefined]) {
      assert.deepEqual(corsHeaders({ ...asked, origin }, named), { Vary: "Origin" });
    }
    assert.deepEqual(corsHeaders(asked, settings), {});
  });

  it("is told in a preflight which methods and headers it may use", () => {
    const everyone = { ...settings, corsAllowedOrigins: ["*"] };
    const preflight = {
      ...asked,
      method: "OPTIONS",
      requestMethod: "post",
      requestHeaders: "Content-Type",
    };
    assert.deepEqual(corsHeaders(preflight, everyone), {
      Vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
      "Access-Control-Allow-Origin": "*",
      "Access-Control-Allow-Methods": "POST",
      "Access-Control-Allow-Headers": "content-type",
    });
    for (const refused of [{ requestMethod: "DELETE" }, { requestHeaders: "X-Other" }]) {
      assert.deepEqual(Object.keys(corsHeaders({ ...preflight, ...refused }, everyone)), ["Vary"]);
    }
  });

  it("reaches a loopback listener under its own names only", () => {
    const named = { ...settings, hostNames: ["node.local"] };
    for (const host of [
      "localhost",
      "127.0.0.1:26657",
      "[::1]:1",
      "LOCALHOST:80",
      "Node.Local:5",
    ]) {
      assert.ok(isOwnHost(host, named), host);
    }
    for (const host of [
      "evil.com",
      "evil.com:26657",
      "127.0.0.1.evil.com",
      "localhost.evil",
      "",
      undefined,
    ]) {
      assert.ok(!isOwnHost(host, named), host);
    }
    assert.ok(isOwnHost("evil.com", { ...named, listen: { host: "0.0.0.0", port: 0 } }));
  });

  it("of all methods holds no markup from the host's name", () => {
    const door = new Door(new MemoryChain().backend);
    const routes = createRoutes({
      backend: new MemoryChain().backend,
      subscriptions: door.subscriptions,
      timers: door.timers,
      queryBytesMax: 512,
      broadcastCommitTimeoutMs: 1,
    });
    const page = endpointsPage(routes, '"><script>alert(1)</script>');
    assert.ok(!page.includes("<script"));
    assert.match(page, /<a href="[^"]*\/abci_query\?path=_&data=_&height=_&prove=_">/);
    assert.equal(page.match(/<a /g)?.length, 31);
  });
});
