/** The two ends that a query can come to, in ABCI's form. */
import { emptyBytes } from "#base";
import type { ProofOp, QueryRequest, QueryResponse } from "#abci";
import { CodecError } from "#codec";
import type { Height } from "#types";
import { mustStop } from "./failures.ts";
import { QueryError } from "./query-error.ts";
import { refusals, TxError } from "./refusals.ts";

export function answered(
  request: QueryRequest,
  answer: {
    readonly value: Uint8Array;
    readonly height: Height;
    readonly proofOps?: readonly ProofOp[] | undefined;
  },
): QueryResponse {
  const { value, height, proofOps = [] } = answer;
  return { ...blank(request), value, height, proofOps };
}

/** @throws the error itself where it must stop the node. */
export function refusedAnswer(request: QueryRequest, error: unknown): QueryResponse {
  const { number, message, codespace } = refusalOf(error);
  return { ...blank(request), code: number, log: message, codespace };
}

function blank(request: QueryRequest): QueryResponse {
  return {
    code: 0,
    log: "",
    info: "",
    index: 0n,
    key: emptyBytes,
    value: emptyBytes,
    proofOps: [],
    height: request.height,
    codespace: "",
  };
}

function refusalOf(error: unknown): TxError {
  if (error instanceof TxError) return error;
  if (error instanceof QueryError) return error.toTxError();
  if (error instanceof CodecError) return new TxError(refusals.INVALID_REQUEST, error.message);
  if (mustStop(error)) throw error;
  return new QueryError("Unknown", "internal error").toTxError();
}
