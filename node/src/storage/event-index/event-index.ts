/**
 * The index of decided transactions and blocks by hash and by event. It keeps the transactions, to
 * be read one by one; their results are read from the store of states. A height is visible once all
 * of it is written; indexing it again writes the same, which repairs what a crash cut off.
 */
import { assert, bytesFromHex, bytesFromText, defined } from "@pyralog/chain/base";
import { byteStrings, message } from "@pyralog/chain/codec";
import type { Query } from "@pyralog/chain/query";
import {
  createHeight,
  txHash,
  type BlockResults,
  type Height,
  type TxResult,
} from "@pyralog/chain/types";
import type { Table, TableWrite, Timers } from "#ports";
import type { BlockStore } from "../block-store.ts";
import { bytesKey, numberAt, numberKey } from "../keys.ts";
import { storageLimits } from "../limits.ts";
import { RecordTable } from "../record-table.ts";
import { txsPerChunk, type StateStore } from "../state-store.ts";
import { EventTables } from "./event-tables.ts";
import { FoundPlaces } from "./found-places.ts";
import { HeightEvents } from "./height-events.ts";
import { KeyIds } from "./key-ids.ts";
import { Pacer } from "./pacer.ts";
import { planQuery, type HeightBounds, type Plan } from "./plan.ts";
import { search, type SearchSpace } from "./search.ts";
import { SeenBefore } from "./seen-before.ts";
import { MovedPlaces, placeAt, type TxPlace } from "./tx-places.ts";
import { blockValuesAt, txValuesAt } from "./values-at.ts";

export interface IndexedTx extends TxPlace {
  readonly tx: Uint8Array;
  readonly result: TxResult;
}

export interface IndexedBlock {
  readonly height: Height;
  readonly txs: readonly Uint8Array[];
  readonly results: BlockResults;
}

/** By height, then by number within the block. */
export interface EventSearch {
  readonly query: Query;
  readonly order: "ascending" | "descending";
  readonly skip: number;
  readonly limit: number;
}

/** The total counts all hits, also where the page is empty. */
export interface EventPage<Hit> {
  readonly total: number;
  readonly hits: readonly Hit[];
}

const chunkWire = message("pyralog.index.Txs", { txs: byteStrings(1) });
const boundsKey = numberKey("N");
const hitsPerTurn = 32;
const hashKey = "tx.hash";
const txHeightKey = "tx.height";
const blockHeightKey = "block.height";

interface IndexParts {
  readonly records: RecordTable;
  readonly timers: Pick<Timers, "pause">;
  readonly turns: Pick<Timers, "pause">;
  readonly blocks: BlockStore;
  readonly states: StateStore;
  readonly keyIds: KeyIds;
  readonly moved: MovedPlaces;
  readonly seen: SeenBefore;
  readonly base: number;
  readonly height: number;
}

export class EventIndex {
  readonly #parts: IndexParts;
  readonly #txTables: EventTables;
  readonly #blockTables: EventTables;
  #base: number;
  #height: number;

  /** The states have a height's results before it is indexed; nothing is told below the base. */
  static async open(options: {
    readonly table: Table;
    readonly prefix: string;
    readonly timers: Pick<Timers, "pause">;
    /** For searches: of those that pause, one at a time may go on. */
    readonly turns: Pick<Timers, "pause">;
    readonly blocks: BlockStore;
    readonly states: StateStore;
    /** The application lets no transaction succeed twice; saves a lookup for each. */
    readonly succeedsOnce?: boolean;
  }): Promise<EventIndex> {
    const records = new RecordTable(options.table, bytesFromText(options.prefix));
    const stored = await records.load(boundsKey);
    const bounds = stored === undefined ? [0n, 0n] : [numberAt(stored, 0), numberAt(stored, 8)];
    return new EventIndex({
      records,
      timers: options.timers,
      turns: options.turns,
      blocks: options.blocks,
      states: options.states,
      keyIds: await KeyIds.open(records),
      moved: await MovedPlaces.open(records),
      seen: await SeenBefore.open(records, options.succeedsOnce ?? false),
      base: Number(bounds[0]),
      height: Number(bounds[1]),
    });
  }

