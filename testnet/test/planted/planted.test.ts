import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { find, plantedBugs, readSeeds, seedsOf } from "./bugs.ts";
import type { PlantedBug } from "./planted-bug.ts";
import { planted, SourceCopy } from "./source-copy.ts";

const again = "npm run soak -- planted searches its seed again";

describe("a bug planted in a copy of the sources", function () {
  this.timeout(600_000);
  const seeds = readSeeds();
  let copy: SourceCopy | undefined;

  before(() => {
    copy = new SourceCopy();
  });

  after(() => copy?.remove());

  function theCopy(): SourceCopy {
    assert.ok(copy !== undefined);
    return copy;
  }

  it("is the only reason for what is found: the same seeds find nothing without it", async () => {
    const jobs = plantedBugs.map(({ name, harness }) => ({ harness, seeds: [seedFor(name)] }));
    const { findings, seedsRun } = await theCopy().probe(jobs);
    assert.deepEqual(
      findings,
      plantedBugs.map(() => null),
    );
    assert.equal(seedsRun, plantedBugs.length);
  });

  function seedFor(name: string): number {
    const seed = seeds[name];
    assert.ok(seed !== undefined, `no seed is known that finds the bug "${name}"; ${again}`);
    return seed;
  }

  for (const bug of plantedBugs) {
    const { name, mistake, fires } = bug;
    it(`is found where it ${name}: ${mistake}`, async () => {
      const finding = await find(theCopy(), { bug, seeds: theSeedFirst(bug) });
      assert.ok(finding !== undefined, `${bug.seedsMax} seeds do not find it`);
      assert.ok(fires.includes(finding.code), `${finding.message}; ${again}`);
    });
  }

  /** The others come only after a change of the simulator that moved what its seeds draw. */
  function theSeedFirst(bug: PlantedBug): readonly number[] {
    const seed = seedFor(bug.name);
    return [seed, ...seedsOf(bug).filter((other) => other !== seed)];
  }

  it("is refused where its place in the sources is gone, or is not the only one", () => {
    const edit = { name: "x", file: "f.ts", find: "a + b", replace: "a - b" };
    assert.equal(planted("let c = a + b;", edit), "let c = a - b;");
    for (const source of ["let c = a;", "a + b; a + b"]) {
      assert.throws(() => planted(source, edit), /cannot be planted: f\.ts holds its text/);
    }
  });

  it("is one of at least fifteen, each with a name of its own", () => {
    assert.ok(plantedBugs.length >= 15);
    assert.equal(new Set(plantedBugs.map(({ name }) => name)).size, plantedBugs.length);
  });
});
