import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, it } from "mocha";
import { matchesQuery, matchesValue, parseQuery, queryToText, type Query } from "#query";

interface Case {
  readonly fn: string;
  readonly query?: string;
  readonly input?: string;
  readonly events?: Readonly<Record<string, readonly string[]>>;
  readonly matches?: boolean;
  readonly valid?: boolean;
  readonly tokens?: readonly string[];
}

const file = new URL("../../../testnet/vectors/cometbft/pubsub_query.json", import.meta.url);
const vectors: { readonly cases: readonly Case[] } = JSON.parse(readFileSync(file, "utf8"));

function aQuery(text: string): Query {
  const parsed = parseQuery(text);
  assert.equal(parsed.kind, "ok", text);
  return parsed.kind === "ok" ? parsed.value : { conditions: [] };
}

function refusalOf(text: string): string {
  const parsed = parseQuery(text);
  return parsed.kind === "refused" ? parsed.error.message : "no refusal";
}

function flat(events: Readonly<Record<string, readonly string[]>>): Map<string, readonly string[]> {
  const now: Readonly<Record<string, string>> = {
    "<today YYYY-MM-DD>": new Date().toISOString().slice(0, 10),
    "<now RFC3339>": new Date().toISOString().replace(/\.\d+/, ""),
  };
  return new Map(
    Object.entries(events).map(([key, values]) => [
      key,
      values.map((value) => now[value] ?? value),
    ]),
  );
}

/** As a decimal with ten digits behind the point. */
function spell(value: bigint): string {
  const padded = String(value).padStart(11, "0");
  return `${padded.slice(0, -10)}.${padded.slice(-10)}`;
}

