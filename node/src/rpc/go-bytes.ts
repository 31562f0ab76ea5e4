/** Hex and base64 as Go decodes them, refused with Go's words. */
import { ok, refused, type Result } from "@pyralog/chain/base";

export function bytesFromGoHex(text: string): Result<Uint8Array, string> {
  const bytes = new TextEncoder().encode(text);
  const pairs = new Uint8Array(bytes.length >> 1);
  for (const [index, byte] of bytes.entries()) {
    const value = hexValue(byte);
    if (value === undefined) return refused(`encoding/hex: invalid byte: ${spelledByte(byte)}`);
    pairs[index >> 1] = ((pairs[index >> 1] ?? 0) << 4) | value;
  }
  return bytes.length % 2 === 0 ? ok(pairs) : refused("encoding/hex: odd length hex string");
}

function hexValue(byte: number): number | undefined {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : undefined;
}

/** `%#U` */
function spelledByte(byte: number): string {
  const code = `U+${byte.toString(16).toUpperCase().padStart(4, "0")}`;
  const printable = byte >= 0x20 && byte !== 0x7f && (byte < 0x80 || byte > 0xa0);
  return printable ? `${code} '${String.fromCodePoint(byte)}'` : code;
}

/** Standard base64 with padding; line breaks are skipped and stray low bits forgiven, as in Go. */
export function bytesFromGoBase64(text: string): Result<Uint8Array, string> {
  const corrupt = corruptAt(text);
  if (corrupt !== undefined) return refused(`illegal base64 data at input byte ${String(corrupt)}`);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return ok(bytes);
}

/** Where Go's decoder stops; nothing where it does not (encoding/base64 `decodeQuantum`). */
function corruptAt(text: string): number | undefined {
  const digits = /[A-Za-z0-9+/\r\n]*/y;
  digits.exec(text);
  const padding = digits.lastIndex;
  const count = padding - (text.slice(0, padding).match(/[\r\n]/g)?.length ?? 0);
  const over = count % 4;
  // Go names the first byte of a quantum that the end cuts short, not counting line breaks.
  if (padding === text.length) return over === 0 ? undefined : padding - over;
  if (text[padding] !== "=" || over < 2) return padding;
  const breaks = /[\r\n]*/y;
  breaks.lastIndex = padding + 1;
  breaks.exec(text);
  if (over === 2) {
    if (breaks.lastIndex === text.length) return text.length;
    if (text[breaks.lastIndex] !== "=") return breaks.lastIndex - 1;
    breaks.lastIndex++;
    breaks.exec(text);
  }
  return breaks.lastIndex === text.length ? undefined : breaks.lastIndex;
}
