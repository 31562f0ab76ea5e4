import { setTimeout as sleep } from "node:timers/promises";
import { findTx, type FoundTx } from "./find-tx.ts";
import type { Rpc } from "./rpc.ts";

const pollMs = 200;

/** Asks until a block holds the transaction; nothing when the time is over. */
export async function waitForTx(
  rpc: Rpc,
  options: { readonly hash: string; readonly timeoutMs: number },
): Promise<FoundTx | undefined> {
  const end = performance.now() + options.timeoutMs;
  for (;;) {
    const found = await findTx(rpc, options.hash);
    if (found !== undefined || performance.now() > end) return found;
    await sleep(pollMs);
  }
}