describe("a query", () => {
  it("matches, parses and is refused as in CometBFT's 139 cases", () => {
    let counted = 0;
    for (const { fn, query, input, events, matches, valid } of vectors.cases) {
      counted++;
      const label = `${fn}: ${query ?? input ?? ""}`;
      if (events !== undefined) {
        assert.equal(matchesQuery(aQuery(query ?? ""), flat(events)), matches, label);
      } else if (valid !== undefined) {
        assert.equal(parseQuery(query ?? "").kind === "ok", valid, label);
      } else {
        // A token row is not a query; what matters is that no token of it is invalid.
        assert.doesNotMatch(refusalOf(input ?? ""), /invalid/, label);
      }
    }
    assert.equal(counted, 139);
  });

  it("is refused with CometBFT's words and byte offsets", () => {
    const texts: Readonly<Record<string, string>> = {
      "": "offset 0: EOF",
      "tm.event": "offset 8: EOF",
      "tm.event=": "offset 9: EOF",
      "tm.event='NewBlock": "offset 9: EOF",
      "a=1 b=2": "offset 4: got tag, want 6",
      "a=1 & b=2": "offset 4: got invalid token, want 6",
      "a=1 AND": "offset 7: EOF",
      "=1": "offset 0: got = operator, wanted tag",
      "&": "offset 0: invalid input & at offset 1",
      "é.ü=x": "offset 6: got tag, wanted number, timestamp, datestamp or string",
      "a 1":
        "offset 2: got number, wanted <= operator, >= operator, < operator, > operator, " +
        "= operator, CONTAINS operator or EXISTS operator",
      "a CONTAINS 5": "offset 11: got number, wanted string",
      "a>'b'": "offset 2: got string, wanted number, timestamp or datestamp",
      "a > DATE 2013-31-03":
        'offset 4: invalid DATE value: parsing time "2013-31-03": month out of range',
      "a > DATE 2013-02-29":
        'offset 4: invalid DATE value: parsing time "2013-02-29": day out of range',
      "a > DATE -05-03":
        'offset 4: invalid DATE value: parsing time "-05-03" as "2006-01-02": ' +
        'cannot parse "-05-03" as "2006"',
      "a > DATE 2013-01-033":
        'offset 4: invalid DATE value: parsing time "2013-01-033": extra text: "3"',
      "a > DATE 1013-01-03": "offset 4: datestamp year 1013 out of range",
      "a > TIME 1013-01-03T00:00:00Z": "offset 4: timestamp year 1013 out of range",
      "a > TIME 2013-01-03T00:00:00":
        'offset 4: invalid TIME value: parsing time "2013-01-03T00:00:00" as ' +
        '"2006-01-02T15:04:05Z07:00": cannot parse "" as "Z07:00"',
      "a > TIME 2013-01-03T00:00:00+25:00":
        'offset 4: invalid TIME value: parsing time "2013-01-03T00:00:00+25:00": ' +
        "time zone offset hour out of range",
    };
    for (const [text, reason] of Object.entries(texts)) assert.equal(refusalOf(text), reason, text);
  });

  it("gives its code and the offset as a fact", () => {
    const parsed = parseQuery("a=1 &");
    assert.equal(parsed.kind, "refused");
    if (parsed.kind !== "refused") return;
    assert.equal(parsed.error.code, "QUERY_MALFORMED");
    assert.deepEqual(parsed.error.facts, { offset: 4 });
  });

  it("forgives an unclosed string behind its last condition, as CometBFT does", () => {
    assert.equal(aQuery("a='b' 'c").conditions.length, 1);
  });

  it("compares numbers beyond any float exactly", () => {
    const [condition] = aQuery("a > 99999999999999999999999999999999999999999998.9").conditions;
    assert.ok(condition !== undefined);
    assert.ok(matchesValue(condition, "99999999999999999999999999999999999999999999apyr"));
    assert.ok(!matchesValue(condition, "99999999999999999999999999999999999999999998.90"));
    assert.ok(!matchesValue(condition, "-99999999999999999999999999999999999999999999"));
    assert.ok(!matchesValue(condition, ""));
  });

  it("compares times across zones, down to the nanosecond", () => {
    const [condition] = aQuery("a = TIME 2013-05-03T14:45:00+07:00").conditions;
    assert.ok(condition !== undefined);
    for (const equal of ["2013-05-03T07:45:00Z", "2013-05-03T7:45:00.000Z"]) {
      assert.ok(matchesValue(condition, equal), equal);
    }
    for (const other of ["2013-05-03T07:45:00.000000001Z", "2013-05-03", "no time"]) {
      assert.ok(!matchesValue(condition, other), other);
    }
  });

  it("matches no events at all with nothing", () => {
    assert.ok(!matchesQuery(aQuery("a EXISTS"), new Map()));
  });

  it("takes a type for its key only where the value may be empty", () => {
    const events = flat({ "transfer.amount": ["5"] });
    assert.ok(matchesQuery(aQuery("transfer EXISTS"), events));
    assert.ok(matchesQuery(aQuery("transfer = ''"), events));
    assert.ok(!matchesQuery(aQuery("transfer = 5"), events));
    assert.ok(!matchesQuery(aQuery("trans EXISTS"), events));
  });

  it("keeps keys named like an object's own apart", () => {
    assert.ok(!matchesQuery(aQuery("__proto__ EXISTS"), flat({ "a.b": ["c"] })));
    assert.ok(!matchesQuery(aQuery("constructor.name = 'Object'"), flat({ "a.b": ["c"] })));
  });

  it("parses its own canonical spelling to itself", () => {
    const text =
      "a='x' AND b.c>=5.50 AND d<DATE 2013-05-03 AND e>TIME 2013-05-03T14:45:00Z AND f EXISTS";
    const query = aQuery(text);
    assert.deepEqual(aQuery(queryToText(query)), query);
    assert.equal(
      queryToText(query),
      "a = 'x' AND b.c >= 5.50 AND d < DATE 2013-05-03 AND e > TIME 2013-05-03T14:45:00Z AND f EXISTS",
    );
  });

  it("never throws, whatever the text", () => {
    const pieces = fc.constantFrom(
      "a",
      " AND ",
      "=",
      "<",
      "'",
      "5",
      ".",
      "TIME ",
      "DATE ",
      "-",
      "é",
    );
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(pieces).map((all) => all.join("")),
    );
    fc.assert(
      fc.property(text, (any) => {
        const parsed = parseQuery(any);
        if (parsed.kind === "ok") matchesQuery(parsed.value, flat({ "a.b": [any] }));
      }),
    );
  });

  it("orders decimals as integers scaled alike", () => {
    const digits = fc.bigInt({ min: 0n, max: 10n ** 30n });
    fc.assert(
      fc.property(digits, digits, (left, right) => {
        const [condition] = aQuery(`a < ${spell(right)}`).conditions;
        assert.ok(condition !== undefined);
        assert.equal(matchesValue(condition, spell(left)), left < right);
      }),
    );
  });
});
