/** Transactions and blocks out of the index. */
import { parseQuery, type Condition, type Query } from "@pyralog/chain/query";
import { merkleProofs } from "@pyralog/chain/merkle";
import { base64FromBytes } from "@pyralog/chain/base";
import {
  blockIdToJson,
  bytesToJson,
  hexToJson,
  txHash,
  txResultToJson,
  type Height,
  type Json,
  type JsonObject,
} from "@pyralog/chain/types";
import type { Timers } from "#ports";
import { bytes, flag, optionalCount, text } from "./argument.ts";
import type { IndexedTx, Page, RpcBackend, Search } from "./backend.ts";
import { bytesFromGoHex } from "./go-bytes.ts";
import { perPageFrom, skipFrom } from "./heights.ts";
import { JsonText, type Answer } from "./response.ts";
import type { Route, Take } from "./route.ts";
import { refusal } from "./rpc-error.ts";
import { blockToText } from "./sliced-json.ts";

export interface SearchOptions {
  readonly backend: RpcBackend;
  readonly timers: Timers;
  readonly queryBytesMax: number;
}

interface Wanted {
  readonly query: string;
  readonly page: bigint | undefined;
  readonly perPage: number;
  readonly orderBy: string;
}

export function searchMethods(options: SearchOptions): Readonly<Record<string, Route>> {
  return {
    tx: {
      names: ["hash", "prove"],
      bind: (take) => {
        const [hash, prove] = [take("hash", bytes), take("prove", flag)];
        return { cacheable: true, run: () => oneTx(options, { hash, prove }) };
      },
    },
    tx_search: {
      names: ["query", "prove", "page", "per_page", "order_by"],
      bind: (take) => {
        const query = take("query", text);
        const prove = take("prove", flag);
        const wanted = { query, ...pageFrom(take) };
        return { cacheable: false, run: () => txSearch(options, { ...wanted, prove }) };
      },
    },
    block_search: {
      names: ["query", "page", "per_page", "order_by"],
      bind: (take) => {
        const query = take("query", text);
        const wanted = { query, ...pageFrom(take) };
        return { cacheable: false, run: () => blockSearch(options, wanted) };
      },
    },
  };
}

function pageFrom(take: Take): Omit<Wanted, "query"> {
  const page = take("page", optionalCount);
  const perPage = perPageFrom(take("per_page", optionalCount));
  return { page, perPage, orderBy: take("order_by", text) };
}

async function oneTx(
  options: SearchOptions,
  { hash, prove }: { readonly hash: Uint8Array; readonly prove: boolean },
): Promise<Json> {
  if (hash.length === 0) throw refusal("transaction hash cannot be empty");
  const found = await options.backend.index.tx(hash);
  if (found === undefined) throw refusal(`tx (${hexToJson(hash)}) not found`);
  const proofs = new Proofs(options.backend);
  return txToJson(found, prove ? await proofs.of(found) : undefined);
}

async function txSearch(
  options: SearchOptions,
  wanted: Wanted & { readonly prove: boolean },
): Promise<Json> {
  refuseLong(wanted.query, options.queryBytesMax);
  const query = parsed(wanted.query);
  const { index } = options.backend;
  const named = query.conditions.find(({ key }) => key === "tx.hash");
  const { total, hits } = await pageOf(wanted, {
    defaultOrder: "ascending",
    search: async (search) =>
      named === undefined
        ? await index.searchTxs({ query, ...search })
        : await txOfHash(options.backend, named),
  });
  const proofs = new Proofs(options.backend);
  const txs: Json[] = [];
  for (const hit of hits) {
    txs.push(txToJson(hit, wanted.prove ? await proofs.of(hit) : undefined));
    if (wanted.prove) await options.timers.pause();
  }
  return { txs, total_count: String(total) };
}

/** A condition on the hash decides alone, as in CometBFT. */
async function txOfHash({ index }: RpcBackend, { operand }: Condition): Promise<Page<IndexedTx>> {
  const hash = bytesFromGoHex(operand.kind === "none" ? "" : operand.text);
  if (hash.kind === "refused") {
    throw refusal(`error during searching for a hash in the query: ${hash.error}`);
  }
  if (hash.value.length === 0) {
    throw refusal("error while retrieving the result: transaction hash cannot be empty");
  }
  const found = await index.tx(hash.value);
  return found === undefined ? { total: 0, hits: [] } : { total: 1, hits: [found] };
}

