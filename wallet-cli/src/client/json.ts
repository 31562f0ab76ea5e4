/** Reads answers that came as JSON: each reader gives a value of its type or refuses the answer. */
import { ClientError } from "./client-error.ts";

/** What stands under the names, one inside the other; nothing where one of them is missing. */
export function member(value: unknown, ...names: readonly string[]): unknown {
  let inner = value;
  for (const name of names) inner = isRecord(inner) ? inner[name] : undefined;
  return inner;
}

export function textAt(value: unknown, ...names: readonly string[]): string {
  const text = member(value, ...names);
  if (typeof text === "string") return text;
  throw malformed(names, text);
}

/** For texts that may be left out when they are empty. */
export function textOrEmptyAt(value: unknown, ...names: readonly string[]): string {
  const text = member(value, ...names);
  return typeof text === "string" ? text : "";
}

/** CometBFT writes 64-bit numbers as strings. */
export function bigintAt(value: unknown, ...names: readonly string[]): bigint {
  const text = member(value, ...names);
  if (typeof text === "string" && /^-?\d+$/.test(text)) return BigInt(text);
  throw malformed(names, text);
}

export function numberAt(value: unknown, ...names: readonly string[]): number {
  const number = member(value, ...names);
  if (typeof number === "number") return number;
  throw malformed(names, number);
}

/** Nothing (`null`) is an empty list, as CometBFT writes it. */
export function listAt(value: unknown, ...names: readonly string[]): readonly unknown[] {
  const list = member(value, ...names) ?? [];
  if (Array.isArray(list)) return list;
  throw malformed(names, list);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function malformed(names: readonly string[], got: unknown): ClientError {
  const place = names.join(".");
  return new ClientError({
    code: "ANSWER_MALFORMED",
    message: `the node's answer has no fitting ${place}; is it a node of this network?`,
    facts: { place, got: typeof got },
  });
}
