/** Failures as JSON-RPC answers them (rpc/jsonrpc/types of CometBFT). */
import { ChainError } from "@pyralog/chain/base";
import type { JsonObject } from "@pyralog/chain/types";

/**
 * - `PARSE`: the request is no JSON, or no request.
 * - `REQUEST_INVALID`: a request that breaks a limit, or whose id is no whole number or string.
 * - `METHOD_UNKNOWN`: no method of that name here.
 * - `PARAMS_INVALID`: an argument of another type than the method's.
 * - `INTERNAL`: the method refused, or failed; the message says why.
 * - `SERVER`: a subscription ended that nobody ended.
 */
export type RpcErrorCode =
  "PARSE" | "REQUEST_INVALID" | "METHOD_UNKNOWN" | "PARAMS_INVALID" | "INTERNAL" | "SERVER";

/** Its message is the answer's `data`: CometBFT's words. */
export class RpcError extends ChainError<RpcErrorCode> {}

const spelled: Readonly<Record<RpcErrorCode, { code: number; message: string }>> = {
  PARSE: { code: -32_700, message: "Parse error. Invalid JSON" },
  REQUEST_INVALID: { code: -32_600, message: "Invalid Request" },
  METHOD_UNKNOWN: { code: -32_601, message: "Method not found" },
  PARAMS_INVALID: { code: -32_602, message: "Invalid params" },
  INTERNAL: { code: -32_603, message: "Internal error" },
  SERVER: { code: -32_000, message: "Server error" },
};

export function rpcErrorToJson(error: RpcError): JsonObject {
  const { code, message } = spelled[error.code];
  return { code, message, ...(error.message === "" ? {} : { data: error.message }) };
}

export function numberOfCode(code: RpcErrorCode): number {
  return spelled[code].code;
}

/** The method's own refusal, for the client to read. */
export function refusal(message: string): RpcError {
  return new RpcError({ code: "INTERNAL", message });
}
