/** Sends signed transactions in batches to all nodes and waits until all are committed. */
import { setTimeout as sleep } from "node:timers/promises";
import type { LocalNode } from "./local.ts";

const batchTxs = 100;
/** Kept below the pool's own limit, so that nothing is refused for want of room. */
const waitingMax = 4_000;
const stuckMs = 30_000;

interface Reply {
  readonly result?: unknown;
  readonly error?: { readonly data?: string };
}

/**
 * A sender's transactions all go to one node, in their order: another node might see a later
 * sequence before an earlier one. `txs` holds one transaction of each sender after the other.
 */
export async function load(options: {
  readonly nodes: readonly LocalNode[];
  readonly txs: readonly string[];
  readonly senders: number;
  readonly committed: () => Promise<number>;
}): Promise<void> {
  const { nodes, txs, senders, committed } = options;
  let sent = 0;
  const feed = async ({ rpc }: LocalNode, queue: readonly string[]): Promise<void> => {
    for (let from = 0; from < queue.length; from += batchTxs) {
      while (sent - (await committed()) > waitingMax) await sleep(20);
      const batch = queue.slice(from, from + batchTxs);
      await broadcast(rpc, batch);
      sent += batch.length;
    }
  };
  const feeds = nodes.map((node, index) =>
    feed(
      node,
      txs.filter((_, at) => (at % senders) % nodes.length === index),
    ),
  );
  await Promise.all(feeds);
  await drained(txs.length, committed);
}

async function drained(txs: number, committed: () => Promise<number>): Promise<void> {
  let last = -1;
  let changedMs = performance.now();
  for (;;) {
    const now = await committed();
    if (now >= txs) return;
    if (now !== last) changedMs = performance.now();
    last = now;
    if (performance.now() - changedMs > stuckMs) {
      throw new Error(`only ${now} of ${txs} transactions were committed`);
    }
    await sleep(50);
  }
}

async function broadcast(rpc: string, txs: readonly string[]): Promise<void> {
  if (txs.length === 0) return;
  const calls = txs.map((tx, id) => ({
    jsonrpc: "2.0",
    id,
    method: "broadcast_tx_async",
    params: { tx },
  }));
  const response = await fetch(rpc, { method: "POST", body: JSON.stringify(calls) });
  const replies: unknown = await response.json();
  const list: readonly Reply[] = Array.isArray(replies) ? replies : [];
  const refused = list.find((reply) => reply.error !== undefined);
  if (refused !== undefined || list.length !== txs.length) {
    throw new Error(`a node refused a transaction: ${JSON.stringify(refused ?? replies)}`);
  }
}
