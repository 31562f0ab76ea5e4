import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { KeyHashes } from "../../../src/merkle/state/key-hashes.ts";
import { Leaves } from "../../../src/merkle/state/leaves.ts";
import { ValueCache } from "../../../src/merkle/state/value-cache.ts";

const noPath = new KeyHashes(1);

describe("ValueCache", () => {
  it("stays within its bound, and keeps what is read while the rest comes and goes", () => {
    const leaves = new Leaves();
    const cache = new ValueCache(leaves, 100_000);
    const hot = leaves.create(noPath, 0);
    const value = new Uint8Array(56).fill(7);
    cache.set(hot, value);
    const cold = leaves.create(noPath, 0);
    cache.set(cold, value);
    for (let turn = 0; turn < 5000; turn++) {
      cache.set(leaves.create(noPath, 0), new Uint8Array(56));
      assert.equal(cache.get(hot), value);
      assert.ok(cache.bytes <= 100_000);
    }
    assert.equal(cache.get(cold), undefined);
  });

  it("forgets a leaf that is freed, before its number comes again", () => {
    const leaves = new Leaves();
    const cache = new ValueCache(leaves, 100_000);
    const leaf = leaves.create(noPath, 0);
    cache.set(leaf, Uint8Array.of(1));
    cache.delete(leaf);
    leaves.free(leaf);
    assert.equal(leaves.create(noPath, 0), leaf);
    assert.equal(cache.get(leaf), undefined);
    assert.equal(cache.bytes, 0);
  });

  it("takes no value that would drive most others out", () => {
    const leaves = new Leaves();
    const cache = new ValueCache(leaves, 1000);
    const leaf = leaves.create(noPath, 0);
    cache.set(leaf, new Uint8Array(500));
    assert.equal(cache.get(leaf), undefined);
  });
});
