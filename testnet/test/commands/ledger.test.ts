import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { ledgerLine } from "../../src/commands/ledger.ts";

describe("a row of the ledger", () => {
  it("says when, what, with which seeds, how much, on which commit, and what came of it", () => {
    const line = ledgerLine({
      date: new Date("2026-11-24T23:59:00Z"),
      suite: "e2e",
      seeds: "7",
      counts: "20 kills",
      commit: "abc1234",
      verdict: "ok",
    });
    assert.equal(line, "| 2026-11-24 | e2e | 7 | 20 kills | abc1234 | ok |\n");
  });

  it("stays one row whatever a failure says", () => {
    const line = ledgerLine({
      date: new Date("2026-11-24T00:00:00Z"),
      suite: "e2e",
      seeds: "7",
      counts: "",
      commit: "abc1234",
      verdict: "TX_LOST a|b\nsee there",
    });
    assert.ok(line.endsWith("| abc1234 | TX_LOST a\\|b see there |\n"), line);
  });
});
