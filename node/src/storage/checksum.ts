import { crc32 } from "node:zlib";

/** CRC-32 over the parts one after the other. It tells damage, not malice. */
export function checksum(...parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) sum = crc32(part, sum);
  return sum >>> 0;
}