async function blockSearch(options: SearchOptions, wanted: Wanted): Promise<Answer> {
  refuseLong(wanted.query, options.queryBytesMax);
  const query = parsed(wanted.query);
  const { index, blocks } = options.backend;
  const { total, hits } = await pageOf(wanted, {
    defaultOrder: "descending",
    search: async (search) => await index.searchBlocks({ query, ...search }),
  });
  const found: string[] = [];
  for (const height of hits) {
    const block = await blocks.block(height);
    const meta = await blocks.meta(height);
    if (block === undefined || meta === undefined) continue;
    const id = JSON.stringify(blockIdToJson(meta.blockId));
    found.push(`{"block_id":${id},"block":${await blockToText(block, options.timers)}}`);
    await options.timers.pause();
  }
  return new JsonText(`{"blocks":[${found.join(",")}],"total_count":"${total}"}`);
}

/** The page, refused only once the total is known, as its number is part of the refusal. */
async function pageOf<Hit extends IndexedTx | Height>(
  { page, perPage, orderBy }: Wanted,
  how: {
    readonly defaultOrder: Search["order"];
    readonly search: (search: Omit<Search, "query">) => Promise<Page<Hit>>;
  },
): Promise<Page<Hit>> {
  const order = orderFrom(orderBy, how.defaultOrder);
  const skip = page === undefined || page < 1n ? 0 : (Number(page) - 1) * perPage;
  const bounded = Math.min(skip, Number.MAX_SAFE_INTEGER);
  const found = await how.search({ order, skip: bounded, limit: perPage });
  skipFrom(page, { perPage, total: found.total });
  return found;
}

function orderFrom(orderBy: string, defaultOrder: Search["order"]): Search["order"] {
  if (orderBy === "") return defaultOrder;
  if (orderBy === "asc") return "ascending";
  if (orderBy === "desc") return "descending";
  throw refusal("expected order_by to be either `asc` or `desc` or empty");
}

function refuseLong(query: string, queryBytesMax: number): void {
  if (new TextEncoder().encode(query).length > queryBytesMax) {
    throw refusal("maximum query length exceeded");
  }
}

function parsed(query: string): Query {
  const result = parseQuery(query);
  if (result.kind === "refused") throw refusal(result.error.message);
  return result.value;
}

/** Proofs of transactions, made once per block and answer. */
class Proofs {
  readonly #backend: RpcBackend;
  readonly #made = new Map<Height, ReturnType<typeof merkleProofs>>();

  constructor(backend: RpcBackend) {
    this.#backend = backend;
  }

  async of({ height, index, tx }: IndexedTx): Promise<JsonObject | undefined> {
    const { root, proofs } = (await this.#ofBlock(height)) ?? {};
    const proof = proofs?.[index];
    if (root === undefined || proof === undefined) return undefined;
    return {
      root_hash: hexToJson(root),
      data: base64FromBytes(tx),
      proof: {
        total: String(proof.total),
        index: String(proof.index),
        leaf_hash: base64FromBytes(proof.leafHash),
        aunts: proof.aunts.map(base64FromBytes),
      },
    };
  }

  async #ofBlock(height: Height): Promise<ReturnType<typeof merkleProofs> | undefined> {
    const known = this.#made.get(height);
    if (known !== undefined) return known;
    const block = await this.#backend.blocks.block(height);
    if (block === undefined) return undefined;
    const made = merkleProofs(block.txs.map(txHash));
    this.#made.set(height, made);
    return made;
  }
}

function txToJson(found: IndexedTx, proof: JsonObject | undefined): JsonObject {
  return {
    hash: hexToJson(txHash(found.tx)),
    height: String(found.height),
    index: found.index,
    tx_result: txResultToJson(found.result),
    tx: bytesToJson(found.tx),
    ...(proof === undefined ? {} : { proof }),
  };
}
