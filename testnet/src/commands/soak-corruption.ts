/** Rotten bits and lost sectors: 2,000 in what stores read, 50 under real nodes. */
import { createPrng } from "@pyralog/chain/base";
import { homePaths } from "@pyralog/node/config";
import { corruptNode, corruptOften, Signatures } from "#scenarios";
import { onFleet } from "./on-fleet.ts";
import type { SoakOptions, SoakReport } from "./soak.ts";

const cases = 2_000;
const casesAtOnce = 100;
const nodeCases = 50;
const quick = { "consensus.timeout_commit": "10ms", "consensus.timeout_propose": "1s" };
const settings = { "consensus.timeout_commit": "300ms", "consensus.timeout_propose": "1s" };

export async function soakCorruption({ seed, say }: SoakOptions): Promise<SoakReport> {
  const prng = createPrng(seed);
  const silent: string[] = [];
  const stored = { refused: 0, repaired: 0, unharmed: 0 };
  const running = { refused: 0, serves: 0 };
  const failures = [
    ...(await onFleet({ clusters: 1, settings: quick }, async (fleet) => {
      for (let session = 1n; session <= 4n; session++) {
        fleet.start();
        await fleet.reach(session * 10n);
        await fleet.kill();
      }
      const { data } = homePaths(fleet.node(0).home);
      for (let done = casesAtOnce; done <= cases; done += casesAtOnce) {
        const report = await corruptOften(data, { cases: casesAtOnce, prng });
        silent.push(...report.silent);
        stored.refused += report.outcomes.refused;
        stored.repaired += report.outcomes.repaired;
        stored.unharmed += report.outcomes.unharmed;
        say(`${done} cases: ${JSON.stringify(stored)}, ${silent.length} silent`);
      }
    })),
    ...(await onFleet({ clusters: 4, settings }, async (fleet) => {
      const signatures = await Signatures.create(fleet.genesis);
      fleet.start();
      await fleet.reach(3n);
      for (let number = 0; number < nodeCases; number++) {
        const victim = prng.below(fleet.nodes.length);
        const damage = await corruptNode(fleet, { victim, number, prng, signatures });
        running[damage.outcome]++;
        say(`node ${number + 1}: ${damage.outcome}: ${damage.where}`);
      }
    })),
  ];
  return {
    seeds: String(seed),
    counts:
      `${cases} in stores: ${stored.refused} refused, ${stored.repaired} repaired, ` +
      `${stored.unharmed} unharmed, ${silent.length} silent; ` +
      `${nodeCases} under nodes: ${running.refused} refused, ${running.serves} served the same`,
    failures: [...silent, ...failures],
  };
}
