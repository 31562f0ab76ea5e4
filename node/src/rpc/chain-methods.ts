/** What is stored of the chain: blocks, headers, commits, results, validators, parameters. */
import { base64FromBytes, bytesFromText } from "@pyralog/chain/base";
import {
  blockIdToJson,
  bytesToJson,
  commitToJson,
  consensusParamsToJson,
  consensusParamUpdatesToJson,
  createHeight,
  eventToJson,
  genesisToText,
  headerToJson,
  nil,
  parseGenesis,
  txResultToJson,
  validatorToJson,
  validatorUpdateToJson,
  type Height,
  type Json,
  type JsonObject,
} from "@pyralog/chain/types";
import type { Timers } from "#ports";
import {
  bytes as bytesArgument,
  chunk,
  height,
  hexBytes,
  optionalCount,
  optionalHeight,
} from "./argument.ts";
import type { RpcBackend } from "./backend.ts";
import { listOrNull } from "./events.ts";
import { perPageFrom, plannedHeight, rangeFrom, skipFrom, storedHeight } from "./heights.ts";
import { JsonText, type Answer } from "./response.ts";
import type { Call, Route } from "./route.ts";
import { refusal } from "./rpc-error.ts";
import { blockToText, listToText } from "./sliced-json.ts";

export function chainMethods(options: ChainMethodOptions): Readonly<Record<string, Route>> {
  const { backend } = options;
  return {
    blockchain: {
      names: ["minHeight", "maxHeight"],
      bind: (take) => {
        const range = { min: take("minHeight", height), max: take("maxHeight", height) };
        return { cacheable: true, run: () => blockchain(backend, range) };
      },
    },
    block: byHeight((given) => block(options, storedHeight(backend, given))),
    block_by_hash: {
      names: ["hash"],
      bind: (take) => {
        const hash = take("hash", bytesArgument);
        return { cacheable: true, run: () => blockByHash(options, hash) };
      },
    },
    block_results: byHeight((given) => blockResults(options, storedHeight(backend, given))),
    commit: byHeight((given) => commit(backend, storedHeight(backend, given))),
    header: byHeight((given) => header(backend, storedHeight(backend, given))),
    header_by_hash: {
      names: ["hash"],
      bind: (take) => {
        const hash = take("hash", hexBytes);
        return { cacheable: true, run: () => headerByHash(backend, hash) };
      },
    },
    validators: validatorsRoute(backend),
    consensus_params: byHeight((given) => consensusParams(backend, plannedHeight(backend, given))),
    ...genesisMethods(backend),
  };
}

export interface ChainMethodOptions {
  readonly backend: RpcBackend;
  readonly timers: Timers;
}

/** Methods of one height; without it the answer is about the newest, which no cache may keep. */
function byHeight(run: (given: bigint | undefined) => Promise<Answer>): Route {
  return {
    names: ["height"],
    bind: (take): Call => {
      const given = take("height", optionalHeight);
      return { cacheable: given !== undefined, run: () => run(given) };
    },
  };
}

async function blockchain(
  { blocks }: RpcBackend,
  range: { readonly min: bigint; readonly max: bigint },
): Promise<Json> {
  const newest = blocks.height();
  const { low, high } = rangeFrom(range, { base: blocks.base(), newest });
  const metas: Json[] = [];
  for (let at = high; at >= low; at--) {
    const meta = await blocks.meta(createHeight(at));
    if (meta === undefined) continue;
    metas.push({
      block_id: blockIdToJson(meta.blockId),
      block_size: String(meta.sizeBytes),
      header: headerToJson(meta.header),
      num_txs: String(meta.txCount),
    });
  }
  return { last_height: String(newest), block_metas: metas };
}

async function block({ backend, timers }: ChainMethodOptions, at: Height): Promise<Answer> {
  const stored = await backend.blocks.block(at);
  const meta = await backend.blocks.meta(at);
  const id = JSON.stringify(blockIdToJson(meta?.blockId ?? nil));
  const whole = stored === undefined ? "null" : await blockToText(stored, timers);
  return new JsonText(`{"block_id":${id},"block":${whole}}`);
}

async function blockByHash(options: ChainMethodOptions, hash: Uint8Array): Promise<Answer> {
  const at = await options.backend.blocks.heightOf(hash);
  return at === undefined
    ? { block_id: blockIdToJson(nil), block: null }
    : await block(options, at);
}

async function header({ blocks }: RpcBackend, at: Height): Promise<Json> {
  const meta = await blocks.meta(at);
  return { header: meta === undefined ? null : headerToJson(meta.header) };
}

