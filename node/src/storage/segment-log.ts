/**
 * An append-only log of records in numbered segment files (DESIGN §6.8). Records are gathered in
 * memory until `sync`, which writes them as one batch; whoever asks meanwhile shares the next one.
 * Opening repairs a torn tail; damage before the tail is refused, never skipped.
 */
import { assert } from "@pyralog/chain/base";
import type { Disk, DiskFile } from "#ports";
import { batchBytes, decodeBatch, encodeBatch, isBatchHeader } from "./log-batch.ts";
import { storageLimits } from "./limits.ts";
import { storageError } from "./storage-error.ts";

export interface SegmentLogOptions {
  readonly disk: Disk;
  readonly directory: string;
  /** A segment that reached this size is followed by a new one. */
  readonly segmentBytes?: number;
}

export interface LogRecord {
  readonly segment: number;
  /** Counted from zero within the segment. */
  readonly ordinal: number;
  readonly bytes: Uint8Array;
}

const { batchBytesMax, recordBytesMax, pendingBytesMax } = storageLimits;
const namePattern = /^(?<number>\d{10})\.log$/;

export class SegmentLog {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #segmentBytes: number;
  /** What opening cut off: a batch that a crash tore, or whose damage looks like that. */
  readonly cutBytes: number;
  #first: number;
  #last: number;
  #file: DiskFile;
  #size: number;
  readonly #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #appended = 0;
  #synced = 0;
  #writing: Promise<void> | undefined;
  #failure: Error | undefined;

  static async open(options: SegmentLogOptions): Promise<SegmentLog> {
    const segments = await listSegments(options);
    const first = segments[0] ?? 0;
    const last = segments.at(-1) ?? first;
    const file = await options.disk.open(pathOf(options.directory, last));
    try {
      const before = await file.size();
      const path = pathOf(options.directory, last);
      const size = await repairTail(file, { path, segment: last });
      return new SegmentLog(options, { first, last, file, size, cutBytes: before - size });
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  private constructor(
    options: SegmentLogOptions,
    state: {
      readonly first: number;
      readonly last: number;
      readonly file: DiskFile;
      readonly size: number;
      readonly cutBytes: number;
    },
  ) {
    this.#disk = options.disk;
    this.#directory = options.directory;
    this.#segmentBytes = options.segmentBytes ?? storageLimits.segmentBytes;
    this.#first = state.first;
    this.#last = state.last;
    this.#file = state.file;
    this.#size = state.size;
    this.cutBytes = state.cutBytes;
  }

  /** The oldest and the newest segment there is. */
  get segments(): { readonly first: number; readonly last: number } {
    return { first: this.#first, last: this.#last };
  }

  /** Takes the record; it is lost in a crash until a later `sync` resolves. */
  append(record: Uint8Array): void {
    assert(record.length <= recordBytesMax, "a log record is within its limit");
    this.#pending.push(record);
    this.#pendingBytes += record.length;
    this.#appended++;
    // A failure is kept and thrown by the next sync, before which nobody relies on anything.
    if (this.#pendingBytes > pendingBytesMax) this.#write().catch(() => undefined);
  }

  /** Resolves when everything appended before the call survives a power cut. */
  async sync(): Promise<void> {
    const target = this.#appended;
    while (this.#synced < target) await this.#write();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /**
   * Not to be called between `append` and `sync`.
   * @yields every record on the disk, in order
   */
  async *records(from = this.#first): AsyncGenerator<LogRecord> {
    for (let segment = Math.max(from, this.#first); segment <= this.#last; segment++) {
      const path = pathOf(this.#directory, segment);
      const bytes = await this.#read(segment);
      let ordinal = 0;
      for (let offset = 0; offset < bytes.length;) {
        const batch = decodeBatch(bytes, { segment, offset });
        if (batch === undefined) throw storageError("LOG_CORRUPT", { file: path, offset });
        for (const record of batch.records) yield { segment, ordinal: ordinal++, bytes: record };
        offset = batch.end;
      }
    }
  }

  /** Deletes whole segments, the oldest first. The newest one always stays. */
  async removeBefore(segment: number): Promise<void> {
    while (this.#first < Math.min(segment, this.#last)) {
      await this.#disk.remove(pathOf(this.#directory, this.#first));
      this.#first++;
    }
  }

  async close(): Promise<void> {
    await this.sync();
    await this.#file.close();
  }

  async #read(segment: number): Promise<Uint8Array> {
    if (segment === this.#last) return this.#file.read({ offset: 0, length: this.#size });
    const file = await this.#disk.open(pathOf(this.#directory, segment));
    try {
      return await file.read({ offset: 0, length: await file.size() });
    } finally {
      await file.close();
    }
  }

  /** Writes what waits, or joins the write that is under way. */
  #write(): Promise<void> {
    this.#writing ??= this.#writePending().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  async #writePending(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      while (this.#pending.length > 0) {
        const records = this.#takeBatch();
        await this.#writeBatch(records);
        this.#synced += records.length;
      }
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      throw this.#failure;
    }
  }

  #takeBatch(): readonly Uint8Array[] {
    let count = 0;
    let bytes = 0;
    for (const record of this.#pending) {
      if (count > 0 && bytes + record.length > batchBytesMax) break;
      bytes += record.length;
      count++;
    }
    this.#pendingBytes -= bytes;
    return this.#pending.splice(0, count);
  }

  async #writeBatch(records: readonly Uint8Array[]): Promise<void> {
    if (this.#size > 0 && this.#size + batchBytes(records) > this.#segmentBytes) {
      await this.#file.close();
      this.#file = await this.#disk.open(pathOf(this.#directory, this.#last + 1));
      this.#last++;
      this.#size = 0;
    }
    const batch = encodeBatch({ segment: this.#last, offset: this.#size }, records);
    await this.#file.write(this.#size, batch);
    await this.#file.sync();
    this.#size += batch.length;
  }
}

function pathOf(directory: string, segment: number): string {
  return `${directory}/${segment.toString().padStart(10, "0")}.log`;
}

async function listSegments(options: SegmentLogOptions): Promise<readonly number[]> {
  const names = await options.disk.list(options.directory);
  const numbers = names.flatMap((name) => {
    const number = namePattern.exec(name)?.groups?.["number"];
    return number === undefined ? [] : [Number(number)];
  });
  for (const [index, number] of numbers.entries()) {
    const wanted = (numbers[0] ?? 0) + index;
    if (number === wanted) continue;
    throw storageError("LOG_GAP", { file: pathOf(options.directory, wanted) });
  }
  return numbers;
}

/** Cuts a torn last batch off; resolves to the size that is left. */
async function repairTail(
  file: DiskFile,
  place: { readonly path: string; readonly segment: number },
): Promise<number> {
  const { segment, path } = place;
  const bytes = await file.read({ offset: 0, length: await file.size() });
  let offset = 0;
  while (offset < bytes.length) {
    const batch = decodeBatch(bytes, { segment, offset });
    if (batch === undefined) break;
    offset = batch.end;
  }
  for (let later = offset + 1; later < bytes.length; later++) {
    if (!isBatchHeader(bytes, { segment, offset: later })) continue;
    throw storageError("LOG_CORRUPT", { file: path, offset });
  }
  if (offset < bytes.length) await file.truncate(offset);
  // What was read may be in the page cache alone, and somebody will now act upon it.
  await file.sync();
  return offset;
}
