/** Where each transaction lies in an encoded block, so that one can be read alone. */
import { encodeHeader, type Block } from "@pyralog/chain/types";

export interface TxRange {
  readonly start: number;
  readonly end: number;
}

const tagBytes = 1;

/** As tendermint.types.Block is written: header = 1, data = 2 with txs = 1, each prefixed. */
export function txRangesOf(block: Block): readonly TxRange[] {
  let dataBytes = 0;
  for (const tx of block.txs) dataBytes += prefixed(tx.length);
  let offset = prefixed(encodeHeader(block.header).length) + prefixed(dataBytes) - dataBytes;
  return block.txs.map((tx) => {
    const end = offset + prefixed(tx.length);
    const range = { start: end - tx.length, end };
    offset = end;
    return range;
  });
}

/** Bytes of a field of this length with its tag and length. */
function prefixed(length: number): number {
  let prefix = tagBytes + 1;
  for (let rest = length; rest >= 0x80; rest = Math.floor(rest / 128)) prefix++;
  return prefix + length;
}

export function encodeTxRanges(ranges: readonly TxRange[]): Uint8Array {
  const bytes = new Uint8Array(ranges.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [index, { start, end }] of ranges.entries()) {
    view.setUint32(index * 8, start);
    view.setUint32(index * 8 + 4, end);
  }
  return bytes;
}

export function decodeTxRange(stored: Uint8Array, index: number): TxRange | undefined {
  if (index < 0 || (index + 1) * 8 > stored.length) return undefined;
  const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength);
  return { start: view.getUint32(index * 8), end: view.getUint32(index * 8 + 4) };
}
