/** Validators that die without a word, one alone and all at once. */
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { after, before, describe, it } from "mocha";
import { createPrng } from "@pyralog/chain/base";
import {
  assertSilent,
  crashAll,
  crashAtEach,
  crashOne,
  failpointsOfSending,
  Fleet,
  History,
  Signatures,
} from "@pyralog/testnet/scenarios";
import { aHome, removeHome } from "./a-local-network.ts";

const basePort = 23_656;
const crashes = 2;

function say(line: string): void {
  process.stdout.write(`      ${line}\n`);
}
/** Three times as fast as by default: what is shown here does not depend on it. */
const settings = { "consensus.timeout_commit": "300ms", "consensus.timeout_propose": "1s" };

describe("four validators", function () {
  this.timeout(240_000);
  const seed = randomInt(1_000_000);
  let fleet: Fleet;
  let home = "";

  before(async () => {
    home = aHome();
    fleet = await Fleet.create({ home, clusters: 4, basePort, settings });
    fleet.start();
    await fleet.reach(2n);
  });

  after(async () => {
    await fleet.stop();
    removeHome(home);
  });

  it("are seen to sign, so that their silence would be seen too (CUT_LEAKS)", async () => {
    const height = await fleet.heightMax();
    await assert.rejects(assertSilent(fleet, { victim: 0, witness: 1, from: 1n, to: height }), {
      code: "CUT_LEAKS",
    });
  });

  for (const victim of [0, 1, 2, 3]) {
    it(`go on without c${victim}n0 after kill -9, which comes back by itself and signs`, async () => {
      await crashOne(fleet, victim);
    });
  }

  it("outlive the death of one at the moments of saying what it signed", async () => {
    const signatures = await Signatures.create(fleet.genesis);
    const failpoints = failpointsOfSending();
    await fleet.kill([1]);
    await crashAtEach(fleet, { victim: 1, failpoints, signatures, prng: createPrng(seed), say });
    const history = new History(signatures);
    for (const node of fleet.nodes) await history.follow(node);
  });

  it(`keep one chain, their word and all money through kill -9 of all at once`, async () => {
    say(`seed ${seed}; again with: npm run soak -- e2e --seed ${seed}`);
    await crashAll(fleet, { seed, crashes, say });
  });

  // The last one: whoever waits for this fleet is told from now on.
  it("are missed at once when one ends by itself (NODE_ENDED)", async () => {
    process.kill(fleet.pidOf(3), "SIGKILL");
    await assert.rejects(fleet.reach(1_000_000n), { code: "NODE_ENDED", message: /c3n0 ended/ });
  });
});
