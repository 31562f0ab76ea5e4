import { bytesFromText } from "./bytes.ts";
import { ChainError } from "./chain-error.ts";

const alphabet = bytesFromText("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
const padding = 0x3d;
const pattern = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const values = new Uint8Array(128);
for (const [value, letter] of alphabet.entries()) values[letter] = value;
const decoder = new TextDecoder("latin1");

/** Standard base64 with padding (RFC 4648 §4). */
export function base64FromBytes(bytes: Uint8Array): string {
  const letters = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  for (let from = 0, to = 0; from < bytes.length; from += 3, to += 4) {
    const second = bytes[from + 1];
    const third = bytes[from + 2];
    const word = ((bytes[from] ?? 0) << 16) | ((second ?? 0) << 8) | (third ?? 0);
    letters[to] = alphabet[word >> 18] ?? 0;
    letters[to + 1] = alphabet[(word >> 12) & 63] ?? 0;
    letters[to + 2] = second === undefined ? padding : (alphabet[(word >> 6) & 63] ?? 0);
    letters[to + 3] = third === undefined ? padding : (alphabet[word & 63] ?? 0);
  }
  return decoder.decode(letters);
}

/** @throws ChainError `BASE64_MALFORMED` on missing padding or a foreign character. */
export function bytesFromBase64(text: string): Uint8Array {
  if (!pattern.test(text)) {
    throw new ChainError({ code: "BASE64_MALFORMED", facts: { length: text.length } });
  }
  const padded = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padded);
  let word = 0;
  for (let index = 0, offset = 0; index < text.length; index++) {
    word = (word << 6) | (values[text.charCodeAt(index)] ?? 0);
    if (index % 4 !== 3) continue;
    for (let shift = 16; shift >= 0 && offset < bytes.length; shift -= 8) {
      bytes[offset++] = (word >> shift) & 0xff;
    }
    word = 0;
  }
  return bytes;
}
