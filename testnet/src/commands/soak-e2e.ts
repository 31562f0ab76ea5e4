/** The long form of `testnet/test/e2e`: real processes, every victim, and more often. */
import { createPrng } from "@pyralog/chain/base";
import { crashAll, crashOne, Ring, type Cut, type Fleet } from "#scenarios";
import { onFleet } from "./on-fleet.ts";
import type { SoakOptions, SoakReport } from "./soak.ts";

const crashesOfAll = 20;
const ringSize = 7;
const cuts: readonly { readonly cut: Cut; readonly forMs: number }[] = [
  { cut: "hears-nothing", forMs: 3_000 },
  { cut: "says-nothing", forMs: 3_000 },
  { cut: "hears-nothing", forMs: 12_000 },
  { cut: "says-nothing", forMs: 12_000 },
];

export async function soakEndToEnd(options: SoakOptions): Promise<SoakReport> {
  const { seed, say } = options;
  const counts: string[] = [];
  const count = (text: string): void => {
    counts.push(text);
    say(text);
  };
  const failures = [
    ...(await onFleet({ clusters: 4 }, (fleet) => crashes(fleet, { ...options, count }))),
    ...(await onFleet({ clusters: ringSize }, (fleet) => ring(fleet, { seed, count }))),
  ];
  return { seeds: String(seed), counts: counts.join(", "), failures };
}

async function crashes(
  fleet: Fleet,
  options: SoakOptions & { readonly count: (text: string) => void },
): Promise<void> {
  const { seed, say, count } = options;
  fleet.start();
  await fleet.reach(2n);
  for (const { index, name } of fleet.nodes) {
    await crashOne(fleet, index);
    say(`${name} was killed and is back`);
  }
  count(`${fleet.nodes.length} kills of one`);
  const report = await crashAll(fleet, { seed, crashes: crashesOfAll, say });
  count(`${crashesOfAll} times a kill of all`);
  count(`${report.kills} kills in these`);
  count(`${report.heights} heights`);
  count(`${report.acknowledged} payments kept`);
  count(`${report.signatures} signatures`);
}

async function ring(
  fleet: Fleet,
  options: { readonly seed: number; readonly count: (text: string) => void },
): Promise<void> {
  const prng = createPrng(options.seed);
  const links = await Ring.create(fleet);
  try {
    fleet.start();
    await links.goesOn(5n);
    for (const cut of cuts) await links.cut(prng.below(ringSize), cut);
    await links.goesOn(2n);
  } finally {
    links.close();
  }
  options.count(`a ring of ${ringSize} with ${cuts.length} one-way cuts`);
}
