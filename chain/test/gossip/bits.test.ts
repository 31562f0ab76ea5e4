import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { fitsBits, hasBit, packBits, setBit, unpackedBits } from "../../src/gossip/bits.ts";

describe("bits", () => {
  it("keep every place, and fit their own length alone", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 70 }), (bits) => {
        const packed = packBits(bits);
        assert.deepEqual(
          bits.map((_, place) => hasBit(packed, place)),
          bits,
        );
        assert.ok(fitsBits(packed, bits.length));
        if (bits.includes(true)) assert.ok(!fitsBits(packed, bits.length + 8));
      }),
    );
  });

  it("refuse a place beyond the end", () => {
    assert.ok(fitsBits(Uint8Array.of(0b1000), 4));
    assert.ok(!fitsBits(Uint8Array.of(0b10000), 4));
    assert.ok(fitsBits(Uint8Array.of(255), 8));
    assert.ok(!fitsBits(Uint8Array.of(255, 1), 8));
  });

  it("have room for later ones in an unpacked copy", () => {
    const room = unpackedBits(packBits([false, false]), 20);
    setBit(room, 19);
    assert.ok(hasBit(room, 19));
    assert.ok(!hasBit(room, 18));
  });
});
