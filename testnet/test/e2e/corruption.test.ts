/** Rotten bits and lost sectors in what a validator left on its disk. */
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { createPrng } from "@pyralog/chain/base";
import { corruptOften, Fleet } from "@pyralog/testnet/scenarios";
import { aHome, removeHome } from "./a-local-network.ts";

const basePort = 22_356;
const cases = 350;
const settings = { "consensus.timeout_commit": "10ms", "consensus.timeout_propose": "1s" };

describe("the disk of a validator", function () {
  this.timeout(120_000);
  const seed = randomInt(1_000_000);
  let home = "";

  before(async () => {
    home = aHome();
    const fleet = await Fleet.create({ home, clusters: 1, basePort, settings });
    for (const height of [6n, 12n, 18n]) {
      fleet.start();
      await fleet.reach(height);
      await fleet.kill();
    }
  });

  after(() => removeHome(home));

  it(`is read as it was written or refused, whatever rots (seed ${seed})`, async () => {
    const data = join(home, "c0n0", "data");
    const { outcomes, silent } = await corruptOften(data, { cases, prng: createPrng(seed) });
    assert.deepEqual(silent, []);
    process.stdout.write(`      ${JSON.stringify(outcomes)}\n`);
    assert.ok(outcomes.refused > cases / 4, "most damage is seen");
  });
});
