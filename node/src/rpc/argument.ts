/**
 * The types of a method's arguments, each read from JSON and from a URI by the rules of CometBFT's
 * rpc/jsonrpc/server and libs/json. One leniency: where CometBFT takes a 64-bit integer only in
 * quotes, a bare one is taken too.
 */
import { bytesFromText, emptyBytes, type Result } from "@pyralog/chain/base";
import { bytesFromGoBase64, bytesFromGoHex } from "./go-bytes.ts";
import { goQuote, jsonFault } from "./go-json.ts";
import { kindOfJson, textOfJson } from "./raw-json.ts";
import { RpcError } from "./rpc-error.ts";

export interface Argument<Value> {
  /** The value where the argument is absent or null. */
  readonly empty: Value;
  /** From valid JSON that is not null. @throws RpcError `PARAMS_INVALID` */
  fromJson(raw: string): Value;
  /** From the text behind `=`, percent-decoded and not empty. @throws RpcError `PARAMS_INVALID` */
  fromUri(text: string): Value;
}

interface Integer {
  readonly type: "int64" | "int" | "uint";
  readonly min: bigint;
  readonly max: bigint;
}

const int64Max = (1n << 63n) - 1n;
const signed = { min: -int64Max - 1n, max: int64Max };
const int64: Integer = { type: "int64", ...signed };
const int: Integer = { type: "int", ...signed };
const uint: Integer = { type: "uint", min: 0n, max: int64Max * 2n + 1n };

export const height: Argument<bigint> = integer(int64, 0n);
export const optionalHeight: Argument<bigint | undefined> = integer(int64, undefined);
export const optionalCount: Argument<bigint | undefined> = integer(int, undefined);
export const chunk: Argument<bigint> = integer(uint, 0n);

export const flag: Argument<boolean> = {
  empty: false,
  fromJson: (raw) => {
    if (kindOfJson(raw) !== "bool") throw mismatch(raw, "bool");
    return raw === "true";
  },
  fromUri: (text) => (isHex(text) ? failHex("bool") : fromCheckedJson(flag, text)),
};

export const text: Argument<string> = {
  empty: "",
  fromJson: (raw) => {
    if (kindOfJson(raw) !== "string") throw mismatch(raw, "string");
    return textOfJson(raw);
  },
  fromUri: (given) => {
    if (!isHex(given)) return fromCheckedJson(text, given);
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(hexAfterPrefix(given));
  },
};

/** Base64 in JSON; in a URI hex behind `0x`, or the bytes of a quoted string. */
export const bytes: Argument<Uint8Array> = base64Bytes("[]uint8");
export const tx: Argument<Uint8Array> = base64Bytes("types.Tx");

/** Hex in JSON, without `0x`; in a URI as other bytes. */
export const hexBytes: Argument<Uint8Array> = {
  empty: emptyBytes,
  fromJson: (raw) => {
    const isQuoted = raw.length >= 2 && raw.startsWith('"') && raw.endsWith('"');
    if (!isQuoted) throw invalid(`invalid hex string: ${raw}`);
    return taken(bytesFromGoHex(raw.slice(1, -1)));
  },
  fromUri: (given) => {
    if (given === "null") return emptyBytes;
    return bytesFromUri(given) ?? hexBytes.fromJson(given);
  },
};

export function invalid(message: string): RpcError {
  return new RpcError({ code: "PARAMS_INVALID", message });
}

/** Go's words for a value of another type. */
export function mismatch(raw: string, type: string): RpcError {
  return invalid(`json: cannot unmarshal ${kindOfJson(raw)} into Go value of type ${type}`);
}

/** Reads JSON that nobody has checked yet. */
export function fromCheckedJson<Value>(argument: Argument<Value>, raw: string): Value {
  if (raw === "null") return argument.empty;
  const fault = jsonFault(raw);
  if (fault !== undefined) throw invalid(fault);
  const trimmed = raw.replace(/^[ \t\r\n]+/, "");
  return argument.fromJson(trimmed);
}

export function failHex(kind: string): never {
  throw invalid(`got a hex string arg, but expected '${kind}'`);
}

export function isHex(given: string): boolean {
  return given.slice(0, 2).toLowerCase() === "0x";
}

function integer<Empty>(rule: Integer, empty: Empty): Argument<bigint | Empty> {
  const fromJson = (raw: string): bigint => {
    if (raw.startsWith('"') && raw.endsWith('"') && raw.length >= 2) {
      return integerFromQuoted(raw.slice(1, -1), rule);
    }
    if (/^-?\d+$/.test(raw)) return integerFromQuoted(raw, rule);
    throw invalid(`invalid 64-bit integer encoding ${goQuote(raw)}, expected string`);
  };
  const fromUri = (given: string): bigint | Empty => {
    if (given === "null") return empty;
    return isHex(given) ? failHex(rule.type) : fromJson(given);
  };
  return { empty, fromJson, fromUri };
}

/** What stands between the quotes is JSON again, for Go. */
function integerFromQuoted(inside: string, { type, min, max }: Integer): bigint {
  const fault = jsonFault(inside);
  if (fault !== undefined) throw invalid(fault);
  const raw = inside.replaceAll(/[ \t\r\n]/g, "");
  const kind = kindOfJson(raw);
  if (kind === "null") return 0n;
  if (kind !== "number") throw mismatch(raw, type);
  // By length too: the conversion of a long text would take long.
  const value = /^-?\d{1,20}$/.test(raw) ? BigInt(raw) : undefined;
  if (value !== undefined && value >= min && value <= max) return value;
  throw invalid(`json: cannot unmarshal number ${raw} into Go value of type ${type}`);
}

function base64Bytes(type: string): Argument<Uint8Array> {
  const argument: Argument<Uint8Array> = {
    empty: emptyBytes,
    fromJson: (raw) => {
      if (kindOfJson(raw) !== "string") throw mismatch(raw, type);
      return taken(bytesFromGoBase64(textOfJson(raw)));
    },
    fromUri: (given) => bytesFromUri(given) ?? fromCheckedJson(argument, given),
  };
  return argument;
}

function bytesFromUri(given: string): Uint8Array | undefined {
  if (isHex(given)) return hexAfterPrefix(given);
  if (!given.startsWith('"') || !given.endsWith('"')) return undefined;
  return bytesFromText(fromCheckedJson(text, given));
}

function hexAfterPrefix(given: string): Uint8Array {
  return taken(bytesFromGoHex(given.slice(2)));
}

function taken(result: Result<Uint8Array, string>): Uint8Array {
  if (result.kind === "refused") throw invalid(result.error);
  return result.value;
}
