/** Seven validators that know two neighbours each. */
import { after, before, describe, it } from "mocha";
import { Fleet, Ring } from "@pyralog/testnet/scenarios";
import { aHome, removeHome } from "./a-local-network.ts";

const basePort = 23_856;
/** Longer than a link waits for a silent peer, so that the links are lost as well. */
const longMs = 10_000;
/** What was held back arrives late, on links that nobody has given up. */
const shortMs = 3_000;
/** Three times as fast as by default: what is shown here does not depend on it. */
const settings = { "consensus.timeout_commit": "300ms", "consensus.timeout_propose": "1s" };

describe("a ring of seven validators", function () {
  this.timeout(300_000);
  let fleet: Fleet;
  let ring: Ring;
  let home = "";

  before(async () => {
    home = aHome();
    fleet = await Fleet.create({ home, clusters: 7, basePort, settings });
    ring = await Ring.create(fleet);
    fleet.start();
  });

  after(async () => {
    await fleet.stop();
    ring.close();
    removeHome(home);
  });

  it("makes blocks, although most votes have to be passed on", async () => {
    await ring.goesOn(3n);
  });

  it("takes a node back that had heard nothing for a while", async () => {
    await ring.cut(2, { cut: "hears-nothing", forMs: longMs });
  });

  it("takes a node back that nobody had heard for a while", async () => {
    await ring.cut(5, { cut: "says-nothing", forMs: shortMs });
  });

  it("is whole again after that", async () => {
    await ring.goesOn(2n);
  });
});
