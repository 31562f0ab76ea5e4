/** CRC-32C (Castagnoli), as LevelDB seals its blocks and records with; zlib has only the other. */

const polynomial = 0x82f63b78;
const tables = tablesOf();

export function crc32c(bytes: Uint8Array): number {
  const [zero, one, two, three] = tables;
  let sum = ~0;
  let offset = 0;
  // Four bytes at a time: a table a byte, for how far its influence has moved on.
  for (const end = bytes.length - 3; offset < end; offset += 4) {
    const word =
      sum ^
      (at(bytes, offset) |
        (at(bytes, offset + 1) << 8) |
        (at(bytes, offset + 2) << 16) |
        (at(bytes, offset + 3) << 24));
    sum =
      at(three, word & 0xff) ^
      at(two, (word >>> 8) & 0xff) ^
      at(one, (word >>> 16) & 0xff) ^
      at(zero, word >>> 24);
  }
  for (; offset < bytes.length; offset++) {
    sum = (sum >>> 8) ^ at(zero, (sum ^ at(bytes, offset)) & 0xff);
  }
  return ~sum >>> 0;
}

/** LevelDB stores sums masked, because it sums over bytes that hold sums. */
export function unmasked(stored: number): number {
  const rotated = (stored - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}

function at(table: Uint8Array | Int32Array, index: number): number {
  return table[index] ?? 0;
}

function tablesOf(): readonly [Int32Array, Int32Array, Int32Array, Int32Array] {
  const zero = Int32Array.from({ length: 256 }, (_, byte) => {
    let sum = byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum & 1) === 1 ? (sum >>> 1) ^ polynomial : sum >>> 1;
    return sum;
  });
  const after = (table: Int32Array): Int32Array =>
    table.map((sum) => (sum >>> 8) ^ at(zero, sum & 0xff));
  const one = after(zero);
  const two = after(one);
  return [zero, one, two, after(two)];
}
