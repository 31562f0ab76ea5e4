/**
 * One write of a log: many records, one checksum, one sync. The next batch is written only after
 * the last one was synced, so at most the last batch of a log can be torn; and a batch that stands
 * behind a damaged one proves that the damaged one had been whole. Checksums cover the place, so
 * bytes that landed elsewhere do not count.
 */
import { assert } from "@pyralog/chain/base";
import { checksum } from "./checksum.ts";

/** magic, payload length, payload checksum, header checksum: four bytes each. */
const batchHeaderBytes = 16;
const recordHeaderBytes = 4;
const magic = 0x50_79_72_4c;

export interface LogPlace {
  readonly segment: number;
  readonly offset: number;
}

export function encodeBatch(place: LogPlace, records: readonly Uint8Array[]): Uint8Array {
  assert(records.length > 0, "a batch holds records");
  const batch = new Uint8Array(batchBytes(records));
  const view = new DataView(batch.buffer);
  let offset = batchHeaderBytes;
  for (const record of records) {
    view.setUint32(offset, record.length);
    batch.set(record, offset + recordHeaderBytes);
    offset += recordHeaderBytes + record.length;
  }
  view.setUint32(0, magic);
  view.setUint32(4, batch.length - batchHeaderBytes);
  view.setUint32(8, checksum(batch.subarray(batchHeaderBytes)));
  view.setUint32(12, headerChecksum(batch, place));
  return batch;
}

export function batchBytes(records: readonly Uint8Array[]): number {
  let length = batchHeaderBytes;
  for (const record of records) length += recordHeaderBytes + record.length;
  return length;
}

/** The records of the batch that begins at the place, as views; nothing where it is damaged. */
export function decodeBatch(
  bytes: Uint8Array,
  place: LogPlace,
): { readonly records: readonly Uint8Array[]; readonly end: number } | undefined {
  const begin = place.offset + batchHeaderBytes;
  if (!isBatchHeader(bytes, place)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = begin + view.getUint32(place.offset + 4);
  if (end > bytes.length) return undefined;
  const payload = bytes.subarray(begin, end);
  if (checksum(payload) !== view.getUint32(place.offset + 8)) return undefined;
  return { records: recordsOf(payload), end };
}

/** Whether a header written for this very place stands there. */
export function isBatchHeader(bytes: Uint8Array, place: LogPlace): boolean {
  if (place.offset + batchHeaderBytes > bytes.length) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset + place.offset, batchHeaderBytes);
  if (view.getUint32(0) !== magic) return false;
  const header = bytes.subarray(place.offset, place.offset + batchHeaderBytes);
  return view.getUint32(12) === headerChecksum(header, place);
}

function headerChecksum(header: Uint8Array, place: LogPlace): number {
  const covered = new Uint8Array(28);
  const view = new DataView(covered.buffer);
  view.setBigUint64(0, BigInt(place.segment));
  view.setBigUint64(8, BigInt(place.offset));
  covered.set(header.subarray(0, 12), 16);
  return checksum(covered);
}

function recordsOf(payload: Uint8Array): readonly Uint8Array[] {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const records: Uint8Array[] = [];
  for (let offset = 0; offset < payload.length;) {
    const begin = offset + recordHeaderBytes;
    offset = begin + view.getUint32(offset);
    records.push(payload.subarray(begin, offset));
  }
  return records;
}
