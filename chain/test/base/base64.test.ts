import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { base64FromBytes, bytesFromBase64, bytesFromText, ChainError } from "#base";

describe("base64", () => {
  it("spells the examples of RFC 4648 §10", () => {
    const spellings = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"];
    for (const [length, spelling] of spellings.entries()) {
      const bytes = bytesFromText("foobar".slice(0, length));
      assert.equal(base64FromBytes(bytes), spelling);
      assert.deepEqual(bytesFromBase64(spelling), bytes);
    }
  });

  it("reads back what it wrote, for all bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        assert.deepEqual(bytesFromBase64(base64FromBytes(bytes)), bytes);
      }),
    );
  });

  it("refuses missing padding and foreign letters", () => {
    for (const text of ["Zg", "Zg=", "Zm9-", "Zg==Zg=="]) {
      assert.throws(
        () => bytesFromBase64(text),
        (error) => error instanceof ChainError && error.code === "BASE64_MALFORMED",
      );
    }
  });
});
