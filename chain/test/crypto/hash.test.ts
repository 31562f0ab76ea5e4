import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, it } from "mocha";
import { bytesFromText, hexFromBytes } from "@pyralog/chain/base";
import { DigestArea, keccak256, ripemd160, sha256, sha512 } from "@pyralog/chain/crypto";

const abc = bytesFromText("abc");

describe("hashes", () => {
  it("agree with their published examples of abc", () => {
    assert.equal(
      hexFromBytes(sha256(abc)),
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
    assert.equal(hexFromBytes(ripemd160(abc)), "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc");
    assert.equal(
      hexFromBytes(keccak256(abc)),
      "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45",
    );
    assert.equal(hexFromBytes(sha512(abc)).slice(0, 32), "ddaf35a193617abacc417349ae204131");
  });

  it("agree with node's streaming form on any message, and hand out memory of their own", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (message) => {
        const [first, second] = [sha256(message), sha512(message)];
        sha512(abc);
        assert.equal(hexFromBytes(first), createHash("sha256").update(message).digest("hex"));
        assert.equal(hexFromBytes(second), createHash("sha512").update(message).digest("hex"));
      }),
    );
  });

  it("write the same digests into the slots of an area", () => {
    const area = new DigestArea(3);
    area.put(2, abc);
    area.put(0, area.bytes.subarray(64, 96));
    assert.deepEqual(area.bytes.subarray(64), sha256(abc));
    assert.deepEqual(area.bytes.subarray(0, 32), sha256(sha256(abc)));
    assert.deepEqual(area.bytes.subarray(32, 64), new Uint8Array(32));
  });
});