  private constructor(parts: IndexParts) {
    this.#parts = parts;
    this.#base = parts.base;
    this.#height = parts.height;
    this.#txTables = new EventTables(parts.records, { values: "v", keys: "p" });
    this.#blockTables = new EventTables(parts.records, { values: "w", keys: "q" });
  }

  /** The last height that is indexed whole; zero where there is none. */
  get height(): Height {
    return createHeight(BigInt(this.#height));
  }

  /** Durable before it resolves. Heights come one after the other; the last may come again. */
  async indexBlock(block: IndexedBlock): Promise<void> {
    const height = Number(block.height);
    const { records } = this.#parts;
    assert(this.#height === 0 || height <= this.#height + 1, "no height is left out of the index");
    assert(block.txs.length === block.results.txResults.length, "each transaction has its result");
    const base = this.#base === 0 ? height : this.#base;
    let batch: TableWrite[] = [];
    for (const write of this.#writesOf(block)) {
      batch.push(write);
      if (batch.length < storageLimits.indexBatchMax) continue;
      await records.write(batch);
      batch = [];
      await this.#parts.timers.pause();
    }
    const last = Math.max(height, this.#height);
    batch.push(records.put(boundsKey, numberKey("", base, last)));
    await records.write(batch);
    this.#base = base;
    this.#height = last;
  }

  *#writesOf(block: IndexedBlock): Generator<TableWrite> {
    const { records, keyIds } = this.#parts;
    const height = Number(block.height);
    const idOf = (key: string): number => keyIds.findOrAdd(key);
    const events = new HeightEvents({ reserved: [hashKey, txHeightKey], idOf });
    yield records.put(numberKey("H", height), numberKey("", block.txs.length));
    for (const [index, tx] of block.txs.entries()) {
      const result = defined(block.results.txResults[index], "each transaction has its result");
      yield* this.#placeWrites({ height: block.height, index, tx, result });
      if (index % txsPerChunk === 0) yield this.#chunkWrite(block, index);
      events.add(result.events, index);
    }
    const blockEvents = new HeightEvents({ reserved: [blockHeightKey], idOf });
    blockEvents.add(block.results.events, 0);
    yield* keyIds.takeWrites();
    yield* this.#txTables.writesOf(events, height);
    yield* this.#blockTables.writesOf(blockEvents, height);
  }

  #chunkWrite({ height, txs }: IndexedBlock, start: number): TableWrite {
    const key = numberKey("R", height, start / txsPerChunk);
    const chunk = chunkWire.encode({ txs: txs.slice(start, start + txsPerChunk) });
    return this.#parts.records.put(key, chunk);
  }

  *#placeWrites(place: IndexedTx): Generator<TableWrite> {
    const { records, moved, seen } = this.#parts;
    const hash = txHash(place.tx);
    const key = bytesKey("T", hash);
    const isOk = place.result.code === 0;
    const before = seen.mayContain(hash, isOk) ? records.loadSync(key) : undefined;
    yield records.put(key, numberKey("", place.height, place.index));
    if (before !== undefined) yield* moved.move(placeAt(before, 0), place);
    if (!isOk) yield* seen.failed(hash);
  }

  /** The transaction where it came last, if it came at all and is still stored. */
  tx(hash: Uint8Array): IndexedTx | undefined {
    const stored = this.#parts.records.loadSync(bytesKey("T", hash));
    if (stored === undefined) return undefined;
    const place = placeAt(stored, 0);
    return place.height > this.#height ? undefined : this.#txAt(place);
  }

  #txAt({ height, index }: TxPlace): IndexedTx | undefined {
    const { records, blocks, states } = this.#parts;
    if (height < blocks.base) return undefined;
    const stored = records.loadSync(numberKey("R", height, Math.floor(index / txsPerChunk)));
    const result = states.loadTxResult(height, index);
    if (stored === undefined || result === undefined) return undefined;
    const tx = defined(chunkWire.decode(stored).txs[index % txsPerChunk], "an indexed tx is there");
    return { height, index, tx, result };
  }

