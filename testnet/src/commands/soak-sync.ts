/** A validator that is ten thousand blocks behind. */
import { farBehind } from "#scenarios";
import { onFleet } from "./on-fleet.ts";
import type { SoakOptions, SoakReport } from "./soak.ts";

const blocks = 10_000;

export async function soakSync({ seed, say }: SoakOptions): Promise<SoakReport> {
  let counts = "";
  const failures = await onFleet({ clusters: 4 }, async (fleet) => {
    const report = await farBehind(fleet, { blocks, say });
    const { writtenPerSecond, caughtUpPerSecond, times } = report;
    counts = [
      `${report.blocks} blocks of four validators`,
      `written at ${Math.round(writtenPerSecond)} a second`,
      `caught up with at ${Math.round(caughtUpPerSecond)} a second`,
      `${Math.round(times)} times the chain's own speed`,
    ].join(", ");
  });
  return { seeds: String(seed), counts, failures };
}