async function headerByHash(backend: RpcBackend, hash: Uint8Array): Promise<Json> {
  const at = await backend.blocks.heightOf(hash);
  return at === undefined ? { header: null } : await header(backend, at);
}

async function commit({ blocks }: RpcBackend, at: Height): Promise<Json> {
  const canonical = at !== blocks.height();
  const meta = await blocks.meta(at);
  if (meta === undefined) return null;
  const signed = canonical ? await blocks.commit(at) : await blocks.seenCommit(at);
  return {
    signed_header: {
      header: headerToJson(meta.header),
      commit: signed === undefined ? null : commitToJson(signed),
    },
    canonical,
  };
}

async function blockResults({ backend, timers }: ChainMethodOptions, at: Height): Promise<Answer> {
  const results = await backend.states.results(at);
  if (results === undefined) throw refusal(`could not find results for height #${at}`);
  const { txResults, consensusParamUpdates: params } = results;
  const txs = await listToText(txResults, { toJson: txResultToJson, timers });
  const rest = JSON.stringify({
    finalize_block_events: listOrNull(results.events.map(eventToJson)),
    validator_updates: listOrNull(results.validatorUpdates.map(validatorUpdateToJson)),
    consensus_param_updates: params === undefined ? null : consensusParamUpdatesToJson(params),
    app_hash: bytesToJson(results.appHash),
  });
  const listed = txResults.length === 0 ? "null" : txs;
  return new JsonText(`{"height":"${at}","txs_results":${listed},${rest.slice(1)}`);
}

function validatorsRoute(backend: RpcBackend): Route {
  return {
    names: ["height", "page", "per_page"],
    bind: (take) => {
      const given = take("height", optionalHeight);
      const page = take("page", optionalCount);
      const perPage = perPageFrom(take("per_page", optionalCount));
      return {
        cacheable: given !== undefined,
        run: () => validators(backend, { at: plannedHeight(backend, given), page, perPage }),
      };
    },
  };
}

async function validators(
  { states }: RpcBackend,
  wanted: { readonly at: Height; readonly page: bigint | undefined; readonly perPage: number },
): Promise<Json> {
  const set = await states.validators(wanted.at);
  if (set === undefined) throw refusal(`could not find validator set for height #${wanted.at}`);
  const total = set.validators.length;
  const skip = skipFrom(wanted.page, { perPage: wanted.perPage, total });
  const page = set.validators.slice(skip, skip + wanted.perPage);
  return {
    block_height: String(wanted.at),
    validators: page.map(validatorToJson),
    count: String(page.length),
    total: String(total),
  };
}

async function consensusParams({ states }: RpcBackend, at: Height): Promise<JsonObject> {
  const params = await states.consensusParams(at);
  if (params === undefined) throw refusal(`could not find consensus params for height #${at}`);
  return { block_height: String(at), consensus_params: consensusParamsToJson(params) };
}

/** Bytes of the genesis document in one answer, before base64. */
const chunkBytes = 16 * 1024 * 1024;

function genesisMethods({ node }: RpcBackend): Readonly<Record<string, Route>> {
  let text: string | undefined;
  let bytes: Uint8Array | undefined;
  const genesisText = (): string => (text ??= completeGenesis(node.genesis()));
  const genesisBytes = (): Uint8Array => (bytes ??= bytesFromText(genesisText()));
  return {
    genesis: {
      names: [],
      bind: () => ({
        cacheable: true,
        run: () => {
          if (genesisBytes().length <= chunkBytes) {
            return new JsonText(`{"genesis":${genesisText()}}`);
          }
          throw refusal("genesis response is large, please use the genesis_chunked API instead");
        },
      }),
    },
    genesis_chunked: {
      names: ["chunk"],
      bind: (take) => {
        const wanted = take("chunk", chunk);
        return { cacheable: true, run: () => genesisChunk(genesisBytes(), wanted) };
      },
    },
  };
}

/** With everything that an operator may leave to its default, as CometBFT shows it. */
function completeGenesis(written: string): string {
  const document = parseGenesis(written);
  return document.kind === "ok" ? genesisToText(document.value) : written;
}

function genesisChunk(document: Uint8Array, wanted: bigint): Json {
  const total = Math.ceil(document.length / chunkBytes);
  if (wanted >= total) {
    throw refusal(`there are ${String(total - 1)} chunks, ${String(wanted)} is invalid`);
  }
  const start = Number(wanted) * chunkBytes;
  const data = base64FromBytes(document.subarray(start, start + chunkBytes));
  return { chunk: String(wanted), total: String(total), data };
}
