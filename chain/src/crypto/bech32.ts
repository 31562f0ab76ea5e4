import { bech32 } from "@scure/base";
import { ChainError } from "#base";

/** - `BECH32_MALFORMED`: wrong alphabet, mixed case, checksum, padding or length. */
export type Bech32ErrorCode = "BECH32_MALFORMED";

export class Bech32Error extends ChainError<Bech32ErrorCode> {}

/** The limit of Cosmos; BIP-173's own of 90 is too short for long keys. */
const charactersMax = 1023;

export function bech32FromBytes(spelled: {
  readonly prefix: string;
  readonly bytes: Uint8Array;
}): string {
  const words = bech32.toWords(spelled.bytes);
  return bech32.encode(spelled.prefix, words, charactersMax);
}

/** @throws Bech32Error `BECH32_MALFORMED` */
export function bytesFromBech32(text: string): {
  readonly prefix: string;
  readonly bytes: Uint8Array;
} {
  const decoded = bech32.decodeUnsafe(text, charactersMax);
  const bytes = decoded === undefined ? undefined : bech32.fromWordsUnsafe(decoded.words);
  if (decoded === undefined || bytes === undefined) {
    throw new Bech32Error({ code: "BECH32_MALFORMED", facts: { length: text.length } });
  }
  return { prefix: decoded.prefix, bytes: Uint8Array.from(bytes) };
}
