/** The RPC over a chain in memory, where no delay takes time, and what nobody foresaw is kept. */
import { bytesFromText } from "@pyralog/chain/base";
import { noMetrics, type Clock, type Log, type Timers } from "@pyralog/node/ports";
import { Dispatcher } from "../../node/src/rpc/dispatcher.ts";
import { createRoutes } from "../../node/src/rpc/routes.ts";
import { Subscriptions } from "../../node/src/rpc/subscriptions.ts";
import { MemoryChain } from "../../node/test/rpc/memory-chain.ts";

export const clock: Clock = { now: () => 0n, monotonicMs: () => 0 };
const limits = { subscriptionClientsMax: 100, subscriptionsPerClientMax: 5, queryBytesMax: 512 };
const blocks = 3;

export interface Rpc {
  readonly dispatcher: Dispatcher;
  readonly subscriptions: Subscriptions;
  readonly log: Log;
  readonly failures: unknown[];
}

export function createRpc(timers: Timers): Rpc {
  const chain = new MemoryChain();
  for (let block = 0; block < blocks; block++) {
    void chain.backend.pool.submit(bytesFromText(`k${block}=v`));
    chain.produce();
  }
  const { backend } = chain;
  const subscriptions = new Subscriptions({ node: backend.node, timers, limits });
  const routes = createRoutes({
    backend,
    subscriptions,
    timers,
    queryBytesMax: limits.queryBytesMax,
    broadcastCommitTimeoutMs: 1,
  });
  const failures: unknown[] = [];
  const log: Log = {
    write(...[level, , facts]) {
      if (level === "error" && facts?.["code"] === "UNEXPECTED") failures.push(facts["err"]);
    },
  };
  const dispatcher = new Dispatcher({ routes, clock, log, metrics: noMetrics });
  return { dispatcher, subscriptions, log, failures };
}

/** @throws where a method failed in a way that nothing foresees. */
export function assertForeseen({ failures }: Rpc): void {
  const [cause] = failures;
  if (cause !== undefined)
    throw new Error("a method failed in a way that nothing foresees", { cause });
}
