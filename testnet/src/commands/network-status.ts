import { tableFromRows } from "@pyralog/wallet-cli/render";
import { observeNodes, type NetworkFile, type NetworkNode, type NodeView } from "#processes";
import { networkIn, nodesIn } from "./running-network.ts";

/** One row a node: whether it runs, how high it is, whom it sees. */
export async function showNetworkStatus(home: string): Promise<string> {
  const network = networkIn(home);
  const nodes = nodesIn(network);
  const views = await observeNodes(nodes);
  const rows = nodes.map((node) =>
    rowOf(
      node,
      views.find(({ name }) => name === node.name),
    ),
  );
  return [
    headOf(network),
    tableFromRows(["node", "pid", "height", "peers", "power", "RPC", "p2p"], rows),
  ].join("\n");
}

function headOf({ chainId, pid }: NetworkFile): string {
  return pid === null
    ? `${chainId} is stopped; start it with \`npm start\``
    : `${chainId} runs in process ${pid}`;
}

function rowOf(node: NetworkNode, view: NodeView | undefined): readonly string[] {
  const pid = node.pid === null ? "down" : String(node.pid);
  if (view?.height === undefined)
    return [node.name, pid, "silent", "", "", node.rpc, String(node.p2p)];
  const height = `${view.height}${view.catchingUp ? " catching up" : ""}`;
  const { peers, power } = view;
  return [node.name, pid, height, String(peers), String(power), node.rpc, String(node.p2p)];
}
