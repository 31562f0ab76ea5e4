/** The `Disk` port over `node:fs`: what it reports as synced survives a power cut. */
import { constants } from "node:fs";
import { open, readdir, readFile, rename, unlink, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { assert } from "@pyralog/chain/base";
import type { Disk, DiskFile } from "#ports";
import { PortError } from "#ports";
import { makeDirectories, syncDirectory } from "./durable-directory.ts";
import { errorCodeOf, portErrorFrom } from "./port-error-from.ts";

const asideSuffix = ".new";

/** Opens the directory, creating it where missing. */
export async function openDisk(root: string): Promise<Disk> {
  await guarded(root, () => makeDirectories(root));
  return new FileDisk(root);
}

class FileDisk implements Disk {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  list(directory: string): Promise<readonly string[]> {
    const path = this.#resolve(directory === "" ? "." : directory);
    return guarded(path, async () => {
      const entries = await absentAs([], readdir(path, { withFileTypes: true }));
      const names = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
      return names.toSorted((left, right) => (left < right ? -1 : 1));
    });
  }

  open(path: string): Promise<DiskFile> {
    const full = this.#resolve(path);
    return guarded(full, async () => {
      await makeDirectories(dirname(full));
      const handle = await open(full, constants.O_RDWR | constants.O_CREAT, 0o600);
      await syncDirectory(dirname(full));
      return new OpenFile(full, handle);
    });
  }

  remove(path: string): Promise<void> {
    const full = this.#resolve(path);
    return guarded(full, async () => {
      await absentAs(undefined, unlink(full));
      await syncDirectory(dirname(full));
    });
  }

  replace(path: string, bytes: Uint8Array): Promise<void> {
    const full = this.#resolve(path);
    return guarded(full, async () => {
      await makeDirectories(dirname(full));
      const aside = `${full}${asideSuffix}`;
      const handle = await open(aside, "w", 0o600);
      try {
        await writeAll(handle, { offset: 0, bytes });
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(aside, full);
      await syncDirectory(dirname(full));
    });
  }

  read(path: string): Promise<Uint8Array | undefined> {
    const full = this.#resolve(path);
    return guarded(full, async () => {
      const bytes = await absentAs(undefined, readFile(full));
      return bytes === undefined ? undefined : new Uint8Array(bytes);
    });
  }

  #resolve(path: string): string {
    assert(!path.startsWith("/") && !path.split("/").includes(".."), `"${path}" stays inside`);
    return join(this.#root, path);
  }
}

/** After one failed write or sync every later call fails too: nobody knows what the disk holds. */
class OpenFile implements DiskFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  #failure: PortError | undefined;

  constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  size(): Promise<number> {
    return this.#run(async () => (await this.#handle.stat()).size);
  }

  read(range: { readonly offset: number; readonly length: number }): Promise<Uint8Array> {
    return this.#run(async () => {
      const bytes = new Uint8Array(range.length);
      let filled = 0;
      while (filled < range.length) {
        const position = range.offset + filled;
        const length = range.length - filled;
        const { bytesRead } = await this.#handle.read(bytes, { offset: filled, length, position });
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return bytes.subarray(0, filled);
    });
  }

  write(offset: number, bytes: Uint8Array): Promise<void> {
    return this.#run(() => writeAll(this.#handle, { offset, bytes }));
  }

  truncate(length: number): Promise<void> {
    return this.#run(() => this.#handle.truncate(length));
  }

  /** `fdatasync` writes the size too where it changed, and spares the journal the timestamps. */
  sync(): Promise<void> {
    return this.#run(() => this.#handle.datasync());
  }

  async close(): Promise<void> {
    this.#failure ??= new PortError({ code: "CLOSED", facts: { path: this.#path } });
    await guarded(this.#path, () => this.#handle.close());
  }

  async #run<Value>(work: () => Promise<Value>): Promise<Value> {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      return await work();
    } catch (error) {
      this.#failure ??= portErrorFrom(error, this.#path);
      throw this.#failure;
    }
  }
}

async function writeAll(
  handle: FileHandle,
  write: { readonly offset: number; readonly bytes: Uint8Array },
): Promise<void> {
  let written = 0;
  while (written < write.bytes.length) {
    const rest = write.bytes.subarray(written);
    const { bytesWritten } = await handle.write(rest, 0, rest.length, write.offset + written);
    written += bytesWritten;
  }
}

async function absentAs<Value, Absent>(
  absent: Absent,
  found: Promise<Value>,
): Promise<Value | Absent> {
  try {
    return await found;
  } catch (error) {
    if (errorCodeOf(error) === "ENOENT") return absent;
    throw error;
  }
}

async function guarded<Value>(path: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    throw portErrorFrom(error, path);
  }
}
