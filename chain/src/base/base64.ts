import { ChainError } from "./chain-error.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const pattern = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const values = new Map<string, number>(alphabet.split("").map((letter, value) => [letter, value]));

/** Standard base64 with padding (RFC 4648 §4). */
export function base64FromBytes(bytes: Uint8Array): string {
  let text = "";
  for (let offset = 0; offset < bytes.length; offset += 3) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(offset, offset + 3);
    const word = (first << 16) | (second << 8) | third;
    const quad = [word >> 18, (word >> 12) & 63, (word >> 6) & 63, word & 63];
    const letters = Math.min(bytes.length - offset, 3) + 1;
    for (let index = 0; index < 4; index++) {
      text += index < letters ? (alphabet[quad[index] ?? 0] ?? "") : "=";
    }
  }
  return text;
}

/** @throws ChainError `BASE64_MALFORMED` on missing padding or a foreign character. */
export function bytesFromBase64(text: string): Uint8Array {
  if (!pattern.test(text)) {
    throw new ChainError({ code: "BASE64_MALFORMED", facts: { length: text.length } });
  }
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let word = 0;
  for (let index = 0, offset = 0; index < text.length; index++) {
    word = (word << 6) | (values.get(text[index] ?? "") ?? 0);
    if (index % 4 !== 3) continue;
    for (let shift = 16; shift >= 0 && offset < bytes.length; shift -= 8) {
      bytes[offset++] = (word >> shift) & 0xff;
    }
    word = 0;
  }
  return bytes;
}
