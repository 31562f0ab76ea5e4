/** Sends signed transactions in batches to all nodes and waits until all are committed. */
import { setTimeout as sleep } from "node:timers/promises";

const batchTxs = 100;
/** Kept below the pool's own limit, so that nothing is refused for want of room. */
const waitingMax = 4_000;
const stuckMs = 30_000;
const fullPauseMs = 100;

export interface LoadedNode {
  readonly pid: number;
  readonly rpc: string;
}

interface Reply {
  readonly result?: unknown;
  readonly error?: { readonly data?: string };
}

/**
 * A sender's transactions all go to one node, in their order: another node might see a later
 * sequence before an earlier one. `txs` holds one transaction of each sender after the other.
 */
export async function load(options: {
  readonly nodes: readonly LoadedNode[];
  readonly txs: readonly string[];
  readonly senders: number;
  readonly committed: () => Promise<number>;
}): Promise<void> {
  const { nodes, txs, senders, committed } = options;
  let sent = 0;
  const feed = async ({ rpc }: LoadedNode, queue: readonly string[]): Promise<void> => {
    for (let from = 0; from < queue.length; from += batchTxs) {
      while (sent - (await committed()) > waitingMax) await sleep(20);
      const batch = queue.slice(from, from + batchTxs);
      sent += batch.length;
      let left = await broadcast(rpc, batch);
      while (left.length > 0) {
        // A node that is a block behind the others still holds what they committed.
        await sleep(fullPauseMs);
        left = await broadcast(rpc, left);
      }
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

/** Gives those for which the pool had no room. */
async function broadcast(rpc: string, txs: readonly string[]): Promise<readonly string[]> {
  const calls = txs.map((tx, id) => ({
    jsonrpc: "2.0",
    id,
    method: "broadcast_tx_async",
    params: { tx },
  }));
  const response = await fetch(rpc, { method: "POST", body: JSON.stringify(calls) });
  const replies: unknown = await response.json();
  const list: readonly Reply[] = Array.isArray(replies) ? replies : [];
  if (list.length !== txs.length) throw new Error(`a node answered: ${JSON.stringify(replies)}`);
  return txs.filter((_, index) => {
    const error = list[index]?.error;
    if (error === undefined) return false;
    if (error.data?.startsWith("mempool is full") === true) return true;
    throw new Error(`a node refused a transaction: ${JSON.stringify(error)}`);
  });
}
