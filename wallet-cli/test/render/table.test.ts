import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { plain, tableFromRows } from "@pyralog/wallet-cli/render";

describe("tableFromRows", () => {
  it("lines up columns and ends no line in spaces", () => {
    const table = tableFromRows(
      ["name", "n"],
      [
        ["a", "100"],
        ["longer", ""],
      ],
    );
    assert.equal(table, "name    n\na       100\nlonger");
  });
});

describe("plain", () => {
  it("lets nobody paint or turn the terminal's text", () => {
    assert.equal(plain("a\u001B[31mb\u009Bc\u202Ed\n"), "a?[31mb?c?d?");
  });
});
