/**
 * `network.json` in the home says what runs there: the wallet finds a node by it, and the verbs
 * find the supervisor. It holds no secret.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface NetworkNode {
  readonly name: string;
  readonly home: string;
  /** Nothing while it does not run. */
  readonly pid: number | null;
  readonly rpc: string;
  readonly p2p: number;
  readonly metrics: string;
}

export interface NetworkCluster {
  readonly name: string;
  /** The operator's address. */
  readonly operator: string;
  readonly nodes: readonly NetworkNode[];
}

interface NetworkAccount {
  readonly name: string;
  readonly address: string;
  readonly hex: string;
}

export interface NetworkFile {
  readonly chainId: string;
  readonly prefix: string;
  readonly denom: string;
  readonly basePort: number;
  /** The supervisor's process, and where it takes orders; nothing while the network is stopped. */
  readonly pid: number | null;
  readonly control: string;
  readonly clusters: readonly NetworkCluster[];
  readonly accounts: readonly NetworkAccount[];
}

export function networkPath(home: string): string {
  return join(home, "network.json");
}

/** Nothing where no network was ever made. */
export function loadNetworkFile(home: string): NetworkFile | undefined {
  const path = networkPath(home);
  if (!existsSync(path)) return undefined;
  const json: unknown = JSON.parse(readFileSync(path, "utf8"));
  return isNetworkFile(json) ? json : undefined;
}

/** Whoever reads at the same time sees the old file or the new one, never a part. */
export function saveNetworkFile(home: string, network: NetworkFile): void {
  const path = networkPath(home);
  writeFileSync(`${path}.new`, `${JSON.stringify(network, undefined, 2)}\n`);
  renameSync(`${path}.new`, path);
}

function isNetworkFile(json: unknown): json is NetworkFile {
  return (
    typeof json === "object" &&
    json !== null &&
    "chainId" in json &&
    typeof json.chainId === "string" &&
    "basePort" in json &&
    typeof json.basePort === "number" &&
    "clusters" in json &&
    Array.isArray(json.clusters) &&
    "accounts" in json &&
    Array.isArray(json.accounts)
  );
}
