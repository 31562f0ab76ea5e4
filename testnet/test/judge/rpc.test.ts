/**
 * The RPC judged by the original: both are asked the same, and must answer alike in members, types,
 * encodings, codes and texts. Needs CometBFT v0.38.25 (`testnet/tools/install-programs.sh`).
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { findCometbft } from "#processes";
import { ask } from "./ask.ts";
import { differencesOf } from "./compare.ts";
import { startOriginal } from "./original.ts";
import { startOurs } from "./ours.ts";
import { questions } from "./questions.ts";
import { factsOf, type Facts, type Side } from "./side.ts";

const program = findCometbft();
const missing =
  program === undefined ? " (skipped: no CometBFT; run testnet/tools/install-programs.sh)" : "";

describe(`the RPC beside CometBFT v0.38.25's${missing}`, function () {
  this.timeout(30_000);
  const running: Side[] = [];
  const started = (side: Side): Side => {
    running.push(side);
    return side;
  };
  let original: { readonly side: Side; readonly facts: Facts };
  let ours: { readonly side: Side; readonly facts: Facts };

  before(async function () {
    this.timeout(60_000);
    if (program === undefined) {
      assert.notEqual(process.env["CI"], "true", "CometBFT v0.38.25 must be there under CI=true");
      this.skip();
      return;
    }
    const [one, other] = await Promise.all([
      startOriginal(program).then(started),
      startOurs().then(started),
    ]);
    original = { side: one, facts: await factsOf(one) };
    ours = { side: other, facts: await factsOf(other) };
  });

  after(() => Promise.all(running.map((side) => side.stop())));

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
