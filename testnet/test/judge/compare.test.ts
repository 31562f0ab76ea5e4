import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Answered } from "./ask.ts";
import { differencesOf } from "./compare.ts";

function anAnswer(body: unknown, changed: Partial<Answered> = {}): Answered {
  return { status: 200, type: "application/json", cacheControl: "", bodies: [body], ...changed };
}

const hash = "0642EE1BBEA67A52AE240A1E006C82D82D5B4696";

function differ(original: unknown, ours: unknown): boolean {
  return differencesOf(anAnswer(original), anAnswer(ours)).length > 0;
}

describe("the judge", () => {
  it("takes other values of the same shape and encoding for the same", () => {
    const pairs: readonly (readonly [unknown, unknown])[] = [
      [{ height: "5" }, { height: "77" }],
      [{ hash }, { hash: hash.replace("06", "FF") }],
      [{ time: "2026-11-24T15:46:24.778269245Z" }, { time: "2023-01-01T00:00:00Z" }],
      [{ result: { moniker: "vm" } }, { result: { moniker: "another one" } }],
      [{ result: { data: null } }, { result: { data: "YQ==" } }],
      [{ txs: [] }, { txs: ["YQ=="] }],
      [
        { error: { data: `tx (${hash}${"0".repeat(24)}) not found` } },
        { error: { data: `tx (${"F".repeat(64)}) not found` } },
      ],
    ];
    for (const [original, ours] of pairs) assert.ok(!differ(original, ours), JSON.stringify(ours));
  });

  it("notices another member, type, encoding, code or text", () => {
    const pairs: readonly (readonly [unknown, unknown])[] = [
      [{ height: "5" }, { height: 5 }],
      [{ height: "5" }, {}],
      [{ height: "5" }, { height: "5", more: 1 }],
      [{ hash }, { hash: hash.toLowerCase() }],
      [{ hash }, { hash: "Qk0zrR==" }],
      [{ time: "2026-11-24T15:46:24.778269245Z" }, { time: "2026-11-24T15:46:24+01:00" }],
      [{ block_metas: [] }, { block_metas: null }],
      [{ txs: ["YQ=="] }, { txs: [5] }],
      [{ error: { code: -32_603 } }, { error: { code: -32_602 } }],
      [{ error: { data: "offset 1: EOF" } }, { error: { data: "offset 2: EOF" } }],
      ["404 page not found\n", "Not Found"],
    ];
    for (const [original, ours] of pairs) assert.ok(differ(original, ours), JSON.stringify(ours));
  });

  it("notices another status, type of content, lifetime or number of messages", () => {
    const answer = anAnswer({});
    for (const changed of [
      { status: 500 },
      { type: "text/plain" },
      { cacheControl: "public, max-age=86400" },
      { bodies: [{}, {}] },
    ]) {
      assert.equal(differencesOf(answer, anAnswer({}, changed)).length, 1);
    }
  });
});
