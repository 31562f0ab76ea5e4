/** The bytes inside the state's records; `table-records.ts` wraps them into keys and CRCs. */
import { equalBytes } from "#base";
import { bytes, message, Reader, uint32, uint64 } from "#codec";

/** What the table holds: which version, with which root, of how many live pairs. */
export const metaForm = message("pyralog.state.Meta", {
  version: uint64(1),
  root: bytes(2),
  pairs: uint64(3),
});

/** Chunk 0 of a version's undo record: the version before it, and how many chunks lead back. */
export const undoHeaderForm = message("pyralog.state.UndoHeader", {
  version: uint64(1),
  root: bytes(2),
  pairs: uint64(3),
  chunks: uint32(4),
});

export interface UndoEntry {
  readonly key: Uint8Array;
  /** What the key had before; empty where it had nothing. */
  readonly value: Uint8Array;
}

/** A chunk is read whole for one value, so it should be no larger than a few pages. */
const chunkBytes = 8192;
const lengthBytesMax = 5;

/** Entries in the order of a batch, cut into chunks. Chunks count from one. */
export class UndoWriter {
  #full: Uint8Array[] = [];
  #taken = 0;
  #bytes = new Uint8Array(chunkBytes * 2);
  #used = 0;

  /** The number of the chunk that the entry goes into. */
  add(key: Uint8Array, value: Uint8Array): number {
    const room = key.length + value.length + 2 * lengthBytesMax;
    if (this.#used + room > this.#bytes.length) this.#grow(room);
    this.#put(key);
    this.#put(value);
    const chunk = this.#taken + this.#full.length + 1;
    if (this.#used >= chunkBytes) this.flush();
    return chunk;
  }

  /** The chunks that have become full since they were taken last. */
  take(): readonly Uint8Array[] {
    const full = this.#full;
    this.#full = [];
    this.#taken += full.length;
    return full;
  }

  /** What there is becomes a chunk. */
  flush(): void {
    if (this.#used === 0) return;
    this.#full.push(this.#bytes.slice(0, this.#used));
    this.#used = 0;
  }

  #grow(room: number): void {
    const grown = new Uint8Array((this.#used + room) * 2);
    grown.set(this.#bytes.subarray(0, this.#used));
    this.#bytes = grown;
  }

  /** As protobuf's writer puts bytes, without its cost of growing. */
  #put(part: Uint8Array): void {
    let length = part.length;
    for (; length >= 0x80; length >>>= 7) this.#bytes[this.#used++] = (length & 0x7f) | 0x80;
    this.#bytes[this.#used++] = length;
    this.#bytes.set(part, this.#used);
    this.#used += part.length;
  }
}

export function undoEntriesFromChunk(chunk: Uint8Array): readonly UndoEntry[] {
  const reader = new Reader(chunk);
  const entries: UndoEntry[] = [];
  while (!reader.atEnd) entries.push({ key: reader.bytes(), value: reader.bytes() });
  return entries;
}

export function undoValueFromChunk(chunk: Uint8Array, key: Uint8Array): Uint8Array | undefined {
  const reader = new Reader(chunk);
  while (!reader.atEnd) {
    const isFound = equalBytes(reader.bytes(), key);
    const value = reader.bytes();
    if (isFound && value.length > 0) return value;
  }
  return undefined;
}
