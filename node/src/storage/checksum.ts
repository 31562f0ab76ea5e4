import { crc32 } from "node:zlib";

/** Below this length the call into zlib costs more than the sum itself. */
const callBytesMin = 200;
const table = tableOfCrc32();

/** CRC-32 over the parts one after the other. It tells damage, not malice. */
export function checksum(...parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) sum = part.length < callBytesMin ? short(part, sum) : crc32(part, sum);
  return sum >>> 0;
}

function short(bytes: Uint8Array, before: number): number {
  let sum = ~before;
  for (const byte of bytes) sum = (sum >>> 8) ^ (table[(sum ^ byte) & 0xff] ?? 0);
  return ~sum >>> 0;
}

/** What zlib uses: the reflected polynomial 0xedb88320. */
function tableOfCrc32(): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let sum = byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum & 1) === 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
    return sum;
  });
}
