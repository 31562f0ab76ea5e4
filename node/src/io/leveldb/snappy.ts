/** Snappy's raw format (google/snappy: format_description.txt), of a block whose checksum holds. */
import { VarintReader } from "./varint-reader.ts";

/** Lengths of literals from here on stand in bytes of their own. */
const longLiteral = 60;

export function unsnapped(stored: Uint8Array): Uint8Array {
  const reader = new VarintReader(stored);
  const bytes = new Uint8Array(reader.number());
  for (let to = 0; to < bytes.length;) {
    const tag = reader.byte();
    to = (tag & 3) === 0 ? literal(tag, { reader, bytes, to }) : copy(tag, { reader, bytes, to });
  }
  return bytes;
}

interface Unsnapping {
  readonly reader: VarintReader;
  readonly bytes: Uint8Array;
  readonly to: number;
}

function literal(tag: number, { reader, bytes, to }: Unsnapping): number {
  const short = tag >>> 2;
  const long = short < longLiteral ? 0 : short - longLiteral + 1;
  const length = (long === 0 ? short : reader.littleEndian(long)) + 1;
  bytes.set(reader.bytes(length), to);
  return to + length;
}

function copy(tag: number, { reader, bytes, to }: Unsnapping): number {
  const isShort = (tag & 3) === 1;
  const length = isShort ? 4 + ((tag >>> 2) & 7) : 1 + (tag >>> 2);
  const back = isShort
    ? ((tag >>> 5) << 8) + reader.byte()
    : reader.littleEndian((tag & 3) === 2 ? 2 : 4);
  // Byte by byte, because it may run into what it has just written.
  for (let at = to; at < to + length; at++) bytes[at] = bytes[at - back] ?? 0;
  return to + length;
}
