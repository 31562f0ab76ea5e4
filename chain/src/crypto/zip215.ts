import { ed25519 } from "@noble/curves/ed25519.js";
import type { SignedMessage } from "./crypto.ts";

/**
 * The exact judge (https://zips.z.cash/zip-0215): encodings of points may be non-canonical, s must
 * be below the order, and the equation is checked with the cofactor. It costs about 1.5 ms, so it
 * is asked only about what a strict library has refused: on honest traffic, never.
 */
export function acceptsZip215({ publicKey, message, signature }: SignedMessage): boolean {
  return ed25519.verify(signature, message, publicKey, { zip215: true });
}
