/**
 * Decided blocks, in the parts that they travelled in, with the commits that decided them. A block
 * is one synced batch. Heights follow one another without a gap from base to height, so that what
 * is missing in between is damage and shows as such.
 */
import { assert, concatBytes, defined } from "@pyralog/chain/base";
import { bytes, int64, message } from "@pyralog/chain/codec";
import {
  createHeight,
  decodeBlock,
  decodeBlockId,
  decodeCommit,
  decodeHeader,
  decodePart,
  encodeBlockId,
  encodeCommit,
  encodeHeader,
  encodePart,
  isBlock,
  type Block,
  type BlockId,
  type Commit,
  type Header,
  type Height,
  type Part,
} from "@pyralog/chain/types";
import type { Table, TableWrite } from "#ports";
import { bytesKey, numberAt, numberKey } from "./keys.ts";
import { RecordTable } from "./record-table.ts";
import { storageError } from "./storage-error.ts";

export interface BlockMeta {
  readonly blockId: BlockId;
  /** Bytes of the encoded block. */
  readonly size: number;
  readonly header: Header;
  readonly txCount: number;
}

/** tendermint.types.BlockMeta. */
const metaWire = message("tendermint.types.BlockMeta", {
  blockId: bytes(1),
  size: int64(2),
  header: bytes(3),
  txCount: int64(4),
});

const boundsKey = numberKey("bounds");
const heightsPerBatch = 64n;

export class BlockStore {
  readonly #records: RecordTable;
  #base: Height;
  #height: Height;

  /** The store's keys begin with the prefix; others may lie in the same table. */
  static async open(table: Table, prefix: string): Promise<BlockStore> {
    const records = new RecordTable(table, bytesKey(prefix, new Uint8Array(0)));
    const bounds = await records.load(boundsKey);
    if (bounds === undefined) {
      const range = { from: numberKey("meta", 0n), to: numberKey("metb"), reverse: true };
      const last = await records.findKey(range);
      if (last === undefined) return new BlockStore(records, { base: 0n, height: 0n });
      throw storageError("VALUE_MISSING", { what: "bounds", height: numberAt(last, 4) });
    }
    const found = { base: numberAt(bounds, 0), height: numberAt(bounds, 8) };
    const store = new BlockStore(records, found);
    await store.loadMeta(store.base);
    await store.loadMeta(store.height);
    return store;
  }

  private constructor(
    records: RecordTable,
    bounds: { readonly base: bigint; readonly height: bigint },
  ) {
    this.#records = records;
    this.#base = createHeight(bounds.base);
    this.#height = createHeight(bounds.height);
  }

  /** The oldest height there is; zero where there is none. */
  get base(): Height {
    return this.#base;
  }

  /** The newest height there is; zero where there is none. */
  get height(): Height {
    return this.#height;
  }

