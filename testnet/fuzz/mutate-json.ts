/** Changes to a JSON text value by value, so that it stays JSON. */
import { bytesFromText, textFromBytes, type Prng } from "@pyralog/chain/base";

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

const values: readonly Json[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e300,
  2 ** 53,
  "",
  "0",
  "-1",
  "1",
  "9223372036854775808",
  "\u0000",
  "__proto__",
  "AAAA",
  "ff",
  "0x",
  "\ud800",
  "2026-01-01T00:00:00Z",
  [],
  {},
  [[]],
  { a: 1 },
];
const depthMax = 16;

/** Nothing where the bytes are no JSON. */
export function mutateJson(
  bytes: Uint8Array,
  by: { readonly prng: Prng; readonly tokens: readonly Uint8Array[] },
): Uint8Array | undefined {
  const parsed = parse(textOf(bytes));
  if (parsed === undefined) return undefined;
  return bytesFromText(JSON.stringify(changed(parsed.value, { ...by, depth: 0 })));
}

/** Whatever the bytes are: what is no UTF-8 is replaced. */
function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function parse(text: string): { readonly value: Json } | undefined {
  try {
    const value: Json = JSON.parse(text);
    return { value };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

interface Way {
  readonly prng: Prng;
  readonly tokens: readonly Uint8Array[];
  readonly depth: number;
}

function changed(value: Json, way: Way): Json {
  const { prng, depth } = way;
  const goesIn = depth < depthMax && prng.below(5) > 0;
  if (goesIn && Array.isArray(value) && value.length > 0) {
    const items: readonly Json[] = value;
    const at = prng.below(items.length);
    if (prng.below(6) === 0) return items.toSpliced(at, prng.below(2), items[at] ?? null);
    return items.with(at, changed(items[at] ?? null, { ...way, depth: depth + 1 }));
  }
  if (goesIn && typeof value === "object" && value !== null) return changedMember(value, way);
  return otherThan(value, way);
}

function changedMember(value: object, way: Way): Json {
  const { prng, depth } = way;
  const members: (readonly [string, Json])[] = Object.entries(value);
  const at = prng.below(Math.max(1, members.length));
  const member = members[at];
  if (member === undefined) return {};
  const [name, inner] = member;
  switch (prng.below(8)) {
    case 0:
      return Object.fromEntries(members.toSpliced(at, 1));
    case 1:
      return Object.fromEntries(members.with(at, [`${name}x`, inner]));
    default: {
      const next = changed(inner, { ...way, depth: depth + 1 });
      return Object.fromEntries(members.with(at, [name, next]));
    }
  }
}

function otherThan(value: Json, { prng, tokens }: Way): Json {
  const token = tokens[prng.below(Math.max(1, tokens.length))];
  if (token !== undefined && prng.below(3) === 0) return textFromBytes(token);
  if (typeof value === "string" && prng.below(2) === 0) {
    const at = prng.below(value.length + 1);
    return value.slice(0, at) + String.fromCharCode(prng.below(0x250)) + value.slice(at + 1);
  }
  return values[prng.below(values.length)] ?? null;
}
