/**
 * Which places of a list are filled, packed eight to a byte, low bits first. On the wire a list
 * without any is empty, whatever its length; any other has just the bytes that its length needs,
 * and none beyond its end set (ASA-2025-003).
 */
import { emptyBytes } from "#base";

export function packBits(bits: readonly boolean[]): Uint8Array {
  if (!bits.includes(true)) return emptyBytes;
  const packed = new Uint8Array(bytesFor(bits.length));
  for (const [place, bit] of bits.entries()) if (bit) setBit(packed, place);
  return packed;
}

export function hasBit(packed: Uint8Array, place: number): boolean {
  return ((packed[place >> 3] ?? 0) & (1 << (place & 7))) !== 0;
}

export function setBit(packed: Uint8Array, place: number): void {
  packed[place >> 3] = (packed[place >> 3] ?? 0) | (1 << (place & 7));
}

export function fitsBits(packed: Uint8Array, length: number): boolean {
  if (packed.length === 0) return true;
  if (packed.length !== bytesFor(length)) return false;
  const spare = packed.length * 8 - length;
  return (packed.at(-1) ?? 0) >> (8 - spare) === 0;
}

/** A copy that has room for every place. */
export function unpackedBits(packed: Uint8Array, length: number): Uint8Array {
  const room = new Uint8Array(bytesFor(length));
  room.set(packed);
  return room;
}

function bytesFor(length: number): number {
  return (length + 7) >> 3;
}
