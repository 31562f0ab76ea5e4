import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import {
  bytes,
  byteStrings,
  CodecError,
  embedded,
  int64,
  message,
  optional,
  repeated,
  string,
  uint64s,
  type MessageValue,
} from "@pyralog/chain/codec";

const inner = message("test.Inner", { text: string(1), number: int64(2) });
const outer = message("test.Outer", {
  blob: bytes(1),
  maybe: optional(2, inner),
  always: embedded(3, inner),
  many: repeated(4, inner),
  blobs: byteStrings(5),
  numbers: uint64s(6),
});

const anInner = fc.record(
  {
    text: fc.string({ unit: "binary" }),
    number: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  },
  { noNullPrototype: true },
);
const someBytes = fc.uint8Array({ maxLength: 300 });
const anOuter: fc.Arbitrary<MessageValue<typeof outer>> = fc.record(
  {
    blob: someBytes,
    maybe: fc.option(anInner, { nil: undefined }),
    always: anInner,
    many: fc.array(anInner, { maxLength: 5 }),
    blobs: fc.array(someBytes, { maxLength: 5 }),
    numbers: fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
  },
  { noNullPrototype: true },
);

function refusal(raw: readonly number[], rules: Parameters<typeof outer.decode>[1] = {}): string {
  try {
    outer.decode(Uint8Array.from(raw), rules);
  } catch (error) {
    if (error instanceof CodecError) return error.code;
    throw error;
  }
  return "accepted";
}

describe("message", () => {
  it("decodes what it encoded, for all values, under the strict rules too", () => {
    fc.assert(
      fc.property(anOuter, (value) => {
        const raw = outer.encode(value);
        assert.deepEqual(outer.decode(raw), value);
        assert.deepEqual(outer.decode(raw, { strict: true, unknown: "reject" }), value);
      }),
    );
  });

  it("writes an embedded message even when it is empty, and leaves an optional one out", () => {
    assert.deepEqual(outer.encode(outer.empty()), Uint8Array.of(0x1a, 0));
  });

  it("refuses each malformed form with its own code", () => {
    assert.equal(refusal([0x0a, 5, 1]), "TRUNCATED");
    assert.equal(refusal([0x00]), "TAG_INVALID");
    assert.equal(refusal([0x08, 1]), "WIRE_TYPE_MISMATCH");
    assert.equal(refusal([0x12, 3, 0x0a, 1, 0xff]), "UTF8_INVALID");
    assert.equal(
      refusal([0x12, 11, 0x10, 255, 255, 255, 255, 255, 255, 255, 255, 255, 2]),
      "VARINT_OVERLONG",
    );
    assert.equal(refusal([0x12, 2, 0x0a, 0], { depthMax: 1 }), "NESTING_TOO_DEEP");
  });

  it("refuses unknown fields where the rules say so, and tolerates them elsewhere", () => {
    assert.equal(refusal([0x50, 1]), "accepted");
    assert.equal(refusal([0x50, 1], { unknown: "reject" }), "FIELD_UNKNOWN");
    assert.equal(refusal([0x50, 1], { unknown: "reject-critical" }), "FIELD_UNKNOWN");
    assert.equal(refusal([0x80, 0x40, 1], { unknown: "reject-critical" }), "accepted");
  });

  it("refuses disorder, repetition, padding and defaults under the strict rules", () => {
    assert.equal(refusal([0x12, 0, 0x0a, 1, 7], { strict: true }), "FIELD_ORDER");
    assert.equal(refusal([0x0a, 1, 7, 0x0a, 1, 8], { strict: true }), "FIELD_REPEATED");
    assert.equal(refusal([0x0a, 0x81, 0x00, 7], { strict: true }), "VARINT_OVERLONG");
    assert.equal(refusal([0x0a, 0], { strict: true }), "FIELD_DEFAULT");
  });

  it("unfolds to no more entries than it may, whatever the fields and the depth", () => {
    const rules = { itemsMax: 3 };
    const packed = [0x32, 3, 1, 2, 3];
    assert.equal(refusal([0x2a, 0, 0x2a, 0, 0x2a, 0], rules), "accepted");
    assert.equal(refusal([0x2a, 0, 0x2a, 0, 0x2a, 0, 0x2a, 0], rules), "ITEMS_TOO_MANY");
    assert.equal(refusal(packed, rules), "accepted");
    assert.equal(refusal([...packed, 0x22, 0], rules), "ITEMS_TOO_MANY");
    const nested = message("test.Nested", { outers: repeated(1, outer) });
    const inside = Uint8Array.from([0x0a, 6, 0x2a, 0, 0x2a, 0, 0x2a, 0]);
    assert.throws(() => nested.decode(inside, rules), CodecError);
    assert.equal(nested.decode(inside, { itemsMax: 4 }).outers[0]?.blobs.length, 3);
  });
});
