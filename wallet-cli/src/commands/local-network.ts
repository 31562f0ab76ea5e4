/** What `network.json` of a local network in the home tells the wallet. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface LocalNetwork {
  readonly rpc: string;
  readonly prefix: string;
}

/** Nothing where the home holds no local network. */
export function findLocalNetwork(home: string): LocalNetwork | undefined {
  const path = join(home, "network.json");
  if (!existsSync(path)) return undefined;
  const json: unknown = JSON.parse(readFileSync(path, "utf8"));
  const rpc = at(json, ["clusters", "0", "nodes", "0", "rpc"]);
  const prefix = at(json, ["prefix"]);
  if (typeof rpc !== "string" || typeof prefix !== "string") return undefined;
  return { rpc, prefix };
}

function at(value: unknown, names: readonly string[]): unknown {
  let inner = value;
  for (const name of names) {
    inner = typeof inner === "object" && inner !== null ? Reflect.get(inner, name) : undefined;
  }
  return inner;
}
