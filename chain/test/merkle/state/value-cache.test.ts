import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { NodePool } from "../../../src/merkle/state/nodes.ts";
import { ValueCache } from "../../../src/merkle/state/value-cache.ts";

describe("ValueCache", () => {
  it("stays within its bound, and keeps what is read while the rest comes and goes", () => {
    const nodes = new NodePool();
    const cache = new ValueCache(nodes, 100_000);
    const hot = nodes.createLeaf();
    const value = new Uint8Array(56).fill(7);
    cache.set(hot, value);
    const cold = nodes.createLeaf();
    cache.set(cold, value);
    for (let turn = 0; turn < 5000; turn++) {
      cache.set(nodes.createLeaf(), new Uint8Array(56));
      assert.equal(cache.get(hot), value);
      assert.ok(cache.bytes <= 100_000);
    }
    assert.equal(cache.get(cold), undefined);
  });

  it("forgets a leaf that is freed, before its number comes again", () => {
    const nodes = new NodePool();
    const cache = new ValueCache(nodes, 100_000);
    const leaf = nodes.createLeaf();
    cache.set(leaf, Uint8Array.of(1));
    cache.delete(leaf);
    nodes.free(leaf);
    assert.equal(nodes.createLeaf(), leaf);
    assert.equal(cache.get(leaf), undefined);
    assert.equal(cache.bytes, 0);
  });

  it("takes no value that would drive most others out", () => {
    const nodes = new NodePool();
    const cache = new ValueCache(nodes, 1000);
    const leaf = nodes.createLeaf();
    cache.set(leaf, new Uint8Array(500));
    assert.equal(cache.get(leaf), undefined);
  });
});
