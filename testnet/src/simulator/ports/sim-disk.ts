/**
 * A disk that forgets. Files hold what a power cut leaves and, on top, what was written since the
 * last sync; at a power cut any subset of those writes stays, sector by sector, the size changed or
 * not. A killed process loses nothing that it wrote, synced or not.
 */
import { defined, type Prng } from "@pyralog/chain/base";
import { PortError, type Disk, type DiskFile } from "@pyralog/node/ports";
import { SparseBytes } from "./sparse-bytes.ts";
import { applyChange, contentsOf, survivors, type StoredFile, type Survival } from "./survivors.ts";
import type { SimProcess } from "./sim-process.ts";

const syncMsMin = 0.1;
const syncMsMax = 4;

/** What is wrong with the disk at present; the simulation changes it as it goes. */
export interface DiskFaults {
  /** Bytes of all files together beyond which writes fail. */
  bytesMax: number;
  /** So many syncs from now on fail with EIO, and what they were to save is gone. */
  failingSyncs: number;
  failingWrites: number;
  /** The disk says that it synced and did not. */
  lies: boolean;
  /** A sync takes between these. */
  syncMsMin: number;
  syncMsMax: number;
}

/** The medium: it outlives the processes that use it. */
export class SimDisk {
  readonly faults: DiskFaults = {
    bytesMax: Infinity,
    failingSyncs: 0,
    failingWrites: 0,
    lies: false,
    syncMsMin,
    syncMsMax,
  };
  readonly #files = new Map<string, StoredFile>();
  readonly #prng: Prng;
  /** Directory changes under way: at a power cut they have happened or not. */
  readonly #pending = new Set<() => void>();

  constructor(prng: Prng) {
    this.#prng = prng;
  }

