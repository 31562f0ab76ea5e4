/**
 * Reads a LevelDB directory before LevelDB does. LevelDB passes over damage in its logs, trusts the
 * indexes and filters of its tables, and begins anew where its first file is gone: what was synced
 * would be missing without a word. Here the first damage is named, and nothing is changed.
 * A torn end of a log is no damage: its batch had not been acknowledged.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { PortError } from "#ports";
import { errorCodeOf } from "../port-error-from.ts";
import { recordsOfLog, type LogRecords } from "./log-format.ts";
import { damageInTable } from "./table-format.ts";
import { versionFrom, type Version } from "./version.ts";

const logPattern = /^(?<number>\d{6,})\.log$/;
const ofTable = /^(?:MANIFEST-\d+|\d{6,}\.(?:log|ldb|sst))$/;
/**
 * So much data is read over before the start, the newest first: about two seconds. Of what is older
 * only indexes and filters are; its values carry checksums, and heights show where one is missing.
 */
const dataBytesMax = 512 * 1024 * 1024;

/**
 * Where another process writes, files come and go while they are read: damage is seen twice.
 * @throws PortError `TABLE_CORRUPT` that names the damaged file
 */
export async function checkFiles(directory: string): Promise<void> {
  try {
    await checkOnce(directory);
  } catch {
    await checkOnce(directory);
  }
}

async function checkOnce(directory: string): Promise<void> {
  const names = await namesIn(directory);
  const files = new CheckedFiles(directory, names);
  if (!names.includes("CURRENT")) {
    const left = names.find((name) => ofTable.test(name));
    if (left === undefined) return;
    throw files.damaged("CURRENT", "is missing");
  }
  const version = await files.version();
  await files.checkLogs(version);
  await files.checkTables(version);
}

class CheckedFiles {
  readonly #directory: string;
  readonly #names: readonly string[];

  constructor(directory: string, names: readonly string[]) {
    this.#directory = directory;
    this.#names = names;
  }

  async version(): Promise<Version> {
    const manifest = String.fromCodePoint(...(await this.#read("CURRENT"))).trimEnd();
    if (!this.#names.includes(manifest)) throw this.damaged("CURRENT", "names no manifest");
    const { records } = await this.#recordsOf(manifest);
    const version = versionFrom(records);
    if (version === undefined) throw this.damaged(manifest, "holds an edit that is none");
    return version;
  }

  /** The log that the manifest names is made before it is named, and removed after the next is. */
  async checkLogs({ log }: Version): Promise<void> {
    const numbers = this.#names.flatMap((name) => {
      const number = logPattern.exec(name)?.groups?.["number"];
      return number === undefined ? [] : [{ name, number: Number(number) }];
    });
    if (!numbers.some(({ number }) => number === log)) {
      throw this.damaged(fileName(log, "log"), "is missing");
    }
    for (const { name, number } of numbers) if (number >= log) await this.#recordsOf(name);
  }

  async checkTables({ tables }: Version): Promise<void> {
    let left = dataBytesMax;
    for (const number of [...tables].toSorted((one, other) => other - one)) {
      const name = ["ldb", "sst"]
        .map((suffix) => fileName(number, suffix))
        .find((candidate) => this.#names.includes(candidate));
      if (name === undefined) throw this.damaged(fileName(number, "ldb"), "is missing");
      const file = await this.#read(name);
      left -= file.length;
      const offset = damageInTable(file, { withData: left >= 0 });
      if (offset !== undefined) throw this.damaged(name, `is damaged at byte ${offset}`);
    }
  }

  async #recordsOf(name: string): Promise<LogRecords> {
    const found = recordsOfLog(await this.#read(name));
    const { damagedAt } = found;
    if (damagedAt === undefined) return found;
    throw this.damaged(name, `is damaged at byte ${damagedAt}`);
  }

  async #read(name: string): Promise<Uint8Array> {
    return readFile(join(this.#directory, name));
  }

  damaged(name: string, reason: string): PortError {
    const path = join(this.#directory, name);
    return new PortError({
      code: "TABLE_CORRUPT",
      message: `${path} ${reason}`,
      facts: { path, reason },
    });
  }
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (errorCodeOf(error) === "ENOENT") return [];
    throw error;
  }
}

function fileName(number: number, suffix: string): string {
  return `${String(number).padStart(6, "0")}.${suffix}`;
}
