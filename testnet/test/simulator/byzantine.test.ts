import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { drawOptions, runCoalition, runSeed, type FaultKind, type SeedResult } from "#simulator";
import { byzantineKinds, drawByzantine } from "../../src/simulator/byzantine/index.ts";
import { createPrng } from "@pyralog/chain/base";

type Byzantine = ReturnType<typeof drawOptions>["byzantine"];

async function run(
  byzantine: Byzantine,
  options: { readonly seed?: number; readonly faults?: readonly FaultKind[] } = {},
): Promise<SeedResult> {
  const { seed = 1, faults = [] } = options;
  const drawn = drawOptions(seed, { nodes: 4, faultyMs: 12_000 });
  const result = await runSeed({ ...drawn, shape: "mesh", faults, byzantine });
  const told = JSON.stringify(byzantine);
  assert.equal(result.violation, undefined, `seed ${seed}, ${told}: ${result.violation?.stack}`);
  return result;
}

function liar(...kinds: Byzantine["liars"][number]["kinds"]): Byzantine {
  return { liars: [{ index: 1, kinds }], twins: [] };
}

describe("a network with one liar among four", function () {
  this.timeout(120_000);

  it("goes on whatever the liar does, and the liar does it", async () => {
    for (const kind of byzantineKinds) {
      if (kind === "twins" || kind === "amnesia") continue;
      const { lies, heights } = await run(liar(kind));
      assert.ok((lies.get(kind) ?? 0) > 0, kind);
      assert.ok(heights >= 6, `${heights} heights with ${kind}`);
    }
  });

  it("keeps its locks although the liar forgets its own", async () => {
    const { lies } = await run(liar("amnesia", "withholding"), {
      seed: 11,
      faults: ["N6-partition", "N6-one-way", "N6-isolate"],
    });
    assert.ok((lies.get("amnesia") ?? 0) > 0);
  });

  it("punishes two votes in one round, and a twin's", async () => {
    const { punished } = await run(liar("double-vote"));
    assert.ok(punished > 3, `${punished} punished`);
    const twins = await run({ liars: [], twins: [1] }, { faults: ["N6-partition", "N6-one-way"] });
    assert.ok(twins.punished > 0, `${twins.punished} punished`);
  });

  it("punishes what no node saw and a peer can prove, and none of what is forged", async () => {
    const { punished, lies } = await run(liar("odd-evidence"));
    assert.ok(punished > 0, `${punished} punished`);
    assert.ok((lies.get("odd-evidence") ?? 0) > punished);
  });
});

describe("a coalition of two among four", function () {
  this.timeout(120_000);

  it("forks the chain, and the votes that honest nodes hold name both of it alone", async () => {
    for (let seed = 1; seed <= 4; seed++) {
      const { fork, violation } = await runCoalition(seed);
      assert.equal(violation, undefined, `seed ${seed}: ${String(violation)}`);
      assert.equal(fork?.accused.equivocators.size, 2, `seed ${seed}`);
    }
  });
});

describe("the draw of liars", () => {
  it("leaves more than two thirds of the power honest, and draws each kind", () => {
    const kinds = new Set<string>();
    for (let seed = 0; seed < 500; seed++) {
      const nodes = seed % 2 === 0 ? 4 : 7;
      const shape = seed % 3 === 0 ? "ring" : "mesh";
      const { liars, twins } = drawByzantine(createPrng(seed), { nodes, shape });
      const indexes = [...liars.map(({ index }) => index), ...twins];
      assert.equal(new Set(indexes).size, indexes.length);
      assert.ok(3 * indexes.length < nodes);
      if (shape === "ring") assert.ok(indexes.length <= 1 && twins.length === 0);
      for (const each of liars) for (const kind of each.kinds) kinds.add(kind);
      if (twins.length > 0) kinds.add("twins");
    }
    assert.deepEqual([...kinds].toSorted(), [...byzantineKinds].toSorted());
  });
});
