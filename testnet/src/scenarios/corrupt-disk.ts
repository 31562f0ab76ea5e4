/**
 * Bits that rot and sectors that are lost in what a node has on its disk: its logs, its sign
 * record, its tables and single values of them. Whatever is read then is what was written, or is
 * refused by name, or ends earlier, as after a crash, so that the rest is made again; never other.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defined, equalBytes, textFromBytes, type Prng } from "@pyralog/chain/base";
import { planHandshake } from "@pyralog/chain/replica";
import { createHeight } from "@pyralog/chain/types";
import { StateError } from "@pyralog/chain/merkle";
import { openTable } from "@pyralog/node/io";
import { PortError, type KeyRange, type Table, type TableWrite } from "@pyralog/node/ports";
import { StorageError } from "@pyralog/node/storage";
import { ScenarioError } from "./scenario-error.ts";
import {
  readApplication,
  readChain,
  readSignRecord,
  readWal,
  type StoredApplication,
  type StoredChain,
  type StoredLog,
} from "./stored.ts";

const parts = ["wal", "sign-record", "chain.db", "application.db", "values"] as const;
type Part = (typeof parts)[number];
const outcomes = ["refused", "repaired", "unharmed"] as const;
type Outcome = (typeof outcomes)[number];

export interface CorruptionReport {
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** What was read otherwise than it was written, without a word. */
  readonly silent: readonly string[];
}

interface Whole {
  readonly data: string;
  readonly chain: StoredChain;
  readonly application: StoredApplication;
  /** What a block says of the application before it. */
  readonly roots: ReadonlySet<string>;
  readonly log: StoredLog;
  readonly signRecord: string;
  readonly keys: readonly Uint8Array[];
}

const sectorBytes = 512;
/** Where the two slots and their copies begin, and how much of each is in use. */
const signCopyBytes = 2 * 1024 * 1024;
const signUsedBytes = 600;

