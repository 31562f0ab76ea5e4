import { loadNetworkFile, NetworkError, type NetworkFile, type NetworkNode } from "#processes";

/** @throws NetworkError `NETWORK_MISSING` where no network was ever made. */
export function networkIn(home: string): NetworkFile {
  const network = loadNetworkFile(home);
  if (network !== undefined) return network;
  throw new NetworkError({
    code: "NETWORK_MISSING",
    message:
      `there is no local network in ${home}; make one with \`npm start\`, ` +
      "or name another with --home",
  });
}

/** @throws NetworkError `NETWORK_STOPPED` where it does not run now. */
export function runningNetworkIn(home: string): NetworkFile {
  const network = networkIn(home);
  if (network.pid !== null) return network;
  throw new NetworkError({
    code: "NETWORK_STOPPED",
    message: `the network in ${home} does not run; start it with \`npm start\``,
  });
}

export function nodesIn(network: NetworkFile): readonly NetworkNode[] {
  return network.clusters.flatMap((cluster) => cluster.nodes);
}

/** @throws NetworkError `NODE_UNKNOWN` with the names that there are. */
export function nodeIn(network: NetworkFile, name: string): NetworkNode {
  const nodes = nodesIn(network);
  const node = nodes.find((known) => known.name === name);
  if (node !== undefined) return node;
  throw new NetworkError({
    code: "NODE_UNKNOWN",
    message:
      `there is no node "${name}"; these are: ` + nodes.map((known) => known.name).join(", "),
  });
}
