/**
 * LevelDB's log format (its doc/log_format.md): blocks of 32 KiB, in them records that are whole
 * or in fragments, each under a checksum. LevelDB itself passes over what is damaged in a log; here
 * a log tells where it ends, and whether something good stands behind something damaged.
 */
import { concatBytes } from "@pyralog/chain/base";
import { crc32c, unmasked } from "./crc32c.ts";

const blockBytes = 32 * 1024;
const headerBytes = 7;
const full = 1;
const first = 2;
const last = 4;

interface Fragment {
  readonly kind: number;
  readonly bytes: Uint8Array;
  readonly end: number;
}

/** The records up to the end, or up to the damage at that offset behind which others stand. */
export interface LogRecords {
  readonly records: readonly Uint8Array[];
  readonly damagedAt: number | undefined;
}

export function recordsOfLog(log: Uint8Array): LogRecords {
  const records: Uint8Array[] = [];
  let begun: Uint8Array[] | undefined;
  let offset = 0;
  while (offset < log.length) {
    offset = skipTrailer(log, offset);
    const fragment = fragmentAt(log, offset);
    const fits = fragment !== undefined && continues(fragment.kind, begun !== undefined);
    if (!fits) {
      const isDamage = goodBehind(log, offset) || anythingBehind(log, offset);
      return { records, damagedAt: isDamage ? offset : undefined };
    }
    const parts: Uint8Array[] = [...(begun ?? []), fragment.bytes];
    const isEnd = fragment.kind === full || fragment.kind === last;
    if (isEnd) records.push(concatBytes(parts));
    begun = isEnd ? undefined : parts;
    offset = fragment.end;
  }
  return { records, damagedAt: undefined };
}

function continues(kind: number, isInside: boolean): boolean {
  const begins = kind === full || kind === first;
  return begins !== isInside;
}

/** A header does not fit into the last bytes of a block. */
function skipTrailer(log: Uint8Array, offset: number): number {
  const left = blockBytes - (offset % blockBytes);
  return left < headerBytes ? Math.min(log.length, offset + left) : offset;
}

function fragmentAt(log: Uint8Array, offset: number): Fragment | undefined {
  const header = headerAt(log, offset);
  if (header === undefined) return undefined;
  const { kind, end, sum } = header;
  const isWhole = crc32c(log.subarray(offset + 6, end)) === unmasked(sum);
  return isWhole ? { kind, bytes: log.subarray(offset + headerBytes, end), end } : undefined;
}

/** What a fragment says of itself, as far as that is possible. */
function headerAt(
  log: Uint8Array,
  offset: number,
): { readonly kind: number; readonly end: number; readonly sum: number } | undefined {
  const begin = offset + headerBytes;
  if (begin > log.length) return undefined;
  const view = new DataView(log.buffer, log.byteOffset + offset, headerBytes);
  const end = begin + view.getUint16(4, true);
  const kind = view.getUint8(6);
  const inBlock = end <= offset - (offset % blockBytes) + blockBytes;
  if (kind < full || kind > last || !inBlock || end > log.length) return undefined;
  return { kind, end, sum: view.getUint32(0, true) };
}

/**
 * Whether a record begins behind the offset. Each is synced before the next one is written, so
 * that what is damaged before it had once been whole. The rest of a torn record proves nothing.
 */
function goodBehind(log: Uint8Array, offset: number): boolean {
  const blockEnd = Math.min(log.length, offset - (offset % blockBytes) + blockBytes);
  for (let later = offset + 1; later < blockEnd; later++) if (beginsAt(log, later)) return true;
  for (let block = blockEnd; block < log.length; block += blockBytes) {
    for (let later = block; later < log.length && later < block + blockBytes;) {
      const fragment = fragmentAt(log, later);
      if (fragment === undefined) break;
      if (fragment.kind === full || fragment.kind === first) return true;
      later = skipTrailer(log, fragment.end);
    }
  }
  return false;
}

/**
 * Whether anything was written where the record at the offset ends by its own account: it had been
 * synced by then. Damage may reach over that place, so that nothing good begins there.
 */
function anythingBehind(log: Uint8Array, offset: number): boolean {
  for (let at = offset; ;) {
    const header = headerAt(log, at);
    if (header === undefined) return false;
    const { kind, end } = header;
    if (kind === full || kind === last) return log.subarray(end).some((byte) => byte !== 0);
    at = skipTrailer(log, end);
  }
}

function beginsAt(log: Uint8Array, offset: number): boolean {
  const kind = log[offset + 6];
  if (kind !== full && kind !== first) return false;
  return fragmentAt(log, offset) !== undefined;
}
