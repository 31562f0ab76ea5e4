/**
 * Parts of a JSON text that is known to be valid, as the texts they are: error messages quote
 * them, numbers stay exact, and no key of a stranger ever becomes a property of an object.
 */
import { assert } from "@pyralog/chain/base";

export type JsonKind = "object" | "array" | "string" | "number" | "bool" | "null";

export function kindOfJson(raw: string): JsonKind {
  switch (raw[0]) {
    case "{":
      return "object";
    case "[":
      return "array";
    case '"':
      return "string";
    case "t":
    case "f":
      return "bool";
    case "n":
      return "null";
    case undefined:
    default:
      return "number";
  }
}

/** The members of an object in their order; a later one of the same name wins, as in Go. */
export function membersOfJson(raw: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  for (const { key, value } of partsOf(raw, true)) members.set(textOfJson(key), value);
  return members;
}

export function elementsOfJson(raw: string): readonly string[] {
  return Array.from(partsOf(raw, false), ({ value }) => value);
}

/** The text that a JSON string spells, halves of characters replaced as Go does. */
export function textOfJson(raw: string): string {
  const text: unknown = JSON.parse(raw);
  return typeof text === "string" ? text.toWellFormed() : "";
}

function* partsOf(
  raw: string,
  keyed: boolean,
): Generator<{ readonly key: string; readonly value: string }> {
  let next = skipSpace(raw, 1);
  while (next < raw.length - 1) {
    let key = '""';
    if (keyed) {
      const end = endOfString(raw, next);
      key = raw.slice(next, end);
      next = skipSpace(raw, skipSpace(raw, end) + 1);
    }
    const end = endOfValue(raw, next);
    assert(end > next, "the text was found valid before");
    yield { key, value: raw.slice(next, end) };
    // Over the comma, or onto the closing bracket.
    next = skipSpace(raw, end);
    if (raw[next] === ",") next = skipSpace(raw, next + 1);
  }
}

function skipSpace(raw: string, from: number): number {
  let next = from;
  while (" \t\r\n".includes(raw[next] ?? "x")) next++;
  return next;
}

function endOfString(raw: string, from: number): number {
  let quote = raw.indexOf('"', from + 1);
  while (backslashesBefore(raw, quote) % 2 === 1) quote = raw.indexOf('"', quote + 1);
  return quote + 1;
}

function backslashesBefore(raw: string, index: number): number {
  let first = index;
  while (raw[first - 1] === "\\") first--;
  return index - first;
}

function endOfValue(raw: string, from: number): number {
  const first = raw[from];
  if (first === '"') return endOfString(raw, from);
  if (first !== "{" && first !== "[") {
    const scalar = /[^\s,\]}]*/y;
    scalar.lastIndex = from;
    return from + (scalar.exec(raw)?.[0].length ?? 0);
  }
  const marks = /["[\]{}]/g;
  marks.lastIndex = from;
  for (let depth = 0; ;) {
    const mark = marks.exec(raw);
    if (mark === null) return raw.length;
    if (mark[0] === '"') marks.lastIndex = endOfString(raw, mark.index);
    else depth += mark[0] === "{" || mark[0] === "[" ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
}
