/** Ours: the RPC over a chain in memory whose application is the original's, key by key. */
import { RpcFixture } from "../e2e/rpc-fixture.ts";
import type { Side } from "./side.ts";

export async function startOurs(): Promise<Side> {
  const fixture = new RpcFixture();
  await fixture.start(200);
  let sent = 0;
  return {
    name: "ours",
    url: fixture.url,
    nextTx: () => Promise.resolve(new TextEncoder().encode(`judge${sent++}=value`)),
    query: { path: "/key", dataHex: "6a7564676530" },
    stop: () => fixture.stop(),
  };
}
