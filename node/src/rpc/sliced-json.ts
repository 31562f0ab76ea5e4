/**
 * Large answers as text, made in slices: a block of thousands of transactions would otherwise hold
 * the event loop for longer than consensus likes to wait (DESIGN §4).
 */
import { base64FromBytes } from "@pyralog/chain/base";
import { blockToJson, type Block, type Json } from "@pyralog/chain/types";
import type { Timers } from "#ports";

/** Some hundreds of kilobytes, some milliseconds. */
const itemsPerSlice = 250;

/** A JSON list, with a breath of the loop after every slice but the last. */
export async function listToText<Item>(
  items: readonly Item[],
  { toJson, timers }: { readonly toJson: (item: Item) => Json; readonly timers: Timers },
): Promise<string> {
  const slices: string[] = [];
  for (let from = 0; from < items.length; from += itemsPerSlice) {
    if (from > 0) await timers.pause();
    const slice = items.slice(from, from + itemsPerSlice).map(toJson);
    slices.push(JSON.stringify(slice).slice(1, -1));
  }
  return `[${slices.join(",")}]`;
}

export async function blockToText(block: Block, timers: Timers): Promise<string> {
  const txs = await listToText(block.txs, { toJson: base64FromBytes, timers });
  const withoutTxs = JSON.stringify(blockToJson({ ...block, txs: [] }));
  // Within a string the quotes would be escaped, so this is the member itself.
  return withoutTxs.replace('"data":{"txs":[]}', () => `"data":{"txs":${txs}}`);
}
