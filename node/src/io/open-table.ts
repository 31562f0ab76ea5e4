/** The `Table` port over LevelDB (STYLE rule 3). One process at a time may have it open. */
import { ClassicLevel, type ChainedBatchWriteOptions } from "classic-level";
import type { KeyRange, PortError, Table, TableWrite } from "#ports";
import { checkFiles } from "./leveldb/check-files.ts";
import { makeDirectories } from "./durable-directory.ts";
import { portErrorFrom } from "./port-error-from.ts";
import { systemTimers } from "./system.ts";

type Level = ClassicLevel<Uint8Array, Uint8Array>;

/** Entries fetched by one turn of a scan: about a millisecond of the event loop. */
const scanPage = 500;
/** Kept in memory before it becomes a file; with 4 MiB, merging files costs twice as much. */
const writeBufferBytes = 16 * 1024 * 1024;
/** Writes handed over before the event loop has a turn. */
const writesPerTurn = 2_000;
const synced: Readonly<ChainedBatchWriteOptions> = { sync: true };

export async function openTable(path: string): Promise<Table> {
  try {
    await makeDirectories(path);
    // Before it is made: it opens itself as soon as it is.
    await checkFiles(path);
    const level: Level = new ClassicLevel(path, {
      keyEncoding: "view",
      valueEncoding: "view",
      writeBufferSize: writeBufferBytes,
    });
    await level.open();
    return new LevelTable(level);
  } catch (error) {
    throw portErrorFrom(error, path);
  }
}

/** After one failed write every later write fails too: it may or may not be on the disk. */
class LevelTable implements Table {
  readonly #level: Level;
  #failure: PortError | undefined;

  constructor(level: Level) {
    this.#level = level;
  }

  getSync(key: Uint8Array): Uint8Array | undefined {
    try {
      return plain(this.#level.getSync(key));
    } catch (error) {
      throw portErrorFrom(error, this.#level.location);
    }
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    try {
      return plain(await this.#level.get(key));
    } catch (error) {
      throw portErrorFrom(error, this.#level.location);
    }
  }

  async *scan(range: KeyRange): AsyncIterable<readonly [Uint8Array, Uint8Array]> {
    try {
      yield* this.#entries(range);
    } catch (error) {
      throw portErrorFrom(error, this.#level.location);
    }
  }

  async *#entries(range: KeyRange): AsyncIterable<readonly [Uint8Array, Uint8Array]> {
    const iterator = this.#level.iterator({
      gte: range.from,
      ...(range.to === undefined ? {} : { lt: range.to }),
      ...(range.reverse === undefined ? {} : { reverse: range.reverse }),
      ...(range.limit === undefined ? {} : { limit: range.limit }),
    });
    try {
      let entries = await iterator.nextv(scanPage);
      while (entries.length > 0) {
        for (const [key, value] of entries) yield [plain(key), plain(value)];
        entries = await iterator.nextv(scanPage);
      }
    } finally {
      await iterator.close();
    }
  }

  async write(batch: readonly TableWrite[]): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      await this.#commit(batch);
    } catch (error) {
      this.#failure ??= portErrorFrom(error, this.#level.location);
      throw this.#failure;
    }
  }

  /** A chained batch costs a third of one that is handed over as an array of objects. */
  async #commit(batch: readonly TableWrite[]): Promise<void> {
    const chained = this.#level.batch();
    try {
      for (const [index, { key, value }] of batch.entries()) {
        if (value === undefined) chained.del(key);
        else chained.put(key, value);
        if (index % writesPerTurn === writesPerTurn - 1) await systemTimers.pause();
      }
    } catch (error) {
      await chained.close();
      throw error;
    }
    await chained.write(synced);
  }

  async close(): Promise<void> {
    try {
      await this.#level.close();
    } catch (error) {
      throw portErrorFrom(error, this.#level.location);
    }
  }
}

/** LevelDB's binding makes a `Buffer` of what it reads. */
function plain<Bytes extends Uint8Array | undefined>(bytes: Bytes): Bytes | Uint8Array {
  return bytes === undefined
    ? bytes
    : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
