import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { Bech32Error, bech32FromBytes, bytesFromBech32 } from "@pyralog/chain/crypto";

function codeOf(text: string): string {
  try {
    bytesFromBech32(text);
  } catch (error) {
    if (error instanceof Bech32Error) return error.code;
    throw error;
  }
  return "accepted";
}

describe("bech32", () => {
  it("reads what it wrote, in lower or in upper case", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), (bytes) => {
        const text = bech32FromBytes({ prefix: "pyr", bytes });
        assert.deepEqual(bytesFromBech32(text), { prefix: "pyr", bytes });
        assert.deepEqual(bytesFromBech32(text.toUpperCase()), { prefix: "pyr", bytes });
      }),
    );
  });

  it("refuses mixed case, a changed character, a wrong checksum and no separator", () => {
    const text = bech32FromBytes({ prefix: "pyr", bytes: new Uint8Array(20) });
    assert.equal(codeOf(`P${text.slice(1)}`), "BECH32_MALFORMED");
    assert.equal(codeOf(text.replace("qqq", "qqp")), "BECH32_MALFORMED");
    assert.equal(codeOf(text.slice(0, -1)), "BECH32_MALFORMED");
    assert.equal(codeOf("pyr"), "BECH32_MALFORMED");
    assert.equal(codeOf(""), "BECH32_MALFORMED");
  });
});
