/** A disk that names every write and sync of the node's logs and its sign record. */
import { decodeSignRecord } from "@pyralog/chain/consensus";
import { signRecordPath } from "@pyralog/node/drivers";
import type { Disk, DiskFile } from "@pyralog/node/ports";
import type { FailingDeed } from "./names.ts";
import type { Trap } from "./trap.ts";

/** A log's batch: a header, then records with their lengths; kind 1 marks the end of a height. */
const walHeaderBytes = 16;
const walLengthBytes = 4;
const walEndKind = 1;
/** Of a copy in the sign store: magic, revision and length; then the record. */
const signHeaderBytes = 16;
const signLengthOffset = 12;

export class FailingDisk implements Disk {
  readonly #disk: Disk;
  readonly #trap: Trap;

  constructor(disk: Disk, trap: Trap) {
    this.#disk = disk;
    this.#trap = trap;
  }

  list(directory: string): Promise<readonly string[]> {
    return this.#disk.list(directory);
  }

  read(path: string): Promise<Uint8Array | undefined> {
    return this.#disk.read(path);
  }

  replace(path: string, bytes: Uint8Array): Promise<void> {
    return this.#disk.replace(path, bytes);
  }

  async open(path: string): Promise<DiskFile> {
    const deed = await this.#deedOfOpening(path);
    const open = (): Promise<DiskFile> => this.#disk.open(path);
    const file = deed === undefined ? await open() : await this.#trap.around(deed, open);
    if (path === signRecordPath) return new FailingFile({ file, trap: this.#trap, log: "sign" });
    return new FailingFile({ file, trap: this.#trap, log: "wal" });
  }

  remove(path: string): Promise<void> {
    return this.#trap.around("wal-remove", () => this.#disk.remove(path));
  }

  async #deedOfOpening(path: string): Promise<FailingDeed | undefined> {
    const directory = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    if (directory === "") return undefined;
    const names = await this.#disk.list(directory);
    if (names.length === 0) return "wal-create";
    return names.includes(path.slice(directory.length + 1)) ? undefined : "wal-roll";
  }
}

class FailingFile implements DiskFile {
  readonly #file: DiskFile;
  readonly #trap: Trap;
  readonly #log: "wal" | "sign";
  /** What was written last, and is synced next. */
  #writing: "wal-entries" | "wal-end" | "sign-propose" | "sign-prevote" | "sign-precommit" | "open";

  constructor(options: {
    readonly file: DiskFile;
    readonly trap: Trap;
    readonly log: "wal" | "sign";
  }) {
    this.#file = options.file;
    this.#trap = options.trap;
    this.#log = options.log;
    this.#writing = "open";
  }

  size(): Promise<number> {
    return this.#file.size();
  }

  read(range: { readonly offset: number; readonly length: number }): Promise<Uint8Array> {
    return this.#file.read(range);
  }

  write(offset: number, bytes: Uint8Array): Promise<void> {
    const writing = this.#log === "wal" ? walWriting(bytes) : signWriting(bytes);
    this.#writing = writing;
    // At the first start the record's other copies are made, and synced with the opening.
    if (writing === "open") return this.#file.write(offset, bytes);
    return this.#trap.around(`${writing}-write`, () => this.#file.write(offset, bytes));
  }

  truncate(length: number): Promise<void> {
    return this.#trap.around("wal-truncate", () => this.#file.truncate(length));
  }

  sync(): Promise<void> {
    const writing = this.#writing === "open" ? (`${this.#log}-open` as const) : this.#writing;
    return this.#trap.around(`${writing}-sync`, () => this.#file.sync());
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

function walWriting(batch: Uint8Array): "wal-entries" | "wal-end" {
  const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
  for (let offset = walHeaderBytes; offset < batch.length;) {
    const begin = offset + walLengthBytes;
    if (batch[begin] === walEndKind) return "wal-end";
    offset = begin + view.getUint32(offset);
  }
  return "wal-entries";
}

/** A record of nothing is that of a key which has signed nothing yet. */
function signWriting(
  copy: Uint8Array,
): "open" | "sign-propose" | "sign-prevote" | "sign-precommit" {
  const view = new DataView(copy.buffer, copy.byteOffset, copy.byteLength);
  const length = view.getUint32(signLengthOffset);
  if (length === 0) return "open";
  const end = signHeaderBytes + length;
  return `sign-${decodeSignRecord(copy.subarray(signHeaderBytes, end)).step}`;
}
