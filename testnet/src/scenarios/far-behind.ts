/** A validator that lacks thousands of blocks: it catches up, and votes again by itself. */
import { defined } from "@pyralog/chain/base";
import { fetchStatus } from "@pyralog/wallet-cli/client";
import type { Fleet } from "./fleet.ts";
import { signsAfter } from "./signing.ts";
import { writeChain } from "./write-chain.ts";
import { ScenarioError } from "./scenario-error.ts";

export interface FarBehindReport {
  readonly blocks: number;
  readonly writtenPerSecond: number;
  readonly caughtUpPerSecond: number;
  /** How much faster than the chain itself went meanwhile. */
  readonly times: number;
}

const timesMin = 10;
/** What is awaited at one time. */
const stepBlocks = 500;

/** Of a new fleet of four; the last one is the one behind. */
export async function farBehind(
  fleet: Fleet,
  options: {
    readonly blocks: number;
    readonly say: (line: string) => void;
    /** Called when the one behind is about to start, and to be waited for. */
    readonly meanwhile?: () => Promise<void>;
  },
): Promise<FarBehindReport> {
  const { blocks, say } = options;
  const behind = fleet.nodes.length - 1;
  const others = fleet.nodes.slice(0, -1).map(({ index }) => index);
  const begunMs = performance.now();
  await writeChain(fleet, { blocks, holders: others.slice(1), shown: 0 });
  const writtenPerSecond = (blocks * 1000) / (performance.now() - begunMs);
  say(`${blocks} blocks are written, ${Math.round(writtenPerSecond)} a second`);
  fleet.start(others);
  const first = BigInt(blocks) + 2n;
  await fleet.reach(first, others);
  const startedMs = performance.now();
  const ownFrom = await fleet.heightMax(others);
  fleet.start([behind]);
  await options.meanwhile?.();
  await fleet.until("the node behind asks for its first block", async () => {
    return ((await fleet.heightOf(behind)) ?? 0n) > 0n;
  });
  const firstMs = performance.now();
  const from = defined(await fleet.heightOf(behind), "it answers");
  for (let height = from + BigInt(stepBlocks); height < first; height += BigInt(stepBlocks)) {
    await fleet.reach(height, [behind]);
  }
  await fleet.reach(first, [behind]);
  const endMs = performance.now();
  const caughtUpPerSecond = (Number(first - from) * 1000) / Math.max(1, endMs - firstMs);
  const ownPerSecond =
    (Number((await fleet.heightMax(others)) - ownFrom) * 1000) / (endMs - startedMs);
  const times = caughtUpPerSecond / Math.max(0.1, ownPerSecond);
  say(
    `${Math.round(caughtUpPerSecond)} blocks a second, ${times.toFixed(1)} times the chain's own`,
  );
  await votesAgain(fleet, behind);
  if (times < timesMin) {
    throw new ScenarioError({ code: "TOO_SLOW", facts: { caughtUpPerSecond, ownPerSecond } });
  }
  return { blocks, writtenPerSecond, caughtUpPerSecond, times };
}

/** At the head, in consensus, with the state that everybody has. */
async function votesAgain(fleet: Fleet, behind: number): Promise<void> {
  const { rpc } = fleet.node(behind);
  await fleet.until("the node that was behind says so no more", async () => {
    return !(await fetchStatus(rpc)).catchingUp;
  });
  const head = await fleet.heightMax();
  await signsAfter(fleet, { victim: behind, witness: 0, height: head });
}
