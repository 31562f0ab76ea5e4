import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { SparseBytes } from "../../../src/simulator/ports/sparse-bytes.ts";

const places = fc.integer({ min: 0, max: 20_000 });
const step = fc.oneof(
  fc.record({ kind: fc.constant("write" as const), at: places, bytes: fc.uint8Array() }),
  fc.record({ kind: fc.constant("resize" as const), at: places }),
  fc.record({ kind: fc.constant("copy" as const) }),
);

/** The same on one plain piece of memory. */
function written(whole: Uint8Array, change: { readonly at: number; readonly bytes: Uint8Array }) {
  const after = new Uint8Array(Math.max(whole.length, change.at + change.bytes.length));
  after.set(whole);
  after.set(change.bytes, change.at);
  return after;
}

function resized(whole: Uint8Array, length: number): Uint8Array {
  const after = new Uint8Array(length);
  after.set(whole.subarray(0, length));
  return after;
}

describe("sparse bytes", () => {
  it("are as one piece of memory would be, and so is every copy", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), places, (steps, from) => {
        let sparse = new SparseBytes();
        let whole: Uint8Array = new Uint8Array(0);
        const copies: (readonly [SparseBytes, Uint8Array])[] = [];
        for (const one of steps) {
          if (one.kind === "copy") {
            copies.push([sparse, whole]);
            sparse = new SparseBytes(sparse);
          } else if (one.kind === "resize") {
            sparse.resize(one.at);
            whole = resized(whole, one.at);
          } else {
            sparse.write(one.at, one.bytes);
            if (one.bytes.length > 0) whole = written(whole, one);
          }
        }
        for (const [left, right] of [...copies, [sparse, whole] as const]) {
          assert.equal(left.length, right.length);
          assert.deepEqual(left.slice(), right);
          assert.deepEqual(left.slice(from, from + 5_000), right.slice(from, from + 5_000));
        }
      }),
    );
  });
});
