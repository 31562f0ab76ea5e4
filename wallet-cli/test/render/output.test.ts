import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { describe, it } from "mocha";
import { Output } from "#render";

function said(json: boolean, work: (output: Output) => void): string {
  const error = new PassThrough({ encoding: "utf8" });
  const out: string[] = [];
  work(new Output({ json, streams: { out: { write: (text) => out.push(text) }, error } }));
  const told: unknown = error.read();
  return (typeof told === "string" ? told : "") + out.join("");
}

describe("the wallet's output", () => {
  it("lets no text of a node's move the cursor: control characters become ?", () => {
    const unit = "PYR\u001B[2K\r\u009B1A";
    const line = said(false, (output) => output.say(`  sends 1 ${unit}`));
    assert.equal(line, "  sends 1 PYR?[2K??1A\n");
    const answer = said(false, (output) => output.answer({ json: {}, text: `1 ${unit}` }));
    assert.equal(answer, "1 PYR?[2K??1A\n");
  });

  it("keeps the lines of a text apart", () => {
    const text = "name   balance\nalice  1 PYR";
    assert.equal(
      said(false, (output) => output.answer({ json: {}, text })),
      `${text}\n`,
    );
  });

  it("gives one object with --json", () => {
    const told = said(true, (output) => output.answer({ json: { a: "\u001B" }, text: "b" }));
    assert.equal(told, '{"a":"\\u001b"}\n');
  });
});
