/**
 * kill -9 under load, hundreds of times: of any one validator, of the one whose turn it is, and of
 * all at once, in an order and at moments that one seed draws. Measured is how soon the others go
 * on without a proposer, and how soon whoever was killed signs again.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { createPrng, hexFromBytes, type Prng } from "@pyralog/chain/base";
import { JsonNode } from "@pyralog/chain/types";
import { ConfigError, homePaths, loadValidatorKey } from "@pyralog/node/config";
import { violation } from "#checkers";
import { checkEnd, crashAllOnce, type CrashReport } from "./crash-all.ts";
import type { Fleet } from "./fleet.ts";
import { History } from "./history.ts";
import { Lateness } from "./lateness.ts";
import { Payments } from "./payments.ts";
import { Signatures } from "./signatures.ts";
import { signsAfter } from "./signing.ts";

const victims = ["anyone", "proposer", "everyone"] as const;
type Victim = (typeof victims)[number];

interface CrashPace {
  /** At most this long after the proposer's death there is a new block. */
  readonly blockMsMax: number;
  /** At most this long after its start a killed node has signed a block. */
  readonly backMsMax: number;
}

export interface OftenOptions extends CrashPace {
  readonly seed: number;
  /** How often each of them is killed. */
  readonly crashes: Readonly<Record<Victim, number>>;
  readonly say: (line: string) => void;
}

export interface OftenReport extends CrashReport {
  /** The slowest of each. */
  readonly blockMs: number;
  readonly backMs: number;
}

interface Scene {
  readonly fleet: Fleet;
  readonly prng: Prng;
  readonly signatures: Signatures;
  readonly history: History;
  readonly pace: CrashPace;
}

const momentMsMax = 2_500;
const awayMsMax = 3_000;
const pollMs = 20;

/** The fleet runs before and after. @throws Violation, ScenarioError */
export async function crashOften(fleet: Fleet, options: OftenOptions): Promise<OftenReport> {
  const { say, seed, crashes } = options;
  const prng = createPrng(seed);
  const signatures = await Signatures.create(fleet.genesis);
  const history = new History(signatures);
  const payments = await Payments.create(fleet, prng.fork());
  const scene = { fleet, prng, signatures, history, pace: options };
  let [kills, blockMs, backMs] = [0, 0, 0];
  payments.begin();
  try {
    for (const [count, victim] of shuffled(crashes, prng).entries()) {
      const seen = await crash(victim, scene);
      kills += seen.kills;
      blockMs = Math.max(blockMs, seen.blockMs);
      backMs = Math.max(backMs, seen.backMs);
      for (const node of fleet.nodes) await history.follow(node);
      const told = `block ${seen.blockMs.toFixed(0)} ms, back ${seen.backMs.toFixed(0)} ms`;
      say(`${count + 1}: ${victim}; kill ${kills}, height ${history.height}, ${told}`);
    }
    await fleet.reach((await fleet.heightMax()) + 1n);
  } finally {
    await payments.end();
  }
  await fleet.reach(await fleet.heightMax());
  await checkEnd({ fleet, payments, signatures });
  const heights = await fleet.heightMax();
  const acknowledged = payments.acknowledged.length;
  return { kills, heights, acknowledged, signatures: signatures.count, blockMs, backMs };
}

function shuffled(crashes: OftenOptions["crashes"], prng: Prng): readonly Victim[] {
  const left = victims.flatMap((victim) => Array.from({ length: crashes[victim] }, () => victim));
  const drawn: Victim[] = [];
  while (left.length > 0) drawn.push(...left.splice(prng.below(left.length), 1));
  return drawn;
}

interface Seen {
  readonly kills: number;
  readonly blockMs: number;
  readonly backMs: number;
}

async function crash(victim: Victim, scene: Scene): Promise<Seen> {
  const { fleet, prng } = scene;
  switch (victim) {
    case "everyone": {
      const kills = (await crashAllOnce(scene)) * fleet.nodes.length;
      return { kills, blockMs: 0, backMs: 0 };
    }
    case "anyone": {
      await sleep(prng.below(momentMsMax));
      const index = prng.below(fleet.nodes.length);
      await fleet.kill([index]);
      await sleep(prng.below(awayMsMax));
      return { kills: 1, blockMs: 0, backMs: await comesBack(index, scene) };
    }
    case "proposer": {
      await sleep(prng.below(momentMsMax));
      const index = await proposerOf(fleet);
      const blockMs = await goesOnWithout(index, scene);
      return { kills: 1, blockMs, backMs: await comesBack(index, scene) };
    }
  }
}

/** Whose turn it is, by what some node says. */
async function proposerOf(fleet: Fleet): Promise<number> {
  const told = await fleet.node(0).rpc.call("consensus_state", {});
  const address = new JsonNode(told).get("round_state").get("proposer").get("address").text();
  return fleet.nodes.findIndex(({ home }) => {
    const key = loadValidatorKey(homePaths(home).validatorKey);
    if (key.kind === "refused") throw new ConfigError([key.error]);
    return hexFromBytes(key.value.address) === address.toLowerCase();
  });
}

/** Kills it; gives the milliseconds until the others have a block that they had not. */
async function goesOnWithout(index: number, { fleet, pace }: Scene): Promise<number> {
  const others = fleet.nodes.map((node) => node.index).filter((other) => other !== index);
  await fleet.kill([index]);
  const killedMs = performance.now();
  const lateness = new Lateness();
  const height = await fleet.heightMax(others);
  while ((await fleet.heightMax(others)) <= height) {
    if (performance.now() - killedMs > 2 * pace.blockMsMax) break;
    await sleep(pollMs);
  }
  return within("next block", { ms: lateness.since(killedMs), msMax: pace.blockMsMax });
}

/** Starts it; gives the milliseconds until a block holds a signature that it has made since. */
async function comesBack(index: number, { fleet, signatures, pace }: Scene): Promise<number> {
  const { home } = fleet.node(index);
  const others = fleet.nodes.map((node) => node.index).filter((other) => other !== index);
  await signatures.seeDisk(home);
  const startedMs = performance.now();
  const lateness = new Lateness();
  fleet.start([index]);
  const height = await fleet.heightMax(others);
  await signsAfter(fleet, { victim: index, height, witness: others[0] ?? index });
  return within("back in consensus", { ms: lateness.since(startedMs), msMax: pace.backMsMax });
}

function within(claim: string, measured: { readonly ms: number; readonly msMax: number }): number {
  const { ms, msMax } = measured;
  if (ms > msMax) throw violation("LIVENESS", { claim, ms: Math.round(ms), msMax });
  return ms;
}
