/** What a running network looks like from outside: asked of its nodes, never of their files. */
import {
  createRpc,
  fetchBlocks,
  fetchPeerCount,
  fetchStatus,
  type BlockSummary,
} from "@pyralog/wallet-cli/client";

export interface Asked {
  readonly name: string;
  readonly rpc: string;
}

export interface NodeView {
  readonly name: string;
  /** Nothing while the node does not answer. */
  readonly height: bigint | undefined;
  readonly catchingUp: boolean;
  readonly peers: number;
  readonly validatorAddress: string;
  readonly power: bigint;
}

const timeoutMs = 1000;
const blocksSeen = 20n;

/** How each node is, all asked at once. */
export async function observeNodes(nodes: readonly Asked[]): Promise<readonly NodeView[]> {
  return Promise.all(nodes.map(observeNode));
}

async function observeNode(node: Asked): Promise<NodeView> {
  const rpc = createRpc(node.rpc, { timeoutMs });
  const { name } = node;
  try {
    const [status, peers] = await Promise.all([fetchStatus(rpc), fetchPeerCount(rpc)]);
    const { height, catchingUp, validatorAddress, validatorPower: power } = status;
    return { name, height, catchingUp, peers, validatorAddress, power };
  } catch {
    const silent = { height: undefined, catchingUp: false, peers: 0, validatorAddress: "" };
    return { name, ...silent, power: 0n };
  }
}

export interface Pace {
  readonly height: bigint;
  /** Mean milliseconds between the newest blocks; nothing before the second. */
  readonly intervalMs: number | undefined;
  readonly txsPerSecond: number;
}

/** How fast the chain went over its newest blocks. */
export async function observePace(node: Asked & { readonly height: bigint }): Promise<Pace> {
  const { height } = node;
  const from = height > blocksSeen ? height - blocksSeen + 1n : 1n;
  const blocks = await fetchBlocks(createRpc(node.rpc, { timeoutMs }), { from, to: height });
  return paceOf(blocks, height);
}

/** Blocks come newest first. The oldest one's transactions came before the measured span. */
export function paceOf(blocks: readonly BlockSummary[], height: bigint): Pace {
  const [newest, oldest] = [blocks.at(0), blocks.at(-1)];
  if (newest === undefined || oldest === undefined || newest === oldest) {
    return { height, intervalMs: undefined, txsPerSecond: 0 };
  }
  const spanMs = Date.parse(newest.time) - Date.parse(oldest.time);
  const txs = blocks.slice(0, -1).reduce((sum, block) => sum + block.txCount, 0);
  return {
    height,
    intervalMs: spanMs / (blocks.length - 1),
    txsPerSecond: spanMs > 0 ? (txs * 1000) / spanMs : 0,
  };
}
