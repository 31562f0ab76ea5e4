import { bigintAt, listAt, textAt } from "./json.ts";
import type { Rpc } from "./rpc.ts";

export interface BlockSummary {
  readonly height: bigint;
  readonly time: string;
  readonly txCount: number;
}

/** Newest first, as many as the node gives at once (20). */
export async function fetchBlocks(
  rpc: Rpc,
  range: { readonly from: bigint; readonly to: bigint },
): Promise<readonly BlockSummary[]> {
  const answer = await rpc.call("blockchain", {
    minHeight: range.from.toString(),
    maxHeight: range.to.toString(),
  });
  return listAt(answer, "block_metas").map((meta) => ({
    height: bigintAt(meta, "header", "height"),
    time: textAt(meta, "header", "time"),
    txCount: Number(bigintAt(meta, "num_txs")),
  }));
}
