import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { describe, it } from "mocha";

/** Of the seventy cases, those about transactions, the RPC, peers, consensus and evidence. */
const numbers = [
  [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
  [23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36],
  [58, 59, 60, 61, 62, 63, 64, 66, 68, 70],
].flat();

describe("the catalogue of attacks", () => {
  it("has a test for each of its numbers that concerns this chain", () => {
    const files = globSync("{testnet,chain,node}/test/**/*.test.ts");
    const text = files.map((path) => readFileSync(path, "utf8")).join("\n");
    const named = new Set(
      [...text.matchAll(/it\(["'`]cases? ([\d, ]+):/g)].flatMap(([, list = ""]) =>
        list.split(",").map(Number),
      ),
    );
    const missing = numbers.filter((number) => !named.has(number));
    assert.deepEqual(missing, []);
  });
});
