/** Where a method takes its arguments from: an object, a list, or the query of a URI. */
import type { Argument } from "./argument.ts";
import { invalid } from "./argument.ts";
import { elementsOfJson, kindOfJson, membersOfJson } from "./raw-json.ts";
import type { Route, Take } from "./route.ts";

/** @throws RpcError `PARAMS_INVALID` where the list has another length than the arguments. */
export function takeFromJson(params: string | undefined, route: Route): Take {
  const kind = kindOfJson(params ?? "null");
  if (params === undefined || kind === "null") return (_name, argument) => argument.empty;
  if (kind === "object") return takeFromMembers(membersOfJson(params));
  if (kind === "array") return takeFromElements(elementsOfJson(params), route);
  throw invalid(
    `unknown type for JSON params: json: cannot unmarshal ${kind} ` +
      "into Go value of type []json.RawMessage. Expected map or array",
  );
}

function takeFromMembers(members: ReadonlyMap<string, string>): Take {
  return (name, argument) => valueOf(members.get(name), argument);
}

function takeFromElements(elements: readonly string[], { names }: Route): Take {
  if (elements.length !== names.length) {
    const shown = elements.map(bytesAsGoPrintsThem).join(" ");
    throw invalid(
      `expected ${String(names.length)} parameters ([${names.join(" ")}]), ` +
        `got ${String(elements.length)} ([${shown}])`,
    );
  }
  return (name, argument) => valueOf(elements[names.indexOf(name)], argument);
}

function valueOf<Value>(raw: string | undefined, argument: Argument<Value>): Value {
  return raw === undefined || raw === "null" ? argument.empty : argument.fromJson(raw);
}

/** What a Go program shows of raw JSON in `%v`. Cut short, as it may be a megabyte. */
function bytesAsGoPrintsThem(raw: string): string {
  return `[${new TextEncoder().encode(raw.slice(0, 1000)).join(" ")}]`;
}

/** The first of equal names counts; what is malformed or holds a semicolon is no pair, as in Go. */
export function takeFromQuery(query: string): Take {
  const given = new Map<string, string>();
  for (const pair of query.split("&")) {
    if (pair.includes(";")) continue;
    const [name = "", ...rest] = pair.split("=");
    const decoded = [name, rest.join("=")].map(percentDecoded);
    const [key, value] = decoded;
    if (key === undefined || value === undefined || given.has(key)) continue;
    given.set(key, value);
  }
  return (name, argument) => {
    const text = given.get(name) ?? "";
    return text === "" ? argument.empty : argument.fromUri(text);
  };
}

/** Nothing where an escape is malformed. Bytes that are no UTF-8 are replaced. */
function percentDecoded(text: string): string | undefined {
  const spaced = text.replaceAll("+", " ");
  if (!spaced.includes("%")) return spaced;
  if (/%(?![0-9a-fA-F]{2})/.test(spaced)) return undefined;
  try {
    return decodeURIComponent(spaced);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return lossilyDecoded(spaced);
  }
}

function lossilyDecoded(text: string): string {
  const bytes: number[] = [];
  for (const [part, hex] of text.matchAll(/%([0-9a-fA-F]{2})|[^%]+/g)) {
    if (hex === undefined) bytes.push(...new TextEncoder().encode(part));
    else bytes.push(Number.parseInt(hex, 16));
  }
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}