/** The data directory of a node that does not run; it is not touched. */
export async function corruptOften(
  data: string,
  options: { readonly cases: number; readonly prng: Prng },
): Promise<CorruptionReport> {
  const root = mkdtempSync(join(tmpdir(), "pyralog-rot-"));
  try {
    // Opening a table makes other files of its log, and what rots there is of interest, too.
    cpSync(data, join(root, "read"), { recursive: true });
    const whole = { ...(await readWhole(join(root, "read"))), data };
    return await corruptAll(whole, { ...options, scratch: join(root, "hurt") });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function corruptAll(
  whole: Whole,
  options: { readonly cases: number; readonly prng: Prng; readonly scratch: string },
): Promise<CorruptionReport> {
  const { cases, prng, scratch } = options;
  const counts: Record<Outcome, number> = { refused: 0, repaired: 0, unharmed: 0 };
  const silent: string[] = [];
  for (let number = 0; number < cases; number++) {
    const part = defined(parts[number % parts.length], "one of the parts");
    rmSync(scratch, { recursive: true, force: true });
    const copied = part === "values" ? "chain.db" : part;
    cpSync(join(whole.data, copied), join(scratch, copied), { recursive: true });
    const what = part === "values" ? "" : hurtFile(join(scratch, part), { part, prng });
    try {
      counts[await judge(part, { whole, scratch, prng })]++;
    } catch (error) {
      if (isRefusal(error)) counts.refused++;
      else
        silent.push(`${part} ${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { outcomes: counts, silent };
}

/** Clear, and known to the operator's manual; anything else is a surprise. */
function isRefusal(error: unknown): boolean {
  const isNamed = error instanceof StorageError || error instanceof StateError;
  return isNamed || (error instanceof PortError && error.code === "TABLE_CORRUPT");
}

interface Hurt {
  readonly whole: Whole;
  readonly scratch: string;
  readonly prng: Prng;
}

/** @throws an error that refuses, or one that tells what differs */
async function judge(part: Part, hurt: Hurt): Promise<Outcome> {
  const { whole, scratch, prng } = hurt;
  switch (part) {
    case "wal":
      return judgeLog(await readWal(scratch), whole.log);
    case "sign-record": {
      const read = await readSignRecord(scratch);
      if (read === whole.signRecord) return "unharmed";
      throw differs("sign record", `${read} for ${whole.signRecord}`);
    }
    case "chain.db":
      return judgeChain(await readChain(scratch), whole);
    case "application.db":
      return judgeApplication(await readApplication(scratch), whole);
    case "values":
      return judgeChain(
        await readChain(scratch, (table) => new RottenTable(table, { keys: whole.keys, prng })),
        whole,
      );
  }
}

/** What is gone from its end comes again from peers; the sign record keeps what was signed. */
function judgeLog(read: StoredLog, whole: StoredLog): Outcome {
  const isBeginning = read.entries.every((entry, index) => entry === whole.entries[index]);
  if (!isBeginning) throw differs("log", "other entries");
  if (read.entries.length === whole.entries.length) return "unharmed";
  if (read.cutBytes === 0) throw differs("log", "fewer entries, and nothing was cut");
  return "repaired";
}

/** A last batch that is gone leaves what a crash before it would have left. */
function judgeChain(read: StoredChain, whole: Whole): Outcome {
  const { chain, application } = whole;
  const isWhole = read.height === chain.height && read.stateHeight === chain.stateHeight;
  for (const [name, digest] of read.digests) {
    const isHead = !isWhole && (name === "state" || name === `commit ${read.height}`);
    if (!isHead && chain.digests.get(name) !== digest) throw differs("chain", name);
  }
  if (isWhole && read.digests.size === chain.digests.size) return "unharmed";
  if (isWhole || read.base !== chain.base) throw differs("chain", "gaps");
  const plan = planHandshake({
    initialHeight: read.initialHeight,
    storeBase: read.base,
    storeHeight: read.height,
    stateHeight: read.stateHeight,
    appHeight: createHeight(application.version),
  });
  return plan.kind === "refused" ? "refused" : "repaired";
}

/** An earlier state is brought forward by the blocks after it. */
function judgeApplication(read: StoredApplication, whole: Whole): Outcome {
  const { version, root } = whole.application;
  if (read.version === version && read.root === root) return "unharmed";
  if (read.version < version && whole.roots.has(read.root)) return "repaired";
  throw differs("application", `version ${read.version} of ${version}`);
}

function differs(store: string, what: string): ScenarioError {
  return new ScenarioError({ code: "DAMAGE_SILENT", facts: { store, what } });
}

async function readWhole(data: string): Promise<Omit<Whole, "data">> {
  const chain = await readChain(data);
  return {
    chain,
    application: await readApplication(data),
    roots: chain.roots,
    log: await readWal(data),
    signRecord: await readSignRecord(data),
    keys: await keysIn(`${data}/chain.db`),
  };
}

/** Those whose absence heights show; other lost keys are found before the table is opened. */
async function keysIn(path: string): Promise<readonly Uint8Array[]> {
  const table = await openTable(path);
  const keys: Uint8Array[] = [];
  for await (const [key] of table.scan({ from: new Uint8Array(0) })) keys.push(key.slice());
  await table.close();
  return keys.filter((key) =>
    /^(?:block\/(?:meta|part|seen|commit|bounds)|state\/(?:results|state))/.test(textOf(key)),
  );
}

function textOf(key: Uint8Array): string {
  return textFromBytes(key.filter((byte) => byte > 0x20 && byte < 0x7f));
}

/** Turns a bit over, or loses a sector; tells where. */
export function hurtFile(
  path: string,
  how: { readonly part: string; readonly prng: Prng },
): string {
  const { part, prng } = how;
  const file = part === "sign-record" ? path : join(path, picked(filesIn(path), prng));
  const bytes = new Uint8Array(readFileSync(file));
  const at =
    part === "sign-record"
      ? prng.below(4) * signCopyBytes + prng.below(signUsedBytes)
      : prng.below(bytes.length);
  const isSector = prng.chance(1, 3);
  const sector = at - (at % sectorBytes);
  if (isSector) bytes.fill(0, sector, sector + sectorBytes);
  else bytes[at] = (bytes[at] ?? 0) ^ (1 << prng.below(8));
  writeFileSync(file, bytes);
  return `${file} ${isSector ? "sector" : "bit"} at ${at} of ${bytes.length}`;
}

function picked(names: readonly string[], prng: Prng): string {
  return defined(names[prng.below(names.length)], "there are files");
}

function filesIn(directory: string): readonly string[] {
  const names = readdirSync(directory).filter((name) => !/^LO(?:CK|G)/.test(name));
  return names.filter((name) => readFileSync(join(directory, name)).length > 0);
}

/** One of its values is damaged, another one's, or gone, whenever it is read. */
class RottenTable implements Table {
  readonly #table: Table;
  readonly #victim: Uint8Array;
  readonly #other: Uint8Array;
  readonly #how: "bit" | "other" | "gone";
  readonly #bit: number;

  constructor(
    table: Table,
    options: { readonly keys: readonly Uint8Array[]; readonly prng: Prng },
  ) {
    const { keys, prng } = options;
    const at = prng.below(keys.length);
    this.#table = table;
    this.#victim = defined(keys[at], "one of the keys");
    this.#other = defined(keys[(at + 1) % keys.length], "the next one");
    this.#how = defined((["bit", "other", "gone"] as const)[prng.below(3)], "one of three");
    this.#bit = prng.below(1 << 20);
  }

  getSync(key: Uint8Array): Uint8Array | undefined {
    if (!equalBytes(key, this.#victim)) return this.#table.getSync(key);
    switch (this.#how) {
      case "gone":
        return undefined;
      case "other":
        return this.#table.getSync(this.#other);
      case "bit":
        return this.#flipped(this.#table.getSync(key));
    }
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.getSync(key);
  }

  async *scan(range: KeyRange): AsyncIterable<readonly [Uint8Array, Uint8Array]> {
    for await (const [key] of this.#table.scan(range)) {
      const value = this.getSync(key);
      if (value !== undefined) yield [key, value];
    }
  }

  write(batch: readonly TableWrite[]): Promise<void> {
    return this.#table.write(batch);
  }

  close(): Promise<void> {
    return this.#table.close();
  }

  #flipped(value: Uint8Array | undefined): Uint8Array | undefined {
    const flipped = value?.slice();
    if (flipped === undefined) return undefined;
    const index = (this.#bit >>> 3) % flipped.length;
    flipped[index] = (flipped[index] ?? 0) ^ (1 << (this.#bit & 7));
    return flipped;
  }
}
