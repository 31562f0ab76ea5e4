import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { firstJsonValue, goQuote, jsonFault } from "../../src/rpc/go-json.ts";
import { elementsOfJson, kindOfJson, membersOfJson, textOfJson } from "../../src/rpc/raw-json.ts";

function nested(depth: number): string {
  return "[".repeat(depth) + "]".repeat(depth);
}

describe("Go's JSON", () => {
  it("refuses malformed texts in the words of encoding/json", () => {
    // Each answer was given by CometBFT v0.38.25.
    const faults: Readonly<Record<string, string>> = {
      " ": "unexpected end of JSON input",
      '{"a":': "unexpected end of JSON input",
      '{"a" 1}': "invalid character '1' after object key",
      "{}x": "invalid character 'x' after top-level value",
      tru: "invalid character ' ' in literal true (expecting 'e')",
      "{'a':1}": String.raw`invalid character '\'' looking for beginning of object key string`,
      "[1,]": "invalid character ']' looking for beginning of value",
      '{"a":1,}': "invalid character '}' looking for beginning of object key string",
      '{"a":"\\x"}': "invalid character 'x' in string escape code",
      '{"a":"\u0001"}': String.raw`invalid character '\x01' in string literal`,
      '{"a":01}': "invalid character '1' after object key:value pair",
      "[01]": "invalid character '1' after array element",
      "-": "invalid character ' ' in numeric literal",
      "1.": "invalid character ' ' after decimal point in numeric literal",
      '{"a":1e}': "invalid character '}' in exponent of numeric literal",
      '"\\u12g4"': String.raw`invalid character 'g' in \u hexadecimal character escape`,
      é: "invalid character 'Ã' looking for beginning of value",
      ["[".repeat(100_000)]: "invalid character '[' exceeded max depth",
    };
    for (const [text, fault] of Object.entries(faults)) {
      assert.equal(jsonFault(text), fault, text.slice(0, 40));
    }
  });

  it("refuses what is nested deeper than Go allows, though it closes every bracket", () => {
    assert.equal(jsonFault(nested(10_000)), undefined);
    assert.equal(jsonFault(nested(10_001)), "invalid character '[' exceeded max depth");
    assert.equal(jsonFault(JSON.stringify("[".repeat(20_000))), undefined);
  });

  it("takes the first value of a stream and says how the stream ended", () => {
    assert.deepEqual(firstJsonValue(' {"a":1} trailing'), { raw: '{"a":1}' });
    assert.deepEqual(firstJsonValue(""), { fault: "EOF" });
    assert.deepEqual(firstJsonValue(" \n"), { fault: "EOF" });
    assert.deepEqual(firstJsonValue('{"a"'), { fault: "unexpected EOF" });
    assert.deepEqual(firstJsonValue("tru"), { fault: "unexpected EOF" });
    assert.deepEqual(firstJsonValue("xx"), {
      fault: "invalid character 'x' looking for beginning of value",
    });
  });

  it("gives every text the verdict of the engine's own parser", () => {
    const pieces = ["{", "}", "[", "]", ",", ":", '"', '"a"', "\\", "\\u00e9", "1", "-", ".", "e"];
    const piece = fc.constantFrom(...pieces, "0", "true", "null", "fals", " ", "\n", "é", "\u0001");
    const text = fc.oneof(
      fc.array(piece, { maxLength: 12 }).map((all) => all.join("")),
      fc.json(),
      fc.string(),
    );
    fc.assert(
      fc.property(text, (any) => {
        let valid = true;
        try {
          JSON.parse(any);
        } catch {
          valid = false;
        }
        assert.equal(jsonFault(any) === undefined, valid);
      }),
      { numRuns: 2000 },
    );
  });

  it("splits a valid text into parts that parse to the parts of the whole", () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string(),
          fc.json().map((raw): unknown => JSON.parse(raw)),
        ),
        fc.constantFrom(0, 2),
        (value, gap) => {
          const raw = JSON.stringify(value, undefined, gap);
          const members = membersOfJson(raw);
          assert.deepEqual([...members.keys()].toSorted(), Object.keys(value).toSorted());
          for (const [key, part] of members) assert.deepEqual(JSON.parse(part), value[key]);
          const list = Object.values(value);
          const elements = elementsOfJson(JSON.stringify(list, undefined, gap));
          assert.deepEqual(
            elements.map((part): unknown => JSON.parse(part)),
            list,
          );
        },
      ),
    );
  });

  it("lets the later of two members win, and keeps a prototype's name as a mere name", () => {
    assert.equal(membersOfJson('{"a":1,"a":2}').get("a"), "2");
    assert.equal(membersOfJson('{"__proto__":{"x":1}}').get("__proto__"), '{"x":1}');
    assert.equal(membersOfJson("{}").get("constructor"), undefined);
  });

  it("names kinds, unescapes strings and replaces half characters", () => {
    const kinds = ["{}", "[]", '""', "-1", "true", "null"].map(kindOfJson);
    assert.deepEqual(kinds, ["object", "array", "string", "number", "bool", "null"]);
    assert.equal(textOfJson(String.raw`"a\u00e9\ud800"`), "aé\uFFFD");
  });

  it("quotes as %q does", () => {
    assert.equal(goQuote('a"\\\n\u0001é'), String.raw`"a\"\\\n\x01é"`);
  });
});
