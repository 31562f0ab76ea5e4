/** A minute of ten times what the chain can take, over RPC and p2p. */
import { flood, floodGenesis, type FloodReport } from "#scenarios";
import { onFleet } from "./on-fleet.ts";
import type { SoakOptions, SoakReport } from "./soak.ts";

const seconds = 60;
const timesMin = 10;

export async function soakFlood({ seed, say }: SoakOptions): Promise<SoakReport> {
  let counts = "";
  const failures: string[] = [];
  const shape = { clusters: 4, genesisPatch: floodGenesis };
  const broken = await onFleet(shape, async (fleet) => {
    fleet.start();
    await fleet.reach(3n);
    const report = await flood(fleet, { seconds, seed, say });
    counts = told(report);
    if (report.times < timesMin) failures.push(`less than ${timesMin} times the capacity`);
  });
  return { seeds: String(seed), counts, failures: [...failures, ...broken] };
}

function told(report: FloodReport): string {
  return [
    `${report.offered} transactions offered in ${seconds} s`,
    `${report.times.toFixed(1)} for each of the ${report.committed} committed`,
    `${report.garbage} frames of garbage`,
    `${report.heights} heights meanwhile`,
    `${report.grownMib} MiB more at most`,
    `served as before after ${Math.round(report.backMs)} ms`,
  ].join(", ");
}
