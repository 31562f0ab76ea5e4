import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { format } from "prettier";
import { describe, it } from "mocha";
import { AssertionFailure } from "@pyralog/chain/base";
import { heldForOthers, relations } from "../../src/commands/limit-relations.ts";
import { assertLimits, createLimits, type Limits } from "../../src/commands/limits-table.ts";

const path = new URL("../../docs/limits.md", import.meta.url);
const settingsMax = { mempool: { txsMax: 8192 }, wire: { inboundMax: 64 } };

/** Each limit by its path, as `queues.sync.bytesMax`. */
function rowsOf(limits: object, above = ""): readonly (readonly [name: string, value: string])[] {
  return Object.entries(limits).flatMap(([name, value]: [string, unknown]) => {
    const whole = above === "" ? name : `${above}.${name}`;
    if (typeof value === "object" && value !== null) return rowsOf(value, whole);
    return [[whole, String(value)] as const];
  });
}

function documentOf(limits: Limits): string {
  const sections = Object.entries(limits).map(([part, own]) => {
    const rows = rowsOf(own).map(([name, value]) => `| \`${name}\` | ${value} |`);
    return `## ${part}\n\n| limit | value |\n| --- | --- |\n${rows.join("\n")}\n`;
  });
  const claims = relations(limits).map(([claim]) => `- ${claim}`);
  const held = heldForOthers(limits).map(
    ([where, bytes]) => `| ${where} | ${bytes / 1024 / 1024} MiB |`,
  );
  return [
    "# Limits of a node",
    "Everything that others can make a node hold or do is bounded. The bounds stand where the layers need them; this is all of them, with an operator's defaults, as `node/test/commands/limits-table.test.ts` writes it with `UPDATE=1`. The comments beside each are in the part's own `limits.ts`.",
    "## Relations between parts\n\nAsserted before a node starts (`node/src/commands/limit-relations.ts`); relations within one part are asserted when it is loaded.",
    claims.join("\n"),
    "## What others can make a node hold\n\nAt the most, all at once, besides its chain, its pool and its caches.",
    `| where | bytes |\n| --- | --- |\n${held.join("\n")}`,
    ...sections,
  ].join("\n\n");
}

describe("the table of limits", () => {
  it("holds together: every relation between parts, with defaults and with the most that settings allow", () => {
    assertLimits(createLimits());
    assertLimits(createLimits(settingsMax));
  });

  it("refuses limits that do not fit one another, naming the claim", () => {
    const limits = createLimits();
    const small = {
      ...limits,
      "node/ports": { messageBytesMax: { ...limits["node/ports"].messageBytesMax, sync: 1000 } },
    };
    assert.throws(
      () => assertLimits(small),
      (error: unknown) =>
        error instanceof AssertionFailure && error.message.includes("the largest block"),
    );
  });

  it("gives every limit as a number, or as the choice that it is", () => {
    for (const [part, limits] of Object.entries(createLimits())) {
      for (const [name, value] of rowsOf(limits)) {
        assert.match(value, /^-?\d+(\.\d+)?$|^(true|false|ed25519)$/, `${part} ${name}`);
      }
    }
  });

  it("is what node/docs/limits.md says", async () => {
    const expected = await format(documentOf(createLimits()), { parser: "markdown" });
    if (process.env["UPDATE"] === "1") writeFileSync(path, expected);
    assert.equal(readFileSync(path, "utf8"), expected, "UPDATE=1 writes it anew");
  });
});
