import { ChainError } from "./chain-error.ts";

const digits: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, "0"),
);
const pattern = /^(?:[0-9a-fA-F]{2})*$/;

/** Lower case, two digits a byte. */
export function hexFromBytes(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += digits[byte] ?? "";
  return text;
}

/** @throws ChainError `HEX_MALFORMED` on an odd length or another character. No `0x` prefix. */
export function bytesFromHex(text: string): Uint8Array {
  if (!pattern.test(text)) {
    throw new ChainError({ code: "HEX_MALFORMED", facts: { length: text.length } });
  }
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(text.slice(index * 2, index * 2 + 2), 16);
  }
  return bytes;
}
