/**
 * What a replica knows after each height: the chain state as opaque bytes, and by height what light
 * clients, evidence and queries ask for. Validators and parameters are written whole where they
 * changed, and as a pointer to that height elsewhere, as CometBFT does.
 */
import { assert, bytesFromText, concatBytes, emptyBytes } from "@pyralog/chain/base";
import {
  createHeight,
  decodeBlockResults,
  decodeConsensusParams,
  decodeTxResult,
  decodeValidatorSet,
  encodeBlockResults,
  encodeConsensusParams,
  encodeValidatorSet,
  incrementProposerPriority,
  type BlockResults,
  type ConsensusParams,
  type Height,
  type TxResult,
  type ValidatorSet,
} from "@pyralog/chain/types";
import type { Table, TableWrite } from "#ports";
import { bytesKey, numberAt, numberKey } from "./keys.ts";
import { RecordTable, type RecordEntry } from "./record-table.ts";
import { storageError } from "./storage-error.ts";
import { txResultsIn } from "./stored-results.ts";

/** Something that stays the same for many heights. */
interface AtHeight<Value> {
  readonly height: Height;
  readonly value: Value;
  /** The last height at or below this one at which it became what it is. */
  readonly changed: Height;
}

export interface StateUpdate {
  /** The whole chain state, as its owner encodes it. */
  readonly state: Uint8Array;
  readonly validators: readonly AtHeight<ValidatorSet>[];
  readonly params: readonly AtHeight<ConsensusParams>[];
  /** What FinalizeBlock answered; none at genesis. */
  readonly results?: { readonly height: Height; readonly value: BlockResults };
  /** What the evidence pool changed with this height, opaque here; no value deletes. */
  readonly evidence?: readonly TableWrite[];
}

const stateKey = numberKey("state");
const baseKey = numberKey("base");
/** A set is written whole at least this often, so that turns are counted on from nearby. */
const checkpointInterval = 64n;
const heightsPerBatch = 256n;
const pointerBytes = 8;
/** Transactions whose results lie in one record: a lookup of one decodes no more than these. */
export const txsPerChunk = 4;
const countBytes = 8;
const noResults: BlockResults = {
  events: [],
  txResults: [],
  validatorUpdates: [],
  appHash: emptyBytes,
};
const evidenceKind = "evidence/";

export class StateStore {
  readonly #records: RecordTable;
  #base: Height;
  /** Heights whose results there are: what is missing between the first and the last is damage. */
  #first: bigint | undefined;
  #last: bigint;

  static async open(table: Table, prefix: string): Promise<StateStore> {
    const records = new RecordTable(table, bytesKey(prefix, new Uint8Array(0)));
    const base = await records.load(baseKey);
    // Parameters begin where results do, so that either tells that the other's first is gone.
    const firsts = [await firstOf(records, "results"), await firstOf(records, "params")];
    const first = firsts.filter((height) => height !== undefined).toSorted(ascending)[0];
    const last = (await lastOf(records, "results")) ?? 0n;
    return new StateStore(records, {
      base: createHeight(base === undefined ? 0n : numberAt(base, 0)),
      first,
      last,
    });
  }

  private constructor(
    records: RecordTable,
    known: { readonly base: Height; readonly first: bigint | undefined; readonly last: bigint },
  ) {
    this.#records = records;
    this.#base = known.base;
    this.#first = known.first;
    this.#last = known.last;
  }

  /** One synced batch: all of it is durable before this resolves, or none. */
  save(update: StateUpdate): Promise<void> {
    const records = this.#records;
    const batch: TableWrite[] = [records.put(stateKey, update.state)];
    for (const validators of update.validators) {
      const key = numberKey("validators", validators.height);
      batch.push(records.put(key, pointed(validators, encodeValidatorSet)));
    }
    for (const params of update.params) {
      const key = numberKey("params", params.height);
      batch.push(records.put(key, pointed(params, encodeConsensusParams)));
    }
    if (update.results !== undefined) {
      const { height, value } = update.results;
      batch.push(...this.#resultWrites(height, value));
    }
    for (const { key, value } of update.evidence ?? []) {
      const whole = bytesKey(evidenceKind, key);
      batch.push(value === undefined ? records.erase(whole) : records.put(whole, value));
    }
    return this.#write(batch, update.results?.height);
  }

  async #write(batch: readonly TableWrite[], height: Height | undefined): Promise<void> {
    await this.#records.write(batch);
    if (height === undefined) return;
    this.#first ??= height;
    this.#last = height;
  }

