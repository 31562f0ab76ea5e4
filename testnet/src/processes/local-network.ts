/** Makes the homes of a local network, or opens those that are there. */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  ConfigError,
  createHome,
  createNodeKey,
  createValidatorKey,
  homePaths,
  loadNodeKey,
  nodesOfNetworkHome,
} from "@pyralog/node/config";
import {
  clearDevKeys,
  createDevAccounts,
  loadDevAccounts,
  saveDevAccounts,
  type DevAccount,
} from "./dev-accounts.ts";
import {
  chainFromGenesis,
  chainFromPatch,
  localGenesis,
  patchFromText,
  type LocalChain,
} from "./local-genesis.ts";
import { loadNetworkFile, networkPath } from "./network-file.ts";
import { NetworkError } from "./network-error.ts";
import { basePortDefault, planNodes } from "./plan.ts";

export interface LocalNetwork extends LocalChain {
  readonly clusters: number;
  readonly accounts: readonly DevAccount[];
  /** The peer id of each node, by its name. */
  readonly peerIds: ReadonlyMap<string, string>;
  /** It was made just now and has no block yet. */
  readonly fresh: boolean;
}

export interface NetworkOptions {
  readonly home: string;
  /** Nothing: as many as there are, or four. */
  readonly clusters: number | undefined;
  readonly reset: boolean;
  /** The path of a JSON merge patch onto the local genesis. */
  readonly genesisPatch: string | undefined;
}

const clustersDefault = 4;

/** @throws NetworkError `NETWORK_DIFFERS`, `GENESIS_PATCH_INVALID` */
export async function openLocalNetwork(options: NetworkOptions): Promise<LocalNetwork> {
  const { home } = options;
  const nodes = nodesOfNetworkHome(home);
  if (nodes.length === 0) return createLocalNetwork(options, 1);
  const chain = chainFromGenesis(readFileSync(homePaths(join(home, "c0n0")).genesis, "utf8"));
  if (options.reset) return createLocalNetwork(options, numberOf(chain.chainId) + 1);
  refuseIncomplete(home);
  refuseOtherShape(options, nodes.length);
  return {
    ...chain,
    clusters: nodes.length,
    accounts: loadDevAccounts(home),
    peerIds: new Map(nodes.map((name) => [name, peerIdIn(join(home, name))])),
    fresh: false,
  };
}

/** Keys and genesis are made and judged before the first file is written or removed. */
async function createLocalNetwork(options: NetworkOptions, number: number): Promise<LocalNetwork> {
  const { home, clusters = clustersDefault } = options;
  const patch = patchOf(options);
  const chain = chainFromPatch(patch, number);
  const accounts = await createDevAccounts({ clusters, prefix: chain.prefix });
  const nodes = planNodes({ home, clusters, basePort: basePortDefault }).map((plan, index) => ({
    ...plan,
    nodeKey: createNodeKey(),
    validatorKey: createValidatorKey(),
    operator: accounts.find(({ name }) => name === `op${index}`)?.address ?? "",
  }));
  const genesis = localGenesis({
    chain,
    time: new Date().toISOString(),
    accounts,
    validators: nodes.map(({ cluster, validatorKey, operator }) => ({
      name: cluster,
      key: validatorKey,
      operator,
    })),
    patch,
  });
  clearNetwork(home);
  mkdirSync(home, { recursive: true });
  saveDevAccounts(home, accounts);
  for (const node of nodes) {
    await createHome({
      home: node.home,
      nodeKey: node.nodeKey,
      validatorKey: node.validatorKey,
      genesis,
      settings: {
        moniker: node.name,
        "rpc.laddr": `tcp://127.0.0.1:${node.rpcPort}`,
        "p2p.laddr": `tcp://127.0.0.1:${node.p2pPort}`,
        "p2p.persistent_peers": nodes
          .filter(({ name }) => name !== node.name)
          .map(({ nodeKey, p2pPort }) => `${nodeKey.peerId}@127.0.0.1:${p2pPort}`)
          .join(","),
        "instrumentation.prometheus_listen_addr": `tcp://127.0.0.1:${node.metricsPort}`,
      },
    });
  }
  return {
    ...chain,
    clusters,
    accounts,
    peerIds: new Map(nodes.map(({ name, nodeKey }) => [name, nodeKey.peerId])),
    fresh: true,
  };
}

/** Removes the nodes and the development keys; a person's own keys stay. */
function clearNetwork(home: string): void {
  clearDevKeys(home);
  for (const name of nodesOfNetworkHome(home)) {
    rmSync(join(home, name), { recursive: true });
  }
  rmSync(networkPath(home), { force: true });
}

function patchOf({ genesisPatch }: NetworkOptions): ReturnType<typeof patchFromText> {
  if (genesisPatch === undefined) return {};
  return patchFromText(readPatch(genesisPatch));
}

function readPatch(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new NetworkError({
      code: "GENESIS_PATCH_INVALID",
      message: `the file of --genesis, ${path}, cannot be read`,
      cause,
    });
  }
}

/** `pyralog-local-3` → 3 */
function numberOf(chainId: string): number {
  return Number(/-(\d{1,9})$/.exec(chainId)?.[1] ?? 0);
}

function refuseOtherShape(options: NetworkOptions, nodes: number): void {
  const { home, clusters = nodes, genesisPatch } = options;
  const asked =
    clusters === nodes
      ? genesisPatch === undefined
        ? undefined
        : "its genesis is made already"
      : `it has ${nodes} clusters, not ${clusters}`;
  if (asked === undefined) return;
  throw new NetworkError({
    code: "NETWORK_DIFFERS",
    message:
      `there is a network in ${home}, and ${asked}; ` +
      "begin anew with --reset, or choose another --home",
  });
}

/** `network.json` is written last: without it the homes may be fewer than they should be. */
function refuseIncomplete(home: string): void {
  if (loadNetworkFile(home) !== undefined) return;
  throw new NetworkError({
    code: "NETWORK_DIFFERS",
    message:
      `${home} holds nodes but no ${networkPath(home)}: it was not made to its end; ` +
      "begin anew with --reset",
  });
}

function peerIdIn(home: string): string {
  const key = loadNodeKey(homePaths(home).nodeKey);
  if (key.kind === "refused") throw new ConfigError([key.error]);
  return key.value.peerId;
}
