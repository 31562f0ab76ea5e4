import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { bytesFromText, createPrng, textFromBytes } from "@pyralog/chain/base";
import { loadCorpus } from "../../fuzz/corpus.ts";
import { mutateJson } from "../../fuzz/mutate-json.ts";
import { mutateProtobuf } from "../../fuzz/mutate-protobuf.ts";
import { runTarget, saveFailure, type TargetReport } from "../../fuzz/run-target.ts";
import { targetModule, targetNames } from "../../fuzz/targets.ts";

const sliceSeconds = 2;
const plantedSeconds = 20;

function planted(name: string): Promise<TargetReport> {
  const module = new URL(`planted/${name}.ts`, import.meta.url);
  return runTarget({ name, module, corpus: [], seed: 7, seconds: plantedSeconds });
}

describe("the fuzzer", function () {
  this.timeout(60_000);

  for (const [name, kind] of [
    ["throws", "throws"],
    ["slow", "slow"],
    ["hangs", "hangs"],
    ["keeps", "keeps memory"],
  ] as const) {
    it(`finds a planted target that ${name}, behind three bytes that nothing names`, async () => {
      const { failure, executions } = await planted(name);
      assert.equal(failure?.kind, kind, failure?.message);
      // What is kept shows after many inputs only, of which the last is named.
      const found = failure.input.slice(0, 3);
      if (kind !== "keeps memory") assert.deepEqual(found, Uint8Array.of(0x70, 0x79, 0x72));
      assert.ok(executions < 2_000_000);
    });
  }

  it("changes a message so that it stays one, and JSON so that it stays JSON", () => {
    const prng = createPrng(1);
    const json = bytesFromText('{"a":[1,{"b":"c"}],"d":null}');
    const message = Uint8Array.of(10, 4, 8, 1, 16, 2, 24, 5);
    const seen = new Set<string>();
    for (let turn = 0; turn < 500; turn++) {
      const changed = mutateJson(json, { prng, tokens: [] });
      assert.ok(changed !== undefined);
      JSON.parse(textFromBytes(changed));
      const other = mutateProtobuf(message, { prng, tokens: [] });
      assert.ok(other !== undefined);
      if (other.length > 0) assert.ok(mutateProtobuf(other, { prng, tokens: [] }) !== undefined);
      seen.add(String(other));
    }
    assert.ok(seen.size > 20);
    assert.equal(mutateJson(bytesFromText("{"), { prng, tokens: [] }), undefined);
    assert.equal(mutateProtobuf(Uint8Array.of(10, 200), { prng, tokens: [] }), undefined);
  });
});

describe("a slice of each fuzz target", function () {
  this.timeout(60_000);

  for (const name of targetNames) {
    it(`survives two seconds of changed inputs: ${name}`, async () => {
      const run = { name, module: targetModule(name), corpus: loadCorpus(name), seed: 1 };
      const report = await runTarget({ ...run, seconds: sliceSeconds });
      const { failure, executions } = report;
      if (failure !== undefined) {
        assert.fail(`${failure.kind}: ${failure.message}\n${saveFailure(name, failure)}`);
      }
      assert.ok(executions > 20, `${executions} executions`);
    });
  }
});
