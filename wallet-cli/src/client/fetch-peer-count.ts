import { member } from "./json.ts";
import type { Rpc } from "./rpc.ts";

/** How many peers the node is connected to. */
export async function fetchPeerCount(rpc: Rpc): Promise<number> {
  const count = member(await rpc.call("net_info"), "n_peers");
  return typeof count === "string" ? Number(count) : 0;
}