  get paths(): readonly string[] {
    return [...this.#files.keys()].toSorted();
  }

  /** Everything written, synced or not; nothing where there is no such file. */
  contents(path: string): Uint8Array | undefined {
    const file = this.#files.get(path);
    return file === undefined ? undefined : contentsOf(file).slice();
  }

  /** Puts a file there as if it had been synced long ago. */
  place(path: string, bytes: Uint8Array): void {
    this.#files.set(path, { durable: SparseBytes.of(bytes), changes: [] });
  }

  /** Turns one bit over, on the medium. */
  rot(path: string, bit: number): void {
    const file = defined(this.#files.get(path), "bits rot in a file that is there");
    const bytes = contentsOf(file).slice();
    const index = Math.floor(bit / 8);
    bytes[index] = defined(bytes[index], "bits rot within a file") ^ (1 << (bit % 8));
    this.place(path, bytes);
  }

  /** Changes what the medium holds somewhere in a file, behind everybody's back. */
  damage(path: string, change: (bytes: Uint8Array) => void): void {
    const file = defined(this.#files.get(path), "only a file that is there is damaged");
    const durable = new SparseBytes(contentsOf(file));
    const range = durable.ranges[this.#prng.below(Math.max(1, durable.ranges.length))];
    if (range === undefined) return;
    const bytes = durable.slice(range.from, range.to);
    change(bytes);
    durable.write(range.from, bytes);
    this.#files.set(path, { durable, changes: [] });
  }

  setDelays(minMs = syncMsMin, maxMs = syncMsMax): void {
    this.faults.syncMsMin = minMs;
    this.faults.syncMsMax = maxMs;
  }

  /** Nothing is wrong with it any more; what it had lied about stays unsynced. */
  repair(): void {
    this.setDelays();
    const well = { bytesMax: Infinity, failingSyncs: 0, failingWrites: 0, lies: false };
    Object.assign(this.faults, well);
  }

  /** Everything as it is at this instant, written or synced: what a backup of it would hold. */
  snapshot(): ReadonlyMap<string, SparseBytes> {
    return new Map(
      [...this.#files].map(([path, file]) => [path, new SparseBytes(contentsOf(file))] as const),
    );
  }

  /** Another disk takes this one's place. */
  restore(files: ReadonlyMap<string, SparseBytes>): void {
    this.#files.clear();
    for (const [path, bytes] of files) {
      this.#files.set(path, { durable: new SparseBytes(bytes), changes: [] });
    }
  }

  /** The process is gone, the machine is not: what was written stays. */
  kill(): void {
    for (const change of this.#pending) if (this.#prng.chance(1, 2)) change();
    this.#pending.clear();
  }

  /** What was not synced stays or goes, by chance, or as it is said. */
  cutPower(left?: Survival): void {
    this.kill();
    for (const path of this.paths) {
      const file = defined(this.#files.get(path), "a listed file is there");
      if (file.changes.length === 0) continue;
      this.#files.set(path, { durable: survivors(file, { prng: this.#prng, left }), changes: [] });
    }
  }

  /** The disk as one run of a process sees it. */
  mount(process: SimProcess): Disk {
    return new MountedDisk({ disk: this, process, prng: this.#prng.fork() });
  }

  /** For `MountedDisk`: the files themselves. */
  get files(): Map<string, StoredFile> {
    return this.#files;
  }

  /** For `MountedDisk`: a change that is neither done nor undone before the promise resolves. */
  begin(change: () => void): () => void {
    this.#pending.add(change);
    return () => {
      if (this.#pending.delete(change)) change();
    };
  }

  get bytesUsed(): number {
    let sum = 0;
    for (const file of this.#files.values()) sum += contentsOf(file).length;
    return sum;
  }
}

class MountedDisk implements Disk {
  readonly #disk: SimDisk;
  readonly #process: SimProcess;
  readonly #prng: Prng;

  constructor(parts: {
    readonly disk: SimDisk;
    readonly process: SimProcess;
    readonly prng: Prng;
  }) {
    this.#disk = parts.disk;
    this.#process = parts.process;
    this.#prng = parts.prng;
  }

  list(directory: string): Promise<readonly string[]> {
    const prefix = directory === "" ? "" : `${directory}/`;
    return this.#process.answer(0, () =>
      this.#disk.paths
        .filter((path) => path.startsWith(prefix) && !path.slice(prefix.length).includes("/"))
        .map((path) => path.slice(prefix.length)),
    );
  }

  open(path: string): Promise<DiskFile> {
    const create = this.#disk.begin(() => {
      if (!this.#disk.files.has(path)) this.#disk.place(path, new Uint8Array(0));
    });
    const point = `open ${pointOf(path)}`;
    return this.#process.persist({ point, delayMs: this.#syncMs() }, () => {
      create();
      this.#process.note(`open ${path}`);
      return new MountedFile({ path, disk: this.#disk, process: this.#process, prng: this.#prng });
    });
  }

  remove(path: string): Promise<void> {
    const remove = this.#disk.begin(() => this.#disk.files.delete(path));
    const point = `remove ${pointOf(path)}`;
    return this.#process.persist({ point, delayMs: this.#syncMs() }, () => {
      remove();
      this.#process.note(`remove ${path}`);
    });
  }

  replace(path: string, bytes: Uint8Array): Promise<void> {
    const copy = bytes.slice();
    if (failsToWrite(this.#disk, copy.length)) return Promise.reject(fullError(path));
    const replace = this.#disk.begin(() => this.#disk.place(path, copy));
    const point = `replace ${pointOf(path)}`;
    return this.#process.persist({ point, delayMs: this.#syncMs() }, () => {
      replace();
      this.#process.note(`replace ${path}`, copy);
    });
  }

  read(path: string): Promise<Uint8Array | undefined> {
    return this.#process.answer(0, () => this.#disk.contents(path));
  }

  #syncMs(): number {
    return syncMsOf(this.#disk.faults, this.#prng);
  }
}

class MountedFile implements DiskFile {
  readonly #path: string;
  readonly #disk: SimDisk;
  readonly #process: SimProcess;
  readonly #prng: Prng;
  #failure: PortError | undefined;

  constructor(parts: {
    readonly path: string;
    readonly disk: SimDisk;
    readonly process: SimProcess;
    readonly prng: Prng;
  }) {
    this.#path = parts.path;
    this.#disk = parts.disk;
    this.#process = parts.process;
    this.#prng = parts.prng;
  }

  size(): Promise<number> {
    return this.#run(0, () => contentsOf(this.#file()).length);
  }

  read(range: { readonly offset: number; readonly length: number }): Promise<Uint8Array> {
    const { offset, length } = range;
    return this.#run(0, () => contentsOf(this.#file()).slice(offset, offset + length));
  }

  write(offset: number, bytes: Uint8Array): Promise<void> {
    const copy = bytes.slice();
    return this.#persist("write", () => {
      if (failsToWrite(this.#disk, copy.length)) throw this.#failed(fullError(this.#path));
      if (this.#disk.faults.failingWrites > 0) {
        this.#disk.faults.failingWrites--;
        throw this.#failed(failedError(this.#path));
      }
      this.#file().changes.push({ kind: "write", offset, bytes: copy });
      this.#process.note(`write ${this.#path} ${offset}`, copy);
    });
  }

  truncate(length: number): Promise<void> {
    return this.#persist("truncate", () => {
      this.#file().changes.push({ kind: "truncate", length });
      this.#process.note(`truncate ${this.#path} ${length}`);
    });
  }

  sync(): Promise<void> {
    const covered = this.#disk.files.get(this.#path)?.changes.length ?? 0;
    return this.#persist("sync", () => {
      const { faults } = this.#disk;
      const { changes, durable } = this.#file();
      if (faults.failingSyncs > 0) {
        faults.failingSyncs--;
        // Some systems keep what they could not write, others forget it at once (fsyncgate).
        if (this.#prng.chance(1, 2)) changes.splice(0, covered);
        throw this.#failed(failedError(this.#path));
      }
      if (!faults.lies)
        for (const change of changes.splice(0, covered)) applyChange(durable, change);
      this.#process.note(`sync ${this.#path}`);
    });
  }

  async close(): Promise<void> {
    await this.#run(0, () => undefined);
    this.#failure = new PortError({ code: "CLOSED", facts: { path: this.#path } });
  }

  #file(): StoredFile {
    const file = this.#disk.files.get(this.#path);
    if (file === undefined) throw this.#failed(failedError(this.#path));
    return file;
  }

  /** As on a real disk, nothing works on a file after one failure. */
  #failed(error: PortError): PortError {
    this.#failure = error;
    return error;
  }

  #persist(verb: "write" | "truncate" | "sync", change: () => void): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const delayMs = verb === "sync" ? syncMsOf(this.#disk.faults, this.#prng) : 0;
    return this.#process.persist({ point: `${verb} ${pointOf(this.#path)}`, delayMs }, change);
  }

  #run<Value>(delayMs: number, work: () => Value): Promise<Value> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return this.#process.answer(delayMs, work);
  }
}

function failsToWrite(disk: SimDisk, bytes: number): boolean {
  return disk.faults.bytesMax !== Infinity && disk.bytesUsed + bytes > disk.faults.bytesMax;
}

function fullError(path: string): PortError {
  return new PortError({ code: "DISK_FULL", facts: { path, reason: "ENOSPC" } });
}

function failedError(path: string): PortError {
  return new PortError({ code: "DISK_FAILED", facts: { path, reason: "EIO" } });
}

function syncMsOf(faults: DiskFaults, prng: Prng): number {
  const spanUs = Math.round((faults.syncMsMax - faults.syncMsMin) * 1_000);
  return faults.syncMsMin + prng.below(spanUs + 1) / 1_000;
}

/** `wal/0000000003.log` → `wal` */
function pointOf(path: string): string {
  return path.replace(/\/\d+\.log$/, "");
}
