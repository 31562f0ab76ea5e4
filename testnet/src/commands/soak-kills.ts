/** More than 200 kill -9 under load, and how soon the network and the killed go on. */
import { crashOften } from "#scenarios";
import { onFleet } from "./on-fleet.ts";
import type { SoakOptions, SoakReport } from "./soak.ts";

const crashes = { anyone: 60, proposer: 40, everyone: 30 };
/** timeout_commit and timeout_propose as by default, and a second more. */
const blockMsMax = 1_000 + 3_000 + 1_000;
const backMsMax = 20_000;

export async function soakKills({ seed, say }: SoakOptions): Promise<SoakReport> {
  let counts = "";
  const failures = await onFleet({ clusters: 4 }, async (fleet) => {
    fleet.start();
    await fleet.reach(2n);
    const report = await crashOften(fleet, { seed, say, crashes, blockMsMax, backMsMax });
    const { anyone, proposer, everyone } = crashes;
    counts =
      `${report.kills} kill -9: of any one ${anyone} times, of the proposer ${proposer}, ` +
      `of all four ${everyone} times and while they recovered; ` +
      "next block after a proposer's death within " +
      `${Math.ceil(report.blockMs)} ms, killed ones sign again within ` +
      `${Math.ceil(report.backMs)} ms; ${report.heights} heights, ` +
      `${report.acknowledged} payments kept, ${report.signatures} signatures`;
  });
  return { seeds: String(seed), counts, failures };
}
