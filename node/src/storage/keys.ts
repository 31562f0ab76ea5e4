/** Table keys: a letter for the kind, then numbers big-endian, so that byte order is theirs. */
import { bytesFromText, concatBytes } from "@pyralog/chain/base";

export function numberKey(kind: string, ...numbers: readonly (bigint | number)[]): Uint8Array {
  const letters = bytesFromText(kind);
  const key = new Uint8Array(letters.length + 8 * numbers.length);
  const view = new DataView(key.buffer);
  key.set(letters);
  for (const [index, number] of numbers.entries()) {
    view.setBigUint64(letters.length + 8 * index, BigInt(number));
  }
  return key;
}

export function bytesKey(kind: string, bytes: Uint8Array): Uint8Array {
  return concatBytes([bytesFromText(kind), bytes]);
}

export function numberAt(key: Uint8Array, offset: number): bigint {
  return new DataView(key.buffer, key.byteOffset, key.byteLength).getBigUint64(offset);
}
