/** What a load costs a running network: each node's CPU time, and how its blocks kept their pace. */
import { setTimeout as sleep } from "node:timers/promises";
import { Blocks, intervalsOf } from "./blocks.ts";
import { load, type LoadedNode } from "./load.ts";
import { cpuMicrosOf } from "./usage.ts";

const settleMs = 3_000;

export interface LoadFigures {
  readonly txsPerSecond: number;
  /** Summed over the nodes. */
  readonly cpuMicrosPerTx: number;
  /** Milliseconds between blocks, ascending. */
  readonly intervalsMs: readonly number[];
}

/** The first transactions warm the nodes up; what they cost is not counted. */
export async function measureLoad(options: {
  readonly nodes: readonly LoadedNode[];
  readonly txs: readonly string[];
  readonly warmTxs: number;
  readonly senders: number;
  readonly beginning?: () => void;
}): Promise<LoadFigures> {
  const { nodes, txs, warmTxs, senders, beginning } = options;
  const blocks = new Blocks(nodes[0]?.rpc ?? "");
  const warm = txs.slice(0, warmTxs);
  await load({ nodes, txs: warm, senders, committed: () => blocks.committed() });
  await sleep(settleMs);
  beginning?.();
  const cpuBefore = cpuMicrosOfAll(nodes);
  const startedMs = performance.now();
  const first = blocks.list.length;
  const measured = txs.slice(warmTxs);
  const committed = async (): Promise<number> => (await blocks.committed()) - warmTxs;
  await load({ nodes, txs: measured, senders, committed });
  const seconds = (performance.now() - startedMs) / 1000;
  return {
    txsPerSecond: measured.length / seconds,
    cpuMicrosPerTx: (cpuMicrosOfAll(nodes) - cpuBefore) / measured.length,
    intervalsMs: intervalsOf(blocks.list.slice(first)).toSorted((left, right) => left - right),
  };
}

function cpuMicrosOfAll(nodes: readonly LoadedNode[]): number {
  return nodes.reduce((sum, { pid }) => sum + cpuMicrosOf(pid), 0);
}
