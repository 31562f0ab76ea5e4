import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { byteStrings, message, optional } from "#codec";
import { isUndecodable } from "#abci";
import type { Mempool, MempoolInput, MempoolLimits } from "#mempool";
import { aPool, at, ofKind, tx, verdictOn, type EffectOf } from "./a-pool.ts";

const frame = message("test.TxsFrame", {
  txs: optional(1, message("test.Txs", { txs: byteStrings(1) })),
});

/** One transaction of the peer, and what the application says of it; whether it was asked. */
function sent(
  pool: Mempool,
  what: { readonly text: string; readonly code: number; readonly ms?: number },
): { readonly isChecked: boolean; readonly punished: readonly string[] } {
  const now = at(what.ms ?? 0);
  const bytes = frame.encode({ txs: { txs: [tx(what.text)] } });
  const [check] = ofKind(pool.step({ kind: "received", peer: "peer", bytes, now }), "check");
  if (check === undefined) return { isChecked: false, punished: [] };
  const effects = pool.step({ ...answered(check, what.code), now });
  return { isChecked: true, punished: ofKind(effects, "punish").map(({ peer }) => peer) };
}

function answered(check: EffectOf<"check">, code: number): MempoolInput {
  const results = check.txs.map((keyed) => {
    const response = { ...verdictOn(keyed.tx), code, codespace: "sdk" };
    return { key: keyed.key, response };
  });
  return { kind: "checked", height: check.height, results, now: at(0) };
}

function aConnectedPool(limits: Partial<MempoolLimits> = {}): Mempool {
  const pool = aPool({ limits });
  pool.step({ kind: "peer-connected", peer: "peer", now: at(0) });
  return pool;
}

describe("what a peer's transactions are worth", () => {
  it("drops a peer whose transactions are none, after some patience, and hears it no more", () => {
    const pool = aConnectedPool({ peerFaultsMax: 3 });
    for (let count = 1; count <= 2; count++) {
      assert.deepEqual(sent(pool, { text: `junk ${count}`, code: 2 }).punished, []);
    }
    assert.deepEqual(sent(pool, { text: "junk 3", code: 2 }).punished, ["peer"]);
    assert.equal(sent(pool, { text: "junk 4", code: 2 }).isChecked, false);
  });

  it("forgives what comes seldom: newer software may know more transactions", () => {
    const pool = aConnectedPool({ peerFaultsMax: 2 });
    for (let count = 0; count < 100; count++) {
      const { punished } = sent(pool, { text: `junk ${count}`, code: 2, ms: count * 1_000 });
      assert.deepEqual(punished, []);
    }
  });

  it("asks nothing more about a peer whose transactions fail, until it earned it again", () => {
    const pool = aConnectedPool({ peerTxsMax: 4, peerFailuresMax: 4, peerFailuresPerSecond: 2 });
    for (let count = 0; count < 4; count++) {
      const failed = sent(pool, { text: `spent ${count}`, code: 32 });
      assert.deepEqual(failed, { isChecked: true, punished: [] });
    }
    assert.equal(sent(pool, { text: "one more", code: 0 }).isChecked, false);
    assert.equal(pool.counters.rejected, 1);
    assert.equal(sent(pool, { text: "one more", code: 0, ms: 500 }).isChecked, true);
    assert.equal(pool.size, 1);
  });

  it("counts against nobody what was let in", () => {
    const pool = aConnectedPool({ peerTxsMax: 4, peerFailuresMax: 4 });
    for (let count = 0; count < 100; count++) {
      assert.ok(sent(pool, { text: `alice${count}:1`, code: 0 }).isChecked);
    }
    assert.equal(pool.size, 100);
  });

  it("takes for no transaction only what the application could not read", () => {
    const response = verdictOn(tx("bad"));
    assert.ok(isUndecodable({ ...response, code: 2, codespace: "sdk" }));
    assert.equal(isUndecodable({ ...response, code: 2, codespace: "bank" }), false);
    assert.equal(isUndecodable({ ...response, code: 4, codespace: "sdk" }), false);
  });
});
