/**
 * One validator dies at one failpoint after the other, and starts each time by itself from what
 * the death before left. At the end nothing that was answered is lost, nothing was signed twice,
 * and all money is there.
 */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Prng } from "@pyralog/chain/base";
import { homePaths } from "@pyralog/node/config";
import { failpoints as allFailpoints, type Failpoint } from "#failpoints";
import { lastLogLine, logPath } from "#processes";
import { accuse } from "./accuse.ts";
import type { Fleet, FleetNode } from "./fleet.ts";
import { ScenarioError } from "./scenario-error.ts";
import { History } from "./history.ts";
import { checkMoney, supplyAtGenesis } from "./money.ts";
import { checkAcknowledged, Payments } from "./payments.ts";
import { Signatures } from "./signatures.ts";

const entry = fileURLToPath(new URL("../failpoints/main.ts", import.meta.url));
/** Passed once in a start, if at all. */
const onceInStart: ReadonlySet<string> = new Set([
  "wal-create",
  "genesis-save",
  "wal-open-sync",
  "sign-open-sync",
  "wal-truncate",
]);
/** Passed once in many heights. */
const seldom: ReadonlySet<string> = new Set([
  "wal-roll",
  "wal-remove",
  "block-prune",
  "state-prune",
  "evidence-save",
]);
const hitsMax = 20;
const accuseMs = 200;

/** Before the first block, in this order; then the others; those that need a long chain last. */
const early = /^(?:wal-create|wal-open-sync|sign-open-sync|genesis-save)\//;
const late = /-prune\//;

export interface FailpointOptions {
  readonly victim: number;
  readonly failpoints: readonly Failpoint[];
  readonly prng: Prng;
  /** How often it dies a second time, while it recovers from the first; never unless told. */
  readonly againChance?: readonly [number, number];
  readonly say: (line: string) => void;
}

export interface FailpointReport {
  readonly deaths: number;
  readonly heights: bigint;
  readonly acknowledged: number;
  readonly signatures: number;
}

/** What a start passes while it repairs, or soon after. */
const recovering: readonly Failpoint[] = [
  "application-commit/before",
  "application-commit/after",
  "index-save/before",
  "index-save/after",
  "state-save/before",
  "state-save/after",
  "wal-end-sync/before",
  "wal-open-sync/before",
  "sign-open-sync/after",
];

export function everyFailpoint(): readonly Failpoint[] {
  return allFailpoints;
}

/** Failpoints that a validator without peers never passes: it sends to nobody. */
export function failpointsAlone(): readonly Failpoint[] {
  return allFailpoints.filter((name) => !isSending(name));
}

export function failpointsOfSending(): readonly Failpoint[] {
  return allFailpoints.filter(isSending);
}

function isSending(name: Failpoint): boolean {
  return name.startsWith("send-");
}

/** The fleet is new and does not run; afterwards all do. @throws Violation, ScenarioError */
export async function crashAtAll(
  fleet: Fleet,
  options: FailpointOptions,
): Promise<FailpointReport> {
  const { victim, failpoints, prng } = options;
  const signatures = await Signatures.create(fleet.genesis);
  const payments = await Payments.create(fleet, prng.fork());
  const crash = async (which: (name: string) => boolean): Promise<number> =>
    crashAtEach(fleet, { ...options, signatures, failpoints: failpoints.filter(which) });
  payments.begin();
  let deaths = 0;
  try {
    fleet.start(fleet.nodes.map(({ index }) => index).filter((index) => index !== victim));
    deaths += await crash((name) => early.test(name));
    await fleet.kill([victim]);
    deaths += await crash((name) => !early.test(name) && !late.test(name));
  } finally {
    await payments.end();
  }
  const { acknowledged } = payments;
  const history = new History(signatures, { accused: true });
  for (const node of fleet.nodes) {
    await history.follow(node);
    await checkAcknowledged(node, acknowledged);
  }
  await fleet.kill([victim]);
  deaths += await crash((name) => late.test(name));
  const supply = supplyAtGenesis(fleet.genesis, fleet.denom);
  for (const node of fleet.nodes) await checkMoney(node, { denom: fleet.denom, supply });
  const heights = await fleet.heightMax();
  return { deaths, heights, acknowledged: acknowledged.length, signatures: signatures.count };
}

