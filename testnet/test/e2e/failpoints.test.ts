/** A validator that dies at every moment at which something lasting happens, and starts again. */
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { createPrng } from "@pyralog/chain/base";
import { crashAtAll, failpointsAlone, Fleet } from "@pyralog/testnet/scenarios";
import { aHome, removeHome } from "./a-local-network.ts";

const basePort = 22_656;
const lanes = 2;
const settings = { "consensus.timeout_commit": "10ms", "consensus.timeout_propose": "1s" };
/** Evidence may be about a few heights only, so that all before them may be pruned. */
const genesisPatch = {
  consensus_params: {
    block: { max_bytes: "4194304", max_gas: "-1" },
    evidence: { max_age_num_blocks: "60", max_age_duration: "1", max_bytes: "1048576" },
    validator: { pub_key_types: ["ed25519"] },
  },
};

describe("a validator alone", function () {
  this.timeout(120_000);
  const seed = randomInt(1_000_000);
  const fleets: Fleet[] = [];
  let home = "";

  before(async () => {
    home = aHome();
    const patch = join(home, "genesis-patch.json");
    writeFileSync(patch, JSON.stringify(genesisPatch));
    for (let lane = 0; lane < lanes; lane++) {
      const options = {
        home: join(home, String(lane)),
        clusters: 1,
        basePort: basePort + 100 * lane,
      };
      fleets.push(await Fleet.create({ ...options, settings, genesisPatch: patch }));
    }
  });

  after(async () => {
    await Promise.all(fleets.map((fleet) => fleet.stop()));
    removeHome(home);
  });

  it("repairs itself after death at each failpoint, and neither signs twice nor loses anything", async () => {
    const failpoints = failpointsAlone();
    const reports = await Promise.all(
      fleets.map((fleet, lane) =>
        crashAtAll(fleet, {
          victim: 0,
          failpoints: failpoints.filter((_, index) => index % lanes === lane),
          prng: createPrng(seed + lane),
          say: (line) => process.stdout.write(`      ${lane}: ${line}\n`),
        }),
      ),
    );
    for (const { acknowledged } of reports) assert.ok(acknowledged > 0, "something was at stake");
  });
});
