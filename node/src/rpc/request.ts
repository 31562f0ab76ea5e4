/**
 * Requests out of a body or a frame (rpc/jsonrpc/types of CometBFT). Members are found whatever
 * the case of their names, the last of equal ones wins, unknown ones are ignored. An id goes back
 * as it came, so a whole number may be of any size that fits 64 bits.
 */
import { ok, refused, type Result } from "@pyralog/chain/base";
import { jsonFault } from "./go-json.ts";
import { elementsOfJson, kindOfJson, membersOfJson, textOfJson } from "./raw-json.ts";
import { RpcError } from "./rpc-error.ts";

export type RpcRequest =
  | {
      readonly kind: "call";
      /** As JSON. */
      readonly id: string;
      readonly method: string;
      /** As JSON; absent where the request has none. */
      readonly params: string | undefined;
    }
  /** Without an id: never answered. */
  | { readonly kind: "notification" }
  | { readonly kind: "invalid"; readonly error: RpcError };

/** How Go calls the structure that a request is read into. */
const structure =
  'struct { JSONRPC string "json:\\"jsonrpc\\""; ID interface {} "json:\\"id,omitempty\\""; ' +
  'Method string "json:\\"method\\""; Params json.RawMessage "json:\\"params\\"" }';

const int64Bound = 1n << 63n;

/**
 * One request or a batch, in a body. A batch with one unreadable request is unreadable as a whole.
 */
export function requestsFromBody(
  body: string,
  batchMax: number,
): Result<readonly RpcRequest[], RpcError> {
  const fault = jsonFault(body);
  if (fault !== undefined) return refused(parseError(fault));
  const raw = body.replace(/^[ \t\r\n]+/, "");
  if (raw.startsWith("null")) return ok([]);
  if (!raw.startsWith("[")) {
    const request = requestFromJson(raw);
    return request.kind === "ok" ? ok([request.value]) : request;
  }
  const requests: RpcRequest[] = [];
  let broken = false;
  const elements = elementsOfJson(raw.replace(/(?<![ \t\r\n])[ \t\r\n]+$/, ""));
  for (const element of elements.slice(0, batchMax)) {
    const request = requestFromJson(element);
    if (request.kind === "ok") requests.push(request.value);
    else broken = true;
  }
  if (broken) return refused(wrongKind("array"));
  if (elements.length <= batchMax) return ok(requests);
  const limit = `batch request exceeds maximum (${String(batchMax)}) allowed number of requests`;
  return refused(new RpcError({ code: "REQUEST_INVALID", message: limit }));
}

/** A request out of valid JSON. */
export function requestFromJson(raw: string): Result<RpcRequest, RpcError> {
  const kind = kindOfJson(raw);
  if (kind === "null") return ok({ kind: "notification" });
  if (kind !== "object") return refused(wrongKind(kind));
  const members = foldedMembers(raw);
  for (const name of ["jsonrpc", "method"]) {
    const given = kindOfJson(members.get(name) ?? "null");
    if (given === "string" || given === "null") continue;
    const message = `json: cannot unmarshal ${given} into Go struct field .${name} of type string`;
    return refused(parseError(message));
  }
  const id = idFrom(members.get("id") ?? "null");
  if (id.kind === "refused") return id;
  if (id.value.kind !== "id") return ok(id.value);
  const method = members.get("method") ?? "null";
  return ok({
    kind: "call",
    id: id.value.text,
    method: method === "null" ? "" : textOfJson(method),
    params: members.get("params"),
  });
}

type Id = { readonly kind: "id"; readonly text: string } | Exclude<RpcRequest, { kind: "call" }>;

function idFrom(raw: string): Result<Id, RpcError> {
  const kind = kindOfJson(raw);
  if (kind === "null") return ok({ kind: "notification" });
  if (kind === "string") return ok({ kind: "id", text: JSON.stringify(textOfJson(raw)) });
  if (kind === "number") return ok(idFromNumber(raw));
  // Go prints what it made of the value; of an object or a list only the empty one is short.
  const shown = kind === "bool" ? raw : kind === "object" ? "map[]" : "[]";
  const type = { bool: "bool", object: "map[string]interface {}", array: "[]interface {}" }[kind];
  return refused(parseError(`json-rpc ID (${shown}) is of unknown type (${type})`));
}

/** CometBFT v0.38 cuts fractions and overflows off, so that two ids can become one. */
function idFromNumber(raw: string): Id {
  const value = /^-?\d{1,20}$/.test(raw) ? BigInt(raw) : wholeFromFloat(raw);
  if (value !== undefined && value >= -int64Bound && value < int64Bound) {
    return { kind: "id", text: String(value) };
  }
  const message = `json-rpc ID (${raw.slice(0, 40)}) is not a whole number of 64 bits`;
  return { kind: "invalid", error: new RpcError({ code: "REQUEST_INVALID", message }) };
}

function wholeFromFloat(raw: string): bigint | undefined {
  const value = Number(raw);
  return Number.isSafeInteger(value) ? BigInt(value) : undefined;
}

function foldedMembers(raw: string): ReadonlyMap<string, string> {
  const folded = new Map<string, string>();
  for (const [name, value] of membersOfJson(raw)) folded.set(name.toLowerCase(), value);
  return folded;
}

export function parseError(reason: string): RpcError {
  return new RpcError({ code: "PARSE", message: `error unmarshaling request: ${reason}` });
}

function wrongKind(kind: string): RpcError {
  return parseError(`json: cannot unmarshal ${kind} into Go value of type ${structure}`);
}
