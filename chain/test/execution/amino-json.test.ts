import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { aminoJson, aminoNumber, aminoText, type AminoValue } from "@pyralog/chain/execution";

const aLetter = fc.oneof(
  fc.nat(0x2100).map((point) => String.fromCodePoint(point)),
  fc.constantFrom('"', "\\", "<", ">", "&", "\u2028", "\u0000", "𝄞"),
);

describe("aminoJson", () => {
  it("sorts names, leaves out what is undefined, and writes no white space", () => {
    const value = { b: [true, { z: "1", y: undefined, x: "2" }], a: "", c: [] };
    assert.equal(aminoJson(value), '{"a":"","b":[true,{"x":"2","z":"1"}],"c":[]}');
  });

  it("escapes as Go does", () => {
    const odd = '<a> & "b" \\ \n\r\t\b\f \u0000\u001f \u2028\u2029 \u007f é ☃ 𝄞';
    const expected =
      '"\\u003ca\\u003e \\u0026 \\"b\\" \\\\ \\n\\r\\t\\b\\f \\u0000\\u001f ' +
      '\\u2028\\u2029 \u007f é ☃ 𝄞"';
    assert.equal(aminoJson(odd), expected);
  });

  it("is read back by every JSON parser, for all texts", () => {
    fc.assert(
      fc.property(fc.string({ unit: aLetter }), (text) => {
        assert.equal(JSON.parse(aminoJson(text)), text);
      }),
    );
  });

  it("gives one text for one value, however its members were written", () => {
    const members = fc.uniqueArray(fc.tuple(fc.string({ unit: "grapheme-ascii" }), fc.string()), {
      selector: ([name]) => name,
    });
    fc.assert(
      fc.property(members, (pairs) => {
        const value: AminoValue = Object.fromEntries(pairs);
        const other: AminoValue = Object.fromEntries(pairs.toReversed());
        assert.equal(aminoJson(value), aminoJson(other));
      }),
    );
  });

  it("leaves zero and nothing out of where they are optional", () => {
    assert.deepEqual([aminoNumber(0n), aminoNumber(7n)], [undefined, "7"]);
    assert.deepEqual([aminoText(""), aminoText("x")], [undefined, "x"]);
  });
});
