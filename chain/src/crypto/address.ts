/** From public keys to the 20 bytes that name their owners (DESIGN §6.3). */
import { assert } from "#base";
import { keccak256, ripemd160, sha256 } from "./hash.ts";

/** A validator's: the first 20 bytes of sha256. */
export function ed25519Address(publicKey: Uint8Array): Uint8Array {
  assert(publicKey.length === 32, "an ed25519 key has 32 bytes");
  return sha256(publicKey).slice(0, 20);
}

/** Cosmos' way: ripemd160 ∘ sha256 of the compressed key. */
export function secp256k1Address(publicKey: Uint8Array): Uint8Array {
  assert(publicKey.length === 33, "a compressed secp256k1 key has 33 bytes");
  return ripemd160(sha256(publicKey));
}

/** Ethereum's way: keccak256 of the uncompressed key without its first byte, the last 20 bytes. */
export function ethAddress(publicKey: Uint8Array): Uint8Array {
  assert(publicKey.length === 65, "an uncompressed secp256k1 key has 65 bytes");
  return keccak256(publicKey.subarray(1)).slice(12);
}
