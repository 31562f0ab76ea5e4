/**
 * The consensus engine's write-ahead log: opaque entries, and a marker where a height ended. What
 * follows the last marker is what the engine had seen of the height that a crash cut off.
 */
import { assert } from "@pyralog/chain/base";
import type { Height } from "@pyralog/chain/types";
import { SegmentLog, type LogRecord, type SegmentLogOptions } from "./segment-log.ts";

const entryKind = 0;
const endKind = 1;
const endBytes = 9;

interface Marker {
  readonly height: bigint;
  /** The marker stands in this segment or in an earlier one. */
  readonly segment: number;
}

export class Wal {
  readonly #log: SegmentLog;
  #markers: readonly Marker[];

  static async open(options: SegmentLogOptions): Promise<Wal> {
    const log = await SegmentLog.open(options);
    try {
      const markers: Marker[] = [];
      for await (const { bytes, segment } of log.records()) {
        const height = endHeightOf(bytes);
        if (height !== undefined) markers.push({ height, segment });
      }
      return new Wal(log, markers);
    } catch (error) {
      await log.close();
      throw error;
    }
  }

  private constructor(log: SegmentLog, markers: readonly Marker[]) {
    this.#log = log;
    this.#markers = markers;
  }

  /** What opening cut off its end. */
  get cutBytes(): number {
    return this.#log.cutBytes;
  }

  /** The height whose end was marked last; nothing in a new log. */
  get endHeight(): bigint | undefined {
    return this.#markers.at(-1)?.height;
  }

  /** Takes the entry; it is lost in a crash until a later `sync` resolves. */
  append(entry: Uint8Array): void {
    const record = new Uint8Array(entry.length + 1);
    record[0] = entryKind;
    record.set(entry, 1);
    this.#log.append(record);
  }

  /** Resolves when everything appended before the call survives a power cut. */
  sync(): Promise<void> {
    return this.#log.sync();
  }

  /** Marks, durably, that nothing before this point is needed to go on after this height. */
  async endOf(height: Height): Promise<void> {
    const record = new Uint8Array(endBytes);
    record[0] = endKind;
    new DataView(record.buffer).setBigUint64(1, height);
    this.#log.append(record);
    await this.#log.sync();
    this.#markers = [...this.#markers, { height, segment: this.#log.segments.last }];
  }

  hasEndOf(height: Height): boolean {
    return this.#markers.some((marker) => marker.height === height);
  }

  /**
   * For the start only: everything appended must have been synced.
   * @yields the entries after the last end of this height, which the log must have
   */
  async *replay(height: Height): AsyncGenerator<Uint8Array> {
    assert(this.hasEndOf(height), "the log marks the end of the height that it goes on from");
    const after = await this.#lastEndOf(height);
    for await (const record of this.#log.records(after.segment)) {
      const isBefore = record.segment === after.segment && record.ordinal <= after.ordinal;
      if (!isBefore && record.bytes[0] === entryKind) yield record.bytes.subarray(1);
    }
  }

  /** Deletes the segments that end before the end of this height. */
  async prune(height: Height): Promise<void> {
    const marker = this.#markers.findLast((known) => known.height === height);
    if (marker === undefined) return;
    // In case the marker stands just before the segment that was the last one when it was noted.
    await this.#log.removeBefore(marker.segment - 1);
    const { first } = this.#log.segments;
    this.#markers = this.#markers.filter(({ segment }) => segment >= first);
  }

  close(): Promise<void> {
    return this.#log.close();
  }

  async #lastEndOf(height: Height): Promise<Pick<LogRecord, "segment" | "ordinal">> {
    let last = { segment: this.#log.segments.first, ordinal: -1 };
    for await (const { bytes, segment, ordinal } of this.#log.records()) {
      if (endHeightOf(bytes) === height) last = { segment, ordinal };
    }
    return last;
  }
}

function endHeightOf(record: Uint8Array): bigint | undefined {
  if (record[0] !== endKind || record.length !== endBytes) return undefined;
  return new DataView(record.buffer, record.byteOffset, record.byteLength).getBigUint64(1);
}
