/** Case 35 of the catalogue of attacks: the pool under those who want it for themselves. */
import assert from "node:assert/strict";
import { equalBytes } from "@pyralog/chain/base";
import { byteStrings, message, optional } from "@pyralog/chain/codec";
import { sha256 } from "@pyralog/chain/crypto";
import { describe, it } from "mocha";
import { alice, bob, carol, coins } from "../../../node/test/app/a-chain.ts";
import { PooledChain } from "./a-pooled-chain.ts";

const frameWire = message("test.TxsFrame", {
  txs: optional(1, message("test.Txs", { txs: byteStrings(1) })),
});

function frame(txs: readonly Uint8Array[]): Uint8Array {
  return frameWire.encode({ txs: { txs: [...txs] } });
}

/** An honest payment is in a block of these, once the flood is over. */
function isServed(node: PooledChain, tx: Uint8Array): boolean {
  for (let block = 0; block < 3; block++) {
    if (node.block().some((taken) => equalBytes(taken, tx))) return true;
  }
  return false;
}

describe("the pool under those who want it for themselves", () => {
  it("case 35: one payment made many by its memo is one sequence, of which one is in the pool", () => {
    const node = new PooledChain();
    const answers = Array.from({ length: 50 }, (_, index) =>
      node.submit(node.chain.send({ memo: `${index}` })),
    );
    assert.equal(answers[0], "code 0");
    assert.deepEqual(new Set(answers.slice(1)), new Set(["code 32"]));
    assert.equal(node.pool.size, 1);
  });

  it("case 35: of one sender with ten thousand sequences 64 wait, and an honest one is served", () => {
    const node = new PooledChain();
    const answers = new Set<string>();
    for (let sequence = 0n; sequence < 200n; sequence++) {
      answers.add(node.submit(node.chain.send({ sequence })));
    }
    assert.equal(node.pool.size, 64);
    assert.ok(answers.has(`too many transactions of ${alice.address} are waiting (max: 64)`));
    const honest = node.chain.send({ from: bob, to: carol });
    assert.equal(node.submit(honest), "code 0");
    assert.ok(isServed(node, honest));
  });

  it("case 35: what is known already, and what finds the pool full, is told in CometBFT's words", () => {
    const node = new PooledChain({ limits: { txsMax: 2 } });
    const first = node.chain.send();
    assert.equal(node.submit(first), "code 0");
    assert.equal(node.submit(first), "tx already exists in cache");
    assert.equal(node.submit(node.chain.send({ from: bob, to: carol })), "code 0");
    const { bytes } = node.pool;
    assert.equal(
      node.submit(node.chain.send({ from: carol, to: bob })),
      `mempool is full: number of txs 2 (max: 2), total txs bytes ${bytes} (max: 67108864)`,
    );
  });

  it("case 35: whoever pays more takes the place of a crowd's last, not of another's only one", () => {
    const node = new PooledChain({ limits: { txsMax: 8 } });
    for (let sequence = 0n; sequence < 7n; sequence++) {
      assert.equal(node.submit(node.chain.send({ sequence })), "code 0");
    }
    const only = node.chain.send({ from: bob, to: carol });
    assert.equal(node.submit(only), "code 0");
    const dear = coins(10n * 200_000n * 10n ** 9n);
    assert.equal(node.submit(node.chain.send({ from: carol, to: bob, fee: dear })), "code 0");
    assert.equal(node.pool.size, 8);
    assert.ok(node.pool.has(sha256(only)), "who has one transaction keeps it");
  });

  it("case 35: a flood of the unknown is checked once each, bounded, and leaves nothing behind", () => {
    const node = new PooledChain({
      limits: { peerTxsMax: 100, peerFailuresMax: 300, peerFailuresPerSecond: 100 },
    });
    node.step({ kind: "peer-connected", peer: "flood" });
    for (let round = 0; round < 20; round++) {
      const txs = Array.from({ length: 100 }, (_, index) =>
        node.chain.send({ sequence: BigInt(round * 100 + index + 1) }),
      );
      node.step({ kind: "received", peer: "flood", bytes: frame(txs) });
    }
    assert.equal(node.pool.size, 0);
    assert.ok(node.checks <= 400, `${node.checks} checks of 2000`);
    assert.deepEqual(node.punished, [], "a wrong sequence is no proof of a lie");
    const honest = node.chain.send();
    assert.equal(node.submit(honest), "code 0");
    assert.ok(isServed(node, honest));
  });

  it("case 35: a peer whose transactions are none is dropped", () => {
    const node = new PooledChain();
    node.step({ kind: "peer-connected", peer: "junk" });
    const txs = Array.from({ length: 100 }, (_, index) => Uint8Array.of(index, 1, 2, 3));
    node.step({ kind: "received", peer: "junk", bytes: frame(txs) });
    assert.deepEqual(node.punished, ["junk"]);
  });

  it("case 35: after a block each that waits is checked again once, however many blocks come", () => {
    const node = new PooledChain({ gasMax: 200_000n });
    for (let sequence = 0n; sequence < 60n; sequence++) {
      assert.equal(node.submit(node.chain.send({ sequence })), "code 0");
    }
    node.checks = 0;
    for (let block = 0; block < 10; block++) assert.equal(node.block().length, 1);
    assert.ok(node.checks <= 10 * 60, `${node.checks} rechecks`);
    assert.equal(node.pool.size, 50);
  });
});
