import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createPrng } from "@pyralog/chain/base";
import { HashBench, hashOneByOne } from "../../../src/merkle/state/hash-bench.ts";
import { sha256 } from "../state-model.ts";

describe("HashBench", () => {
  it("hashes pairs as sha256 does, natively and one by one", () => {
    const bench = new HashBench();
    const pairs = createPrng(1).bytes(64 * 7);
    new Uint8Array(bench.input.buffer).set(pairs);
    bench.run(7);
    const slowly = new Uint8Array(32 * 7);
    hashOneByOne(pairs, slowly);
    const natively = new Uint8Array(bench.output.buffer, 0, 32 * 7);
    assert.deepEqual(natively, slowly);
    assert.deepEqual(slowly.subarray(32, 64), sha256(pairs.subarray(64, 128)));
  });
});