/** The victim is down before, and runs with all others afterwards; gives how often it died. */
export async function crashAtEach(
  fleet: Fleet,
  options: FailpointOptions & { readonly signatures: Signatures },
): Promise<number> {
  const { victim, failpoints, prng } = options;
  let deaths = 0;
  for (const failpoint of failpoints) {
    await crashAt(fleet, { ...options, failpoint, hit: hitOf(failpoint, prng) });
    deaths++;
    // Another start would pass what comes before the first block, and never again.
    if (options.againChance === undefined || early.test(failpoint)) continue;
    if (!prng.chance(...options.againChance)) continue;
    const again = recovering[prng.below(recovering.length)] ?? failpoint;
    await crashAt(fleet, { ...options, failpoint: again, hit: 1 });
    deaths++;
  }
  fleet.start([victim]);
  await goOn(fleet);
  return deaths;
}

async function goOn(fleet: Fleet): Promise<void> {
  await fleet.until("it answers again", async () => (await fleet.heightMax()) > 0n);
  await fleet.reach((await fleet.heightMax()) + 2n);
}

async function crashAt(
  fleet: Fleet,
  options: Omit<FailpointOptions, "failpoints"> & {
    readonly signatures: Signatures;
    readonly failpoint: Failpoint;
    readonly hit: number;
  },
): Promise<void> {
  const { victim, failpoint, hit, signatures, say } = options;
  const deed = deedOf(failpoint);
  const node = fleet.node(victim);
  if (deed === "wal-truncate") tearLog(node);
  const accusing = deed === "evidence-save" ? new Accuser(fleet, victim) : undefined;
  const exit = await fleet.startDoomed(victim, {
    ends: `it passes ${failpoint} the ${hit}. time`,
    entry,
    environment: { FAILPOINT: `${failpoint}:${hit}` },
    ...(deed.endsWith("-prune") ? { settings: { "min-retain-blocks": "1" } } : {}),
  });
  await accusing?.end();
  if (exit.signal !== "SIGKILL") {
    const said = lastLogLine(logPath(node.home));
    const facts = { node: node.name, failpoint, hit, said };
    throw new ScenarioError({ code: "NODE_ENDED", facts });
  }
  await signatures.seeDisk(node.home);
  say(`${failpoint} at hit ${hit}`);
}

function hitOf(failpoint: Failpoint, prng: Prng): number {
  const deed = deedOf(failpoint);
  return onceInStart.has(deed) || seldom.has(deed) ? 1 : 1 + prng.below(hitsMax);
}

/** Hands evidence to the victim until it is dead. */
class Accuser {
  readonly #work: Promise<void>;
  #running = true;

  constructor(fleet: Fleet, victim: number) {
    this.#work = this.#run(fleet, victim);
  }

  async end(): Promise<void> {
    this.#running = false;
    await this.#work;
  }

  async #run(fleet: Fleet, victim: number): Promise<void> {
    while (this.#running) {
      // It is not up yet, or has died meanwhile.
      const accused = (victim + 1) % fleet.nodes.length;
      await accuse(fleet, { accused, judge: victim }).catch(() => undefined);
      await sleep(accuseMs);
    }
  }
}

function deedOf(failpoint: Failpoint): string {
  return failpoint.slice(0, failpoint.indexOf("/"));
}

/** What a power cut in the middle of a write leaves: a piece of a batch at the end. */
function tearLog({ home }: FleetNode): void {
  const directory = join(homePaths(home).data, "wal");
  const last = readdirSync(directory).toSorted().at(-1) ?? "";
  writeFileSync(join(directory, last), Uint8Array.of(0x50, 0x79, 0x72, 0x4c, 0, 0), { flag: "a" });
}
