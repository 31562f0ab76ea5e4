/**
 * Amino JSON as the SDK writes it: names sorted, no white space, and Go's escapes, `<`, `>` and
 * `&` among them (encoding/json). Hardware wallets show and sign these bytes.
 */
export type AminoValue =
  string | boolean | readonly AminoValue[] | { readonly [name: string]: AminoValue | undefined };

/** Names whose value is undefined are left out. */
export function aminoJson(value: AminoValue): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "boolean") return value ? "true" : "false";
  if (isList(value)) return `[${value.map(aminoJson).join(",")}]`;
  const members: string[] = [];
  for (const [name, member] of Object.entries(value).toSorted(byName)) {
    if (member !== undefined) members.push(`${quoted(name)}:${aminoJson(member)}`);
  }
  return `{${members.join(",")}}`;
}

function isList(value: AminoValue): value is readonly AminoValue[] {
  return Array.isArray(value);
}

/** Names are ASCII and unique. */
function byName(left: readonly [string, unknown], right: readonly [string, unknown]): number {
  return left[0] < right[0] ? -1 : 1;
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};
// oxlint-disable-next-line no-control-regex -- control characters are what has to be escaped
const escaped = /["\\\u0000-\u001f<>&\u2028\u2029]/g;

function quoted(text: string): string {
  return `"${text.replace(escaped, escape)}"`;
}

function escape(character: string): string {
  const short = escapes[character];
  if (short !== undefined) return short;
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
}

/** A 64-bit number, left out when it is zero. */
export function aminoNumber(value: bigint): string | undefined {
  return value === 0n ? undefined : value.toString();
}

/** A text, left out when it is empty. */
export function aminoText(value: string): string | undefined {
  return value === "" ? undefined : value;
}