  /** A query that names a hash looks at nothing else, as CometBFT's does. */
  async searchTxs(wanted: EventSearch): Promise<EventPage<IndexedTx>> {
    const named = wanted.query.conditions.find(({ key }) => key === hashKey);
    if (named !== undefined) {
      return pageOfHash(
        wanted,
        this.#txOfHash(named.operand.kind === "none" ? "" : named.operand.text),
      );
    }
    const places = await this.#placesOf(wanted.query);
    const hits: IndexedTx[] = [];
    for (const place of places.page(wanted)) {
      const found = this.#txAt(place);
      if (found !== undefined) hits.push(found);
      if (hits.length % hitsPerTurn === 0) await this.#parts.turns.pause();
    }
    return { total: places.total, hits };
  }

  #txOfHash(text: string): IndexedTx | undefined {
    return /^(?:[0-9a-fA-F]{2})+$/.test(text) ? this.tx(bytesFromHex(text)) : undefined;
  }

  async #placesOf(query: Query): Promise<FoundPlaces> {
    const plan = this.#clip(planQuery(query, txHeightKey));
    const space = this.#space("tx");
    const { pacer } = space;
    return FoundPlaces.of(await search(space, plan), { moved: this.#parts.moved, pacer });
  }

  /** Blocks whose own events satisfy the query. */
  async searchBlocks(wanted: EventSearch): Promise<EventPage<Height>> {
    const heights = await this.#heightsOf(wanted.query);
    const hits = pageOf(heights, wanted).map((height) => createHeight(BigInt(height)));
    return { total: heights.length, hits };
  }

  /** Ascending. */
  async #heightsOf(query: Query): Promise<readonly number[]> {
    const plan = this.#clip(planQuery(query, blockHeightKey));
    if (plan.onlyHeight === undefined)
      return [...(await search(this.#space("block"), plan)).keys()];
    const { from, to } = plan.bounds;
    return from <= to ? [from] : [];
  }

  #space(kind: "tx" | "block"): SearchSpace {
    const { keyIds, states, turns } = this.#parts;
    const isTx = kind === "tx";
    return {
      pacer: new Pacer(() => turns.pause()),
      tables: isTx ? this.#txTables : this.#blockTables,
      keyId: (key) => keyIds.find(key),
      valuesAt: (at) => (isTx ? txValuesAt(states, at) : blockValuesAt(states, at)),
      heightKey: isTx ? txHeightKey : blockHeightKey,
      heightIsAttribute: isTx,
      heights: (bounds) => this.#heights(bounds, kind),
    };
  }

  async *#heights(
    bounds: HeightBounds,
    kind: "tx" | "block",
  ): AsyncGenerator<{ readonly height: number; readonly count: number }> {
    if (bounds.from > bounds.to) return;
    const range = { from: numberKey("H", bounds.from), to: numberKey("H", bounds.to + 1) };
    for await (const [key, value] of this.#parts.records.scan(range)) {
      const count = kind === "tx" ? Number(numberAt(value, 0)) : 1;
      if (count > 0) yield { height: Number(numberAt(key, 1)), count };
    }
  }

  /** Heights that are being indexed are not there yet; pruned ones are there no more. */
  #clip(plan: Plan): Plan {
    const from = Math.max(plan.bounds.from, this.#base, Number(this.#parts.blocks.base), 1);
    const to = Math.min(plan.bounds.to, this.#height);
    return { ...plan, bounds: from <= to ? { from, to } : { from: 1, to: 0 } };
  }
}

function pageOf<Hit>(ascending: readonly Hit[], wanted: EventSearch): readonly Hit[] {
  const { order, skip, limit } = wanted;
  if (order === "ascending") return ascending.slice(skip, skip + limit);
  const end = Math.max(0, ascending.length - skip);
  return ascending.slice(Math.max(0, end - limit), end).toReversed();
}

function pageOfHash(wanted: EventSearch, tx: IndexedTx | undefined): EventPage<IndexedTx> {
  const found = tx === undefined ? [] : [tx];
  return { total: found.length, hits: pageOf(found, wanted) };
}
