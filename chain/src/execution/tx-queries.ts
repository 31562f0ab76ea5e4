/**
 * `cosmos.tx.v1beta1.Service`, the methods that look into the past: GetTx, GetTxsEvent and
 * GetBlockWithTxs. The application has no index, so whoever has one reads the question here, looks
 * it up however it can, and has the answer written here.
 */
import {
  bytesFromHex,
  ChainError,
  emptyBytes,
  hexFromBytes,
  ok,
  refused,
  type Result,
} from "#base";
import type { QueryRequest, QueryResponse } from "#abci";
import {
  blockIdWire,
  blockWire,
  CodecError,
  txServiceWires,
  txWire,
  type MessageValue,
  type TxResponse,
} from "#codec";
import { sha256 } from "#crypto";
import {
  encodeBlock,
  encodeBlockId,
  timeToRfc3339,
  type Block,
  type BlockId,
  type Height,
  type Time,
  type TxResult,
} from "#types";
import { limits } from "./limits.ts";
import { answered, refusedAnswer } from "./query-answer.ts";
import { QueryError } from "./query-error.ts";
import { refusals, TxError } from "./refusals.ts";

/** What is to be looked up. */
export type TxQuestion =
  | { readonly kind: "tx"; readonly hash: Uint8Array }
  | {
      readonly kind: "search";
      /** In the grammar of event queries. */
      readonly query: string;
      /** From one on. */
      readonly page: number;
      readonly limit: number;
      readonly order: "ascending" | "descending";
    }
  | {
      readonly kind: "block";
      readonly height: bigint;
      readonly offset: number;
      readonly limit: number;
    };

export interface FoundTx {
  readonly bytes: Uint8Array;
  readonly height: Height;
  /** Of its block. */
  readonly time: Time;
  readonly result: TxResult;
}

/** What was found. */
export type TxFindings =
  | { readonly kind: "tx"; readonly found: FoundTx }
  | { readonly kind: "search"; readonly found: readonly FoundTx[]; readonly total: bigint }
  | {
      readonly kind: "block";
      readonly block: Block;
      readonly blockId: BlockId;
      readonly offset: number;
      readonly limit: number;
    }
  | { readonly kind: "nothing"; readonly question: TxQuestion };

const service = "/cosmos.tx.v1beta1.Service";
const descending = 2;
const { GetTx, GetTxsEvent, GetBlockWithTxs } = txServiceWires;

const readers = new Map<string, (data: Uint8Array) => TxQuestion>([
  [`${service}/GetTx`, readTx],
  [`${service}/GetTxsEvent`, readSearch],
  [`${service}/GetBlockWithTxs`, readBlock],
]);

/** The question, its refusal, or nothing where the path is not one of the service's three. */
export function readTxQuestion(
  request: QueryRequest,
): Result<TxQuestion, QueryResponse> | undefined {
  const read = readers.get(request.path);
  if (read === undefined) return undefined;
  try {
    return ok(read(request.data));
  } catch (error) {
    return refused(refusedAnswer(request, error));
  }
}

function readTx(data: Uint8Array): TxQuestion {
  const { hash } = GetTx.request.decode(data);
  if (hash === "") throw new QueryError("InvalidArgument", "tx hash cannot be empty");
  try {
    return { kind: "tx", hash: bytesFromHex(hash) };
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    throw new QueryError("InvalidArgument", `tx hash is no hex: ${hash.slice(0, 64)}`);
  }
}

function readSearch(data: Uint8Array): TxQuestion {
  const { query, events, page, limit, orderBy } = GetTxsEvent.request.decode(data);
  const whole = query === "" ? events.join(" AND ") : query;
  if (whole === "") throw new QueryError("InvalidArgument", "query cannot be empty");
  return {
    kind: "search",
    query: whole,
    page: page === 0n ? 1 : bounded(page, Number.MAX_SAFE_INTEGER),
    limit: limit === 0n ? limits.pageDefault : bounded(limit, limits.pageDefault),
    order: orderBy === descending ? "descending" : "ascending",
  };
}

function readBlock(data: Uint8Array): TxQuestion {
  const { height, pagination } = GetBlockWithTxs.request.decode(data);
  const limit = pagination?.limit ?? 0n;
  return {
    kind: "block",
    height,
    offset: bounded(pagination?.offset ?? 0n, Number.MAX_SAFE_INTEGER),
    limit: limit === 0n ? limits.pageDefault : bounded(limit, limits.pageMax),
  };
}

function bounded(value: bigint, max: number): number {
  return value > BigInt(max) ? max : Number(value);
}

/** The answer that clients of the SDK read. Its height is the latest that the index knows. */
export function answerTxQuestion(
  request: QueryRequest,
  outcome: { readonly findings: TxFindings; readonly latest: Height },
): QueryResponse {
  const { findings, latest: height } = outcome;
  switch (findings.kind) {
    case "tx": {
      const { found } = findings;
      const tx = decodeTx(found.bytes);
      const value = GetTx.response.encode({ tx, txResponse: toResponse(found) });
      return answered(request, { value, height });
    }
    case "search":
      return answered(request, { value: searchValue(findings), height });
    case "block":
      return answered(request, { value: blockValue(findings), height });
    case "nothing":
      return refusedAnswer(request, notFound(findings.question, height));
  }
}

function searchValue(findings: Extract<TxFindings, { kind: "search" }>): Uint8Array {
  const { found, total } = findings;
  return GetTxsEvent.response.encode({
    txs: found.map(({ bytes }) => decodeTx(bytes) ?? txWire.empty()),
    txResponses: found.map(toResponse),
    pagination: undefined,
    total,
  });
}

function blockValue(findings: Extract<TxFindings, { kind: "block" }>): Uint8Array {
  const { block, blockId, offset, limit } = findings;
  const { txs } = block;
  return GetBlockWithTxs.response.encode({
    txs: txs.slice(offset, offset + limit).map((bytes) => decodeTx(bytes) ?? txWire.empty()),
    blockId: blockIdWire.decode(encodeBlockId(blockId)),
    block: blockWire.decode(encodeBlock(block)),
    pagination: { nextKey: emptyBytes, total: BigInt(txs.length) },
  });
}

function notFound(question: TxQuestion, latest: Height): QueryError | TxError {
  switch (question.kind) {
    case "tx": {
      const hash = hexFromBytes(question.hash).toUpperCase();
      return new QueryError("NotFound", `tx not found: ${hash}`);
    }
    case "search":
      return new QueryError("NotFound", "no transaction found");
    case "block": {
      const detail =
        `requested height ${question.height} but height must not be less than 1 ` +
        `or greater than the current height ${latest}`;
      return new TxError(refusals.INVALID_HEIGHT, detail);
    }
  }
}

type Tx = MessageValue<typeof txWire>;

/** A block may hold bytes that are no transaction: they have a result, and no parts to show. */
function decodeTx(bytes: Uint8Array): Tx | undefined {
  try {
    return txWire.decode(bytes, { depthMax: limits.depthMax });
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}

function toResponse({ bytes, height, time, result }: FoundTx): TxResponse {
  return {
    height,
    txhash: hexFromBytes(sha256(bytes)).toUpperCase(),
    codespace: result.codespace,
    code: result.code,
    data: hexFromBytes(result.data).toUpperCase(),
    rawLog: result.log,
    info: result.info,
    gasWanted: result.gasWanted,
    gasUsed: result.gasUsed,
    tx: { typeUrl: `/${txWire.name}`, value: bytes },
    timestamp: timeToRfc3339(time),
    events: result.events,
  };
}