  /** Durable before it resolves. The block must be the one after the newest, or the first. */
  async saveBlock(saved: {
    readonly block: Block;
    readonly blockId: BlockId;
    readonly parts: readonly Part[];
    /** The commit that was seen to decide it; the next block may carry another one. */
    readonly seenCommit: Commit;
  }): Promise<void> {
    const { block, blockId, parts, seenCommit } = saved;
    const { height } = block.header;
    assert(this.#height === 0n || height === this.#height + 1n, "blocks are stored in order");
    assert(parts.length === blockId.parts.total, "a stored block has all its parts");
    assert(seenCommit.height === height, "the commit is for the block");
    const base = this.#height === 0n ? height : this.#base;
    const size = parts.reduce((sum, part) => sum + part.bytes.length, 0);
    const meta = { blockId, size, header: block.header, txCount: block.txs.length };
    const records = this.#records;
    const previousKey = numberKey("commit", height - 1n);
    await records.write([
      records.put(numberKey("meta", height), encodeMeta(meta)),
      records.put(bytesKey("hash", blockId.hash), numberKey("", height)),
      ...parts.map((part, index) =>
        records.put(numberKey("part", height, index), encodePart(part)),
      ),
      ...(height > base ? [records.put(previousKey, encodeCommit(block.lastCommit))] : []),
      records.put(numberKey("seen", height), encodeCommit(seenCommit)),
      records.put(boundsKey, numberKey("", base, height)),
    ]);
    this.#base = base;
    this.#height = height;
  }

  async loadBlock(height: Height): Promise<Block | undefined> {
    const meta = await this.loadMeta(height);
    if (meta === undefined) return undefined;
    const parts: Uint8Array[] = [];
    for (let index = 0; index < meta.blockId.parts.total; index++) {
      const part = await this.loadPart(height, index);
      parts.push(defined(part, "a part below the total is there or missing").bytes);
    }
    return decodeBlock(concatBytes(parts));
  }

  async loadBlockByHash(hash: Uint8Array): Promise<Block | undefined> {
    const height = await this.heightOf(hash);
    return height === undefined ? undefined : this.loadBlock(height);
  }

  async heightOf(hash: Uint8Array): Promise<Height | undefined> {
    const stored = await this.#records.load(bytesKey("hash", hash));
    return stored === undefined ? undefined : createHeight(numberAt(stored, 0));
  }

  async loadMeta(height: Height): Promise<BlockMeta | undefined> {
    const stored = await this.#load(height, numberKey("meta", height));
    return stored === undefined ? undefined : decodeMeta(stored);
  }

  /** Nothing where the block has no such part, or is not stored. */
  async loadPart(height: Height, index: number): Promise<Part | undefined> {
    if (!this.#has(height)) return undefined;
    const stored = await this.#records.load(numberKey("part", height, index));
    if (stored !== undefined) return decodePart(stored);
    const meta = await this.loadMeta(height);
    if (meta === undefined || index < 0 || index >= meta.blockId.parts.total) return undefined;
    throw storageError("VALUE_MISSING", { what: "part", height, index });
  }

  /** The commit for this height that the next block carries; not there for the newest. */
  async loadCommit(height: Height): Promise<Commit | undefined> {
    if (height === this.#height) return undefined;
    const stored = await this.#load(height, numberKey("commit", height));
    return stored === undefined ? undefined : decodeCommit(stored);
  }

  /** The commit by which this node saw the height decided. */
  async loadSeenCommit(height: Height): Promise<Commit | undefined> {
    const stored = await this.#load(height, numberKey("seen", height));
    return stored === undefined ? undefined : decodeCommit(stored);
  }

  /**
   * Deletes the blocks below the height, a batch at a time; resolves to how many went. The caller
   * has made sure that nothing needs them: neither evidence nor the application's last state.
   */
  async prune(retainHeight: Height): Promise<number> {
    assert(retainHeight <= this.#height, "the newest block stays");
    const before = this.#base;
    while (this.#base < retainHeight) {
      const limit = this.#base + heightsPerBatch;
      const end = createHeight(limit < retainHeight ? limit : retainHeight);
      const batch: TableWrite[] = [];
      for (let height = this.#base; height < end; height = createHeight(height + 1n)) {
        batch.push(...(await this.#erasures(height)));
      }
      batch.push(this.#records.put(boundsKey, numberKey("", end, this.#height)));
      await this.#records.write(batch);
      this.#base = end;
    }
    return Number(this.#base - before);
  }

  async #erasures(height: Height): Promise<readonly TableWrite[]> {
    const { blockId } = defined(await this.loadMeta(height), "a height within the bounds is there");
    const records = this.#records;
    return [
      records.erase(numberKey("meta", height)),
      records.erase(bytesKey("hash", blockId.hash)),
      ...Array.from({ length: blockId.parts.total }, (_, index) =>
        records.erase(numberKey("part", height, index)),
      ),
      records.erase(numberKey("commit", height)),
      records.erase(numberKey("seen", height)),
    ];
  }

  #has(height: Height): boolean {
    return height > 0n && height >= this.#base && height <= this.#height;
  }

  async #load(height: Height, key: Uint8Array): Promise<Uint8Array | undefined> {
    if (!this.#has(height)) return undefined;
    const stored = await this.#records.load(key);
    // Pruning may have passed the height while the read was under way.
    if (stored !== undefined || !this.#has(height)) return stored;
    throw storageError("VALUE_MISSING", { what: textOf(key), height });
  }
}

/** The letters that a key begins with. */
function textOf(key: Uint8Array): string {
  return String.fromCodePoint(...key.subarray(0, key.length - 8));
}

function encodeMeta(meta: BlockMeta): Uint8Array {
  return metaWire.encode({
    blockId: encodeBlockId(meta.blockId),
    size: BigInt(meta.size),
    header: encodeHeader(meta.header),
    txCount: BigInt(meta.txCount),
  });
}

function decodeMeta(stored: Uint8Array): BlockMeta {
  const wire = metaWire.decode(stored);
  const blockId = decodeBlockId(wire.blockId);
  assert(isBlock(blockId), "a stored block has an id");
  return {
    blockId,
    size: Number(wire.size),
    header: decodeHeader(wire.header),
    txCount: Number(wire.txCount),
  };
}
