/**
 * Whether a transaction may be in the index already. A lookup for each costs as much as writing it.
 * Where one that succeeded never succeeds again, because its sequence is spent, only failures can
 * repeat: they are remembered, up to a bound beyond which everything is looked up.
 */
import { bytesFromText } from "@pyralog/chain/base";
import type { TableWrite } from "#ports";
import { bytesKey } from "../keys.ts";
import type { RecordTable } from "../record-table.ts";

const letter = "F";
const rememberedMax = 200_000;
/** Bytes of a hash that are remembered; a chance match costs a lookup. */
const prefixBytes = 6;
const empty = new Uint8Array(0);

export class SeenBefore {
  readonly #records: RecordTable;
  /** Prefixes of the hashes of what failed; nothing where they do not tell, or are too many. */
  #failed: Set<number> | undefined;

  static async open(records: RecordTable, succeedsOnce: boolean): Promise<SeenBefore> {
    if (!succeedsOnce) return new SeenBefore(records, undefined);
    const failed = new Set<number>();
    const range = { from: bytesFromText(letter), to: bytesFromText("G"), limit: rememberedMax + 1 };
    for await (const [key] of records.scan(range)) failed.add(prefixOf(key.subarray(1)));
    return new SeenBefore(records, failed.size > rememberedMax ? undefined : failed);
  }

  private constructor(records: RecordTable, failed: Set<number> | undefined) {
    this.#records = records;
    this.#failed = failed;
  }

  /** False only where the transaction is certainly new. */
  mayContain(hash: Uint8Array, isOk: boolean): boolean {
    return !isOk || this.#failed === undefined || this.#failed.has(prefixOf(hash));
  }

  /** @yields what remembers, over a start too, that the transaction failed */
  *failed(hash: Uint8Array): Generator<TableWrite> {
    if (this.#failed === undefined) return;
    const prefix = hash.subarray(0, prefixBytes);
    this.#failed.add(prefixOf(prefix));
    if (this.#failed.size > rememberedMax) this.#failed = undefined;
    yield this.#records.put(bytesKey(letter, prefix), empty);
  }
}

function prefixOf(hash: Uint8Array): number {
  let prefix = 0;
  for (const byte of hash.subarray(0, prefixBytes)) prefix = prefix * 256 + byte;
  return prefix;
}
