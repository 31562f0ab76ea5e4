import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { AssertionFailure } from "@pyralog/chain/base";
import { elementsOfJson, membersOfJson } from "../../src/rpc/raw-json.ts";

describe("parts of a JSON text", () => {
  it("are the texts that stand there, numbers of any length too", () => {
    assert.deepEqual(elementsOfJson('[ 1e400, "a\\"]", {"b": [2, 3]} ,null]'), [
      "1e400",
      '"a\\"]"',
      '{"b": [2, 3]}',
      "null",
    ]);
  });

  it("have the later one of two members of the same name", () => {
    assert.deepEqual(
      [...membersOfJson('{"a":1,"__proto__":2,"a":3}')],
      [
        ["a", "3"],
        ["__proto__", "2"],
      ],
    );
  });

  it("are those that a parser finds, whatever the value", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (values) => {
        const parts = elementsOfJson(JSON.stringify(values));
        assert.deepEqual(
          parts,
          values.map((value) => JSON.stringify(value)),
        );
      }),
    );
  });

  it("stop at once where the text was not valid after all", () => {
    for (const broken of ["[,,,,]", '["abc', "[1 }]", '{"a" "b"}']) {
      try {
        elementsOfJson(broken);
        membersOfJson(broken);
      } catch (error) {
        assert.ok(error instanceof AssertionFailure || error instanceof SyntaxError, broken);
      }
    }
  });
});
