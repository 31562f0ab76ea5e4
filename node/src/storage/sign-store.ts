/**
 * What the validator's key has signed last, in one local file (DESIGN §5 c). Two slots take turns,
 * so a torn write leaves the record before it; each slot holds two copies far apart, so one fault
 * of the medium takes away neither. A record that cannot be read is never replaced by a guess.
 */
import { assert } from "@pyralog/chain/base";
import type { Disk, DiskFile } from "#ports";
import { checksum } from "./checksum.ts";
import { storageLimits } from "./limits.ts";
import { storageError } from "./storage-error.ts";

export interface SignRevision {
  readonly revision: bigint;
  /** The encoded sign record; empty before the first signature. */
  readonly record: Uint8Array;
}

export type SwapResult =
  | { readonly kind: "swapped"; readonly revision: bigint }
  /** The record was swapped by somebody else since: this is the present one. */
  | { readonly kind: "conflict"; readonly present: SignRevision };

const slots = 2;
const copies = 2;
const copyBytes = storageLimits.signCopyBytes;
/** magic, revision, record length: 4 + 8 + 4 bytes; the checksum follows the record. */
const headerBytes = 16;
const checksumBytes = 4;
const recordBytesMax = copyBytes - headerBytes - checksumBytes;
const magic = 0x50_79_53_67;

export class SignStore {
  readonly #file: DiskFile;
  #present: SignRevision;
  #slot: number;
  #swapping: Promise<unknown> = Promise.resolve();

  /**
   * Creates the file of a key that has signed nothing. Only where that is known for certain.
   * Leaves a file that is there alone.
   */
  static async create(options: { readonly disk: Disk; readonly path: string }): Promise<void> {
    if ((await options.disk.read(options.path)) !== undefined) return;
    const first = { revision: 0n, record: new Uint8Array(0) };
    await options.disk.replace(options.path, encodeCopy(first, { slot: 0, copy: 0 }));
  }

  /** @throws StorageError `SIGN_RECORD_MISSING` | `SIGN_RECORD_CORRUPT` */
  static async open(options: { readonly disk: Disk; readonly path: string }): Promise<SignStore> {
    const { disk, path } = options;
    const bytes = await disk.read(path);
    if (bytes === undefined) throw storageError("SIGN_RECORD_MISSING", { file: path });
    const newest = newestCopy(bytes);
    if (newest === undefined) throw storageError("SIGN_RECORD_CORRUPT", { file: path });
    const file = await disk.open(path);
    // A copy that is damaged, or of the record before, would leave the other one alone to the next
    // fault; where that one went, the record before it would pass for the newest.
    const { present, slot } = newest;
    for (let copy = 0; copy < copies; copy++) {
      const found = decodeCopy(bytes, { slot, copy });
      if (found?.revision === present.revision) continue;
      await file.write(offsetOf({ slot, copy }), encodeCopy(present, { slot, copy }));
    }
    // What was read may be in the page cache alone, and somebody will now act upon it.
    await file.sync();
    return new SignStore(file, newest);
  }

  private constructor(
    file: DiskFile,
    newest: { readonly present: SignRevision; readonly slot: number },
  ) {
    this.#file = file;
    this.#present = newest.present;
    this.#slot = newest.slot;
  }

  get present(): SignRevision {
    return this.#present;
  }

  /**
   * Replaces the record if it is still at that revision. The new one is durable before this
   * resolves; after a throw nobody knows which of the two is, and the store must be opened again.
   */
  swap(options: { readonly expected: bigint; readonly record: Uint8Array }): Promise<SwapResult> {
    assert(options.record.length <= recordBytesMax, "a sign record fits its slot");
    const swapped = this.#swapping.then(() => this.#swap(options));
    this.#swapping = swapped.catch(() => undefined);
    return swapped;
  }

  async close(): Promise<void> {
    await this.#swapping;
    await this.#file.close();
  }

  async #swap(options: {
    readonly expected: bigint;
    readonly record: Uint8Array;
  }): Promise<SwapResult> {
    if (this.#present.revision !== options.expected) {
      return { kind: "conflict", present: this.#present };
    }
    const next = { revision: options.expected + 1n, record: options.record };
    const slot = (this.#slot + 1) % slots;
    for (let copy = 0; copy < copies; copy++) {
      await this.#file.write(offsetOf({ slot, copy }), encodeCopy(next, { slot, copy }));
    }
    await this.#file.sync();
    this.#present = next;
    this.#slot = slot;
    return { kind: "swapped", revision: next.revision };
  }
}

interface CopyPlace {
  readonly slot: number;
  readonly copy: number;
}

/** The copies of one slot lie apart, so that one bad sector cannot take both. */
function offsetOf({ slot, copy }: CopyPlace): number {
  return (copy * slots + slot) * copyBytes;
}

function encodeCopy({ revision, record }: SignRevision, place: CopyPlace): Uint8Array {
  const bytes = new Uint8Array(headerBytes + record.length + checksumBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic);
  view.setBigUint64(4, revision);
  view.setUint32(12, record.length);
  bytes.set(record, headerBytes);
  view.setUint32(headerBytes + record.length, checksumOf(bytes, place));
  return bytes;
}

function checksumOf(bytes: Uint8Array, place: CopyPlace): number {
  const covered = bytes.subarray(0, bytes.length - checksumBytes);
  return checksum(Uint8Array.of(place.slot, place.copy), covered);
}

function newestCopy(
  bytes: Uint8Array,
): { readonly present: SignRevision; readonly slot: number } | undefined {
  let newest: { readonly present: SignRevision; readonly slot: number } | undefined;
  for (let slot = 0; slot < slots; slot++) {
    for (let copy = 0; copy < copies; copy++) {
      const present = decodeCopy(bytes, { slot, copy });
      if (present === undefined) continue;
      if (newest !== undefined && present.revision <= newest.present.revision) continue;
      newest = { present, slot };
    }
  }
  return newest;
}

function decodeCopy(bytes: Uint8Array, place: CopyPlace): SignRevision | undefined {
  const offset = offsetOf(place);
  const room = bytes.subarray(offset, offset + copyBytes);
  if (room.length < headerBytes + checksumBytes) return undefined;
  const view = new DataView(room.buffer, room.byteOffset, room.byteLength);
  const length = view.getUint32(12);
  if (view.getUint32(0) !== magic || length > room.length - headerBytes - checksumBytes) {
    return undefined;
  }
  const copy = room.subarray(0, headerBytes + length + checksumBytes);
  if (checksumOf(copy, place) !== view.getUint32(headerBytes + length)) return undefined;
  const record = copy.slice(headerBytes, headerBytes + length);
  return { revision: view.getBigUint64(4), record };
}
