/**
 * LevelDB's table files (its doc/table_format.md): blocks of data, a filter, and an index of them,
 * each under a checksum that is not verified when they are read. A damaged index or filter hides
 * keys that are there, and a damaged block may hold others.
 */
import { crc32c, unmasked } from "./crc32c.ts";
import { unsnapped } from "./snappy.ts";
import { VarintReader } from "./varint-reader.ts";

interface BlockPlace {
  readonly offset: number;
  readonly length: number;
}

/** Two places, filled up to forty bytes, and the magic number. */
const footerBytes = 48;
const magicBytes = 8;
const magicLow = 0x8b80fb57;
const magicHigh = 0xdb477524;
const checksumBytes = 4;
const snappy = 1;

/** Where the file is damaged first; nothing where all its blocks are whole. */
export function damageInTable(
  file: Uint8Array,
  options: { readonly withData: boolean },
): number | undefined {
  const footerAt = file.length - footerBytes;
  if (footerAt < 0 || !hasMagic(file)) return Math.max(0, footerAt);
  const footer = new VarintReader(file.subarray(footerAt, file.length - magicBytes));
  const [filters, index] = [placeFrom(footer), placeFrom(footer)];
  for (const place of [filters, index]) if (!isWhole(file, place)) return footerAt;
  const places = [...placesIn(file, filters), ...(options.withData ? placesIn(file, index) : [])];
  return places.find((place) => !isWhole(file, place))?.offset;
}

function hasMagic(file: Uint8Array): boolean {
  const view = new DataView(file.buffer, file.byteOffset + file.length - magicBytes, magicBytes);
  return view.getUint32(0, true) === magicLow && view.getUint32(4, true) === magicHigh;
}

/** Behind a block: how it is compressed, and a checksum over both. */
function isWhole(file: Uint8Array, { offset, length }: BlockPlace): boolean {
  const end = offset + length + 1;
  if (end + checksumBytes > file.length) return false;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  return crc32c(file.subarray(offset, end)) === unmasked(view.getUint32(end, true));
}

/** The blocks that an index names: each entry is a key, and the place of a block. */
function placesIn(file: Uint8Array, { offset, length }: BlockPlace): readonly BlockPlace[] {
  const stored = file.subarray(offset, offset + length);
  const block = file[offset + length] === snappy ? unsnapped(stored) : stored;
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const restarts = view.getUint32(block.length - 4, true);
  const reader = new VarintReader(block.subarray(0, block.length - 4 * (restarts + 1)));
  const places: BlockPlace[] = [];
  while (!reader.atEnd) {
    reader.number();
    const keyLength = reader.number();
    reader.number();
    reader.bytes(keyLength);
    places.push(placeFrom(reader));
  }
  return places;
}

function placeFrom(reader: VarintReader): BlockPlace {
  const offset = reader.number();
  return { offset, length: reader.number() };
}
