/** Death at every failpoint, ten times each, of one of four validators under load. */
import { createPrng } from "@pyralog/chain/base";
import { crashAtAll, everyFailpoint } from "#scenarios";
import { onFleet } from "./on-fleet.ts";
import type { SoakOptions, SoakReport } from "./soak.ts";

const rounds = 10;
const clusters = 4;
/** Heights follow one another quickly, because pruning waits for a hundred of them. */
const settings = { "consensus.timeout_commit": "50ms", "consensus.timeout_propose": "1s" };
const genesisPatch = {
  consensus_params: {
    block: { max_bytes: "4194304", max_gas: "-1" },
    evidence: { max_age_num_blocks: "60", max_age_duration: "1", max_bytes: "1048576" },
    validator: { pub_key_types: ["ed25519"] },
  },
};

export async function soakFailpoints({ seed, say }: SoakOptions): Promise<SoakReport> {
  const prng = createPrng(seed);
  const failpoints = everyFailpoint();
  const failures: string[] = [];
  let [deaths, acknowledged, signatures, heights] = [0, 0, 0, 0n];
  for (let round = 0; round < rounds; round++) {
    const failed = await onFleet({ clusters, settings, genesisPatch }, async (fleet) => {
      const victim = round % clusters;
      const told = (line: string): void => say(`${round + 1}. round: ${line}`);
      const options = { victim, failpoints, prng, say: told, againChance: [1, 4] as const };
      const report = await crashAtAll(fleet, options);
      deaths += report.deaths;
      acknowledged += report.acknowledged;
      signatures += report.signatures;
      heights += report.heights;
    });
    failures.push(...failed);
  }
  return {
    seeds: String(seed),
    counts:
      `${failpoints.length} failpoints, ${rounds} times each, ${deaths} deaths, ` +
      `${heights} heights, ${acknowledged} payments kept, ${signatures} signatures`,
    failures,
  };
}
