import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { drawOptions, runSeed } from "#simulator";
import { decodeChange, encodeChange } from "../../src/simulator/validator-changes.ts";

const change = { height: 8n, publicKey: new Uint8Array(32).fill(7), power: 11n, validatorsMin: 4 };

describe("a validator change", () => {
  it("is read as it was written", () => {
    assert.deepEqual(decodeChange(encodeChange(change)), change);
  });

  it("is none where a byte of it is another, or one is missing", () => {
    const tx = encodeChange(change);
    for (const place of tx.keys()) {
      const other = tx.slice();
      other[place] = (other[place] ?? 0) ^ 1;
      assert.equal(decodeChange(other), undefined, `byte ${place}`);
    }
    assert.equal(decodeChange(tx.subarray(1)), undefined);
  });
});

describe("validators that come, leave and weigh more or less", function () {
  this.timeout(60_000);

  it("decide together, whoever they are", async () => {
    const faults = ["M1-join", "M1-leave", "M1-power"] as const;
    const options = drawOptions(4, { nodes: 5, followers: 2, faults, faultyMs: 90_000 });
    const result = await runSeed(options);
    assert.equal(result.violation, undefined);
    for (const kind of faults) assert.ok((result.faults.get(kind) ?? 0) > 1, kind);
    assert.ok(result.validatorSets > 3, `${result.validatorSets} sets`);
  });
});
