/**
 * kill -9 of all validators at once, at random moments under load, again and again: one chain goes
 * on, nothing was signed twice, no money came or went, and every height that was answered is true.
 * One seed draws the moments; what the machine does in them it does not repeat.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { createPrng, type Prng } from "@pyralog/chain/base";
import type { Fleet } from "./fleet.ts";
import { History } from "./history.ts";
import { checkMoney, supplyAtGenesis } from "./money.ts";
import { checkAcknowledged, Payments } from "./payments.ts";
import { Signatures } from "./signatures.ts";

export interface CrashOptions {
  readonly seed: number;
  readonly crashes: number;
  readonly say: (line: string) => void;
}

export interface CrashReport {
  /** Those of nodes that were still recovering included. */
  readonly kills: number;
  readonly heights: bigint;
  readonly acknowledged: number;
  readonly signatures: number;
}

/** Every moment of about two heights is as likely as any other. */
const momentMsMax = 2_500;
/** So often nobody waits until the nodes are up again: they are killed while they recover. */
const recoveringChance = [1, 4] as const;

/** The fleet runs before and after. @throws Violation, ScenarioError */
export async function crashAll(fleet: Fleet, options: CrashOptions): Promise<CrashReport> {
  const { crashes, say } = options;
  const prng = createPrng(options.seed);
  const signatures = await Signatures.create(fleet.genesis);
  const history = new History(signatures);
  const payments = await Payments.create(fleet, prng.fork());
  payments.begin();
  let kills = 0;
  for (let crash = 1; crash <= crashes; crash++) {
    kills += await crashAllOnce({ fleet, history, signatures, prng });
    say(`crash ${crash}, kill ${kills}: all go on, in agreement from 1 to ${history.height}`);
  }
  await fleet.reach((await fleet.heightMax()) + 1n);
  await payments.end();
  await fleet.reach(await fleet.heightMax());
  await checkEnd({ fleet, payments, signatures });
  const { acknowledged, sent } = payments;
  const heights = await fleet.heightMax();
  say(`${heights} heights, ${sent} payments sent, ${acknowledged.length} acknowledged`);
  return { kills, heights, acknowledged: acknowledged.length, signatures: signatures.count };
}

/** Resolves when all nodes have gone on past the crash; gives how often it killed them. */
export async function crashAllOnce(parts: {
  readonly fleet: Fleet;
  readonly history: History;
  readonly signatures: Signatures;
  readonly prng: Prng;
}): Promise<number> {
  const { fleet, history, signatures, prng } = parts;
  let kills = 0;
  let before = history.height;
  do {
    await sleep(prng.below(momentMsMax));
    const height = await fleet.heightMax();
    if (height > before) before = height;
    await fleet.kill();
    kills++;
    for (const { home } of fleet.nodes) await signatures.seeDisk(home);
    fleet.start();
  } while (prng.chance(...recoveringChance));
  await fleet.reach(before + 2n);
  const height = await fleet.heightMax();
  await fleet.reach(height);
  for (const node of fleet.nodes) await history.follow(node);
  return kills;
}

/** All of it once more from the first block on, by what the nodes say now. */
export async function checkEnd(parts: {
  readonly fleet: Fleet;
  readonly payments: Payments;
  readonly signatures: Signatures;
}): Promise<void> {
  const { fleet, payments, signatures } = parts;
  const { denom, genesis } = fleet;
  const supply = supplyAtGenesis(genesis, denom);
  const history = new History(signatures);
  for (const node of fleet.nodes) {
    await history.follow(node);
    await checkAcknowledged(node, payments.acknowledged);
    await checkMoney(node, { denom, supply });
  }
}
