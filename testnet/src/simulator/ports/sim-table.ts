/**
 * An ordered table in memory. A batch is atomic and synced: whoever crashes while it is under way
 * finds all of it or nothing. Readers see it from the moment it is on the disk.
 */
import { compareBytes, defined, type Prng } from "@pyralog/chain/base";
import { PortError, type KeyRange, type Table, type TableWrite } from "@pyralog/node/ports";
import type { SimProcess } from "./sim-process.ts";

type Entry = readonly [key: Uint8Array, value: Uint8Array];

export interface TableFaults {
  /** So many batches from now on fail; whether they are on the disk nobody knows. */
  failingWrites: number;
  full: boolean;
  writeMsMin: number;
  writeMsMax: number;
}

const writeMsMin = 0.2;
const writeMsMax = 5;

/** The medium: it outlives the processes that use it. */
export class SimTable {
  readonly faults: TableFaults = {
    failingWrites: 0,
    full: false,
    writeMsMin,
    writeMsMax,
  };
  readonly #name: string;
  readonly #prng: Prng;
  readonly #values = new Map<string, Entry>();
  /** In byte order; made anew after keys came or went. */
  #sorted: readonly Entry[] | undefined;
  readonly #pending = new Set<readonly TableWrite[]>();

  constructor(name: string, prng: Prng) {
    this.#name = name;
    this.#prng = prng;
  }

  get entries(): readonly Entry[] {
    this.#sorted ??= [...this.#values.values()].toSorted(([one], [other]) =>
      compareBytes(one, other),
    );
    return this.#sorted;
  }

  find(key: Uint8Array): Uint8Array | undefined {
    return this.#values.get(textOf(key))?.[1];
  }

  /** Applies a batch at once, as if it had been written long ago. */
  apply(batch: readonly TableWrite[]): void {
    for (const { key, value } of batch) {
      const text = textOf(key);
      if (value === undefined) this.#values.delete(text);
      else this.#values.set(text, [key.slice(), value.slice()]);
    }
    this.#sorted = undefined;
  }

  /** Everything as it is at this instant. */
  snapshot(): ReadonlyMap<string, Entry> {
    return new Map(this.#values);
  }

  /** Another disk takes this one's place. */
  restore(values: ReadonlyMap<string, Entry>): void {
    this.#values.clear();
    for (const [key, entry] of values) this.#values.set(key, entry);
    this.#sorted = undefined;
  }

  /** Turns one bit of a value over, on the medium. */
  rot(key: Uint8Array, bit: number): void {
    this.damage(key, (value) => {
      const index = Math.floor(bit / 8);
      value[index] = defined(value[index], "bits rot within a value") ^ (1 << (bit % 8));
    });
  }

  /** Changes a value on the medium, behind everybody's back. */
  damage(key: Uint8Array, change: (bytes: Uint8Array) => void): void {
    const value = defined(this.find(key), "only a value that is there is damaged").slice();
    change(value);
    this.apply([{ key, value }]);
  }

  setDelays(minMs = writeMsMin, maxMs = writeMsMax): void {
    this.faults.writeMsMin = minMs;
    this.faults.writeMsMax = maxMs;
  }

  /** Nothing is wrong with it any more. */
  repair(): void {
    this.setDelays();
    Object.assign(this.faults, { failingWrites: 0, full: false });
  }

  /** Batches under way are on the disk, whole, or not. */
  crash(): void {
    for (const batch of this.#pending) if (this.#prng.chance(1, 2)) this.apply(batch);
    this.#pending.clear();
  }

  mount(process: SimProcess): Table {
    return new MountedTable({ table: this, process, prng: this.#prng.fork() });
  }

  get name(): string {
    return this.#name;
  }

  /** For `MountedTable`: the batch is neither there nor not there until the answer is called. */
  begin(batch: readonly TableWrite[]): (isKept: boolean) => void {
    this.#pending.add(batch);
    return (isKept) => {
      if (this.#pending.delete(batch) && isKept) this.apply(batch);
    };
  }
}

class MountedTable implements Table {
  readonly #table: SimTable;
  readonly #process: SimProcess;
  readonly #prng: Prng;
  #failure: PortError | undefined;
  #closed = false;
  #last: Promise<void> = Promise.resolve();

  constructor(parts: {
    readonly table: SimTable;
    readonly process: SimProcess;
    readonly prng: Prng;
  }) {
    this.#table = parts.table;
    this.#process = parts.process;
    this.#prng = parts.prng;
  }

  getSync(key: Uint8Array): Uint8Array | undefined {
    this.#refuseClosed();
    return this.#table.find(key)?.slice();
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    await this.#process.answer(0, () => undefined);
    return this.getSync(key);
  }

  async *scan(range: KeyRange): AsyncIterable<Entry> {
    await this.#process.answer(0, () => undefined);
    this.#refuseClosed();
    for (const [key, value] of entriesIn(this.#table.entries, range)) {
      yield [key.slice(), value.slice()];
    }
  }

  write(batch: readonly TableWrite[]): Promise<void> {
    const copy = batch.map(({ key, value }) =>
      value === undefined ? { key: key.slice() } : { key: key.slice(), value: value.slice() },
    );
    const written = this.#last.then(() => this.#write(copy));
    this.#last = written.catch(() => undefined);
    return written;
  }

  async close(): Promise<void> {
    await this.#last;
    this.#closed = true;
  }

  async #write(batch: readonly TableWrite[]): Promise<void> {
    this.#refuseClosed();
    if (this.#failure !== undefined) throw this.#failure;
    const { faults } = this.#table;
    const finish = this.#table.begin(batch);
    const spanUs = Math.round((faults.writeMsMax - faults.writeMsMin) * 1_000);
    const delayMs = faults.writeMsMin + this.#prng.below(spanUs + 1) / 1_000;
    const point = `batch ${this.#table.name.replace(/^.*\//, "")}`;
    await this.#process.persist({ point, delayMs }, () => {
      if (faults.full) throw this.#failed(finish, "DISK_FULL");
      if (faults.failingWrites > 0) {
        faults.failingWrites--;
        throw this.#failed(finish, "DISK_FAILED");
      }
      finish(true);
      this.#process.note(`table ${this.#table.name} ${batch.length}`);
    });
  }

  #failed(finish: (isKept: boolean) => void, code: "DISK_FULL" | "DISK_FAILED"): PortError {
    finish(code === "DISK_FAILED" && this.#prng.chance(1, 2));
    this.#failure = new PortError({ code, facts: { path: this.#table.name } });
    return this.#failure;
  }

  #refuseClosed(): void {
    if (!this.#closed) return;
    throw new PortError({ code: "CLOSED", facts: { path: this.#table.name } });
  }
}

/** Bytes as text of the same order. */
function textOf(key: Uint8Array): string {
  return Reflect.apply(String.fromCharCode, undefined, key);
}

function* entriesIn(entries: readonly Entry[], range: KeyRange): Generator<Entry> {
  const first = placeOf(entries, range.from);
  const end = range.to === undefined ? entries.length : placeOf(entries, range.to);
  const count = Math.min(Math.max(0, end - first), range.limit ?? Infinity);
  for (let index = 0; index < count; index++) {
    const place = range.reverse === true ? end - 1 - index : first + index;
    yield defined(entries[place], "a place within the range");
  }
}

/** How many entries have lesser keys. */
function placeOf(entries: readonly Entry[], key: Uint8Array): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const [there] = defined(entries[middle], "a place within the table");
    if (compareBytes(there, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