  /** Nothing in a new store. */
  async loadState(): Promise<Uint8Array | undefined> {
    const stored = await this.#records.load(stateKey);
    if (stored === undefined && this.#last > 0n) {
      throw storageError("VALUE_MISSING", { what: "state", height: this.#last });
    }
    return stored;
  }

  /** The set that signs this height, with whose turn it is in round 0. */
  async loadValidators(height: Height): Promise<ValidatorSet | undefined> {
    const found = await this.#loadPointed("validators", height);
    if (found === undefined) return undefined;
    let set = decodeValidatorSet(found.encoded);
    for (let at = found.height; at < height; at++) set = incrementProposerPriority(set, 1);
    return set;
  }

  async loadParams(height: Height): Promise<ConsensusParams | undefined> {
    const found = await this.#loadPointed("params", height);
    return found === undefined ? undefined : decodeConsensusParams(found.encoded);
  }

  async loadResults(height: Height): Promise<BlockResults | undefined> {
    const stored = await this.#records.load(numberKey("results", height));
    if (stored === undefined) return this.#gap(height);
    const txResults: TxResult[] = [];
    for (let chunk = 0; chunk < chunksIn(stored); chunk++) {
      const encoded = this.loadResultsChunk(height, chunk);
      // Pruning may have passed the height while the reads were under way.
      if (encoded === undefined && this.#base > height) return undefined;
      if (encoded === undefined) throw storageError("VALUE_MISSING", { what: "results", height });
      txResults.push(...decodeBlockResults(encoded).txResults);
    }
    return { ...decodeBlockResults(stored.subarray(countBytes)), txResults };
  }

  /** The result of one transaction, without reading those of all the others. */
  loadTxResult(height: Height, index: number): TxResult | undefined {
    const chunk = this.loadResultsChunk(height, Math.floor(index / txsPerChunk));
    const encoded = chunk === undefined ? undefined : txResultsIn(chunk)[index % txsPerChunk];
    return encoded === undefined ? undefined : decodeTxResult(encoded);
  }

  /** Some transactions' results, encoded as a FinalizeBlock response that has nothing else. */
  loadResultsChunk(height: Height, chunk: number): Uint8Array | undefined {
    return this.#records.loadSync(numberKey("tx-results", height, chunk));
  }

  /** The encoded FinalizeBlock response without its transactions' results. */
  loadEncodedResults(height: Height): Uint8Array | undefined {
    const stored = this.#records.loadSync(numberKey("results", height));
    return stored?.subarray(countBytes);
  }

  #resultWrites(height: Height, results: BlockResults): readonly TableWrite[] {
    const { txResults } = results;
    const rest = encodeBlockResults({ ...results, txResults: [] });
    const count = numberKey("", txResults.length);
    const writes = [this.#records.put(numberKey("results", height), concatBytes([count, rest]))];
    for (let start = 0; start < txResults.length; start += txsPerChunk) {
      const some = { ...noResults, txResults: txResults.slice(start, start + txsPerChunk) };
      const key = numberKey("tx-results", height, start / txsPerChunk);
      writes.push(this.#records.put(key, encodeBlockResults(some)));
    }
    return writes;
  }

  /** @yields every entry that `evidence` of an update wrote and none deleted since */
  async *loadEvidence(): AsyncGenerator<RecordEntry> {
    const range = { from: bytesFromText(evidenceKind), to: bytesFromText("evidence0") };
    for await (const [key, value] of this.#records.scan(range)) {
      yield [key.subarray(evidenceKind.length), value];
    }
  }

  /** Deletes what is known of heights below this one, but for what later heights point to. */
  async prune(retainHeight: Height): Promise<void> {
    const kept = new Set([
      await this.#targetOf("validators", retainHeight),
      await this.#targetOf("params", retainHeight),
    ]);
    while (this.#base < retainHeight) {
      const limit = this.#base + heightsPerBatch;
      const end = createHeight(limit < retainHeight ? limit : retainHeight);
      const batch: TableWrite[] = [];
      for (let height: bigint = this.#base; height < end; height++) {
        batch.push(...(await this.#resultErasures(height)));
        if (kept.has(height)) continue;
        batch.push(this.#records.erase(numberKey("validators", height)));
        batch.push(this.#records.erase(numberKey("params", height)));
      }
      batch.push(this.#records.put(baseKey, numberKey("", end)));
      await this.#records.write(batch);
      this.#base = end;
    }
  }

  async #resultErasures(height: bigint): Promise<readonly TableWrite[]> {
    const key = numberKey("results", height);
    const stored = await this.#records.load(key);
    if (stored === undefined) return [];
    const chunks = Array.from({ length: chunksIn(stored) }, (_, chunk) =>
      this.#records.erase(numberKey("tx-results", height, chunk)),
    );
    return [this.#records.erase(key), ...chunks];
  }

  /** The height whose record is whole: this one, or the one that its record points to. */
  async #targetOf(kind: "validators" | "params", height: Height): Promise<bigint | undefined> {
    const stored = await this.#records.load(numberKey(kind, height));
    return stored === undefined ? undefined : numberAt(stored, 0);
  }

  /** Nothing below and above what is known; pruning may have passed the height meanwhile. */
  #gap(height: Height): undefined {
    const isKnown = this.#first !== undefined && height >= this.#first && height >= this.#base;
    if (!isKnown || height > this.#last) return undefined;
    throw storageError("VALUE_MISSING", { what: "results", height });
  }

  async #loadPointed(
    kind: "validators" | "params",
    height: Height,
  ): Promise<{ readonly height: bigint; readonly encoded: Uint8Array } | undefined> {
    const target = await this.#targetOf(kind, height);
    if (target === undefined) return undefined;
    const stored = await this.#records.load(numberKey(kind, target));
    if (stored === undefined || stored.length === pointerBytes) {
      throw storageError("VALUE_MISSING", { what: kind, height: target });
    }
    return { height: target, encoded: stored.subarray(pointerBytes) };
  }
}

type Kind = "results" | "params";

/** The first height that has such a record. */
function firstOf(records: RecordTable, kind: Kind): Promise<bigint | undefined> {
  return edgeOf(records, { kind, reverse: false });
}

function lastOf(records: RecordTable, kind: Kind): Promise<bigint | undefined> {
  return edgeOf(records, { kind, reverse: true });
}

async function edgeOf(
  records: RecordTable,
  { kind, reverse }: { readonly kind: Kind; readonly reverse: boolean },
): Promise<bigint | undefined> {
  const [from, to] = [numberKey(kind, 0n), numberKey(kind, 2n ** 63n - 1n)];
  const key = await records.findKey({ from, to, reverse });
  return key === undefined ? undefined : numberAt(key, kind.length);
}

function ascending(one: bigint, other: bigint): number {
  return one < other ? -1 : 1;
}

/** Of a height's results: the number of transactions stands in front. */
function chunksIn(stored: Uint8Array): number {
  return Math.ceil(Number(numberAt(stored, 0)) / txsPerChunk);
}

/** The height of the whole record, and the record itself where that is this height. */
function pointed<Value>(
  { height, value, changed }: AtHeight<Value>,
  encode: (value: Value) => Uint8Array,
): Uint8Array {
  assert(changed <= height, "a change comes before the heights that it holds for");
  const checkpoint = height - (height % checkpointInterval);
  const target = changed > checkpoint ? changed : checkpoint;
  const pointer = numberKey("", target);
  return target === height ? concatBytes([pointer, encode(value)]) : pointer;
}
