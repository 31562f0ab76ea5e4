/**
 * The RPC judged by the original: both are asked the same, and must answer alike in members, types,
 * encodings, codes and texts. Needs CometBFT v0.38.25 (`testnet/tools/install-programs.sh`).
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { ask } from "./ask.ts";
import { differencesOf } from "./compare.ts";
import { findCometbft, startOriginal } from "./original.ts";
import { startOurs } from "./ours.ts";
import { questions } from "./questions.ts";
import { factsOf, type Facts, type Side } from "./side.ts";

const program = findCometbft();
const missing =
  program === undefined ? " (skipped: no CometBFT; run testnet/tools/install-programs.sh)" : "";

describe(`the RPC beside CometBFT v0.38.25's${missing}`, function () {
  this.timeout(30_000);
  let original: { readonly side: Side; readonly facts: Facts };
  let ours: { readonly side: Side; readonly facts: Facts };

  before(async function () {
    this.timeout(60_000);
    if (program === undefined) {
      assert.notEqual(process.env["CI"], "true", "CometBFT v0.38.25 must be there under CI=true");
      this.skip();
      return;
    }
    const sides = await Promise.all([startOriginal(program), startOurs()]);
    const [first, second] = await Promise.all(sides.map(factsOf));
    assert.ok(first !== undefined && second !== undefined);
    original = { side: sides[0], facts: first };
    ours = { side: sides[1], facts: second };
  });

  after(async () => {
    if (program !== undefined) await Promise.all([original.side.stop(), ours.side.stop()]);
  });

  it("is asked at least 150 questions, each once", () => {
    assert.ok(questions.length >= 150, String(questions.length));
    const asked = new Set(questions.map((question) => JSON.stringify(question)));
    assert.equal(asked.size, questions.length);
  });

  for (const question of questions) {
    const verdict = question.differs === undefined ? "answers alike" : "differs, as it should";
    it(`${verdict}: ${question.ask.slice(0, 120)}`, async () => {
      const answers = await Promise.all([ask(original, question), ask(ours, question)]);
      const differences = differencesOf(...answers);
      if (question.differs === undefined) assert.deepEqual(differences, []);
      else assert.notEqual(differences.length, 0, `no difference any more: ${question.differs}`);
    });
  }
});
