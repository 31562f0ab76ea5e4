/**
 * Signatures for simulations: keyed hashes, sixty times cheaper than real ones and as hard to mix
 * up. Forging one is easy for whoever tries; nobody here does, since what forgers can do is tested
 * with real keys.
 */
import { concatBytes, equalBytes } from "@pyralog/chain/base";
import { keccak256, sha256, type Crypto } from "@pyralog/chain/crypto";

type SignedDigest = Parameters<Crypto["verifySecp256k1Digest"]>[0];

const compressedHead = 2;
const uncompressedHead = 4;

export function createSimCrypto(): Crypto {
  return {
    name: "portable",
    keccak256,
    ed25519PublicKey,
    signEd25519: ({ secretKey, message }) => seal(ed25519PublicKey(secretKey), message),
    verifyEd25519: ({ publicKey, message, signature }) =>
      equalBytes(signature, seal(publicKey, message)),
    secp256k1PublicKey,
    signSecp256k1Digest: ({ secretKey, digest }) => seal(secp256k1PublicKey(secretKey), digest),
    verifySecp256k1Digest,
    verifySecp256k1: ({ publicKey, message, signature }) =>
      verifySecp256k1Digest({ publicKey, digest: sha256(message), signature }),
    decompressSecp256k1: (publicKey) =>
      concatBytes([Uint8Array.of(uncompressedHead), sha256(publicKey), publicKey.subarray(1)]),
  };
}

function ed25519PublicKey(secretKey: Uint8Array): Uint8Array {
  return sha256(secretKey);
}

function secp256k1PublicKey(secretKey: Uint8Array): Uint8Array {
  return concatBytes([Uint8Array.of(compressedHead), sha256(secretKey)]);
}

function verifySecp256k1Digest({ publicKey, digest, signature }: SignedDigest): boolean {
  return equalBytes(signature, seal(publicKey, digest));
}

/** Sixty-four bytes, as both kinds of signature have. */
function seal(publicKey: Uint8Array, message: Uint8Array): Uint8Array {
  const half = sha256(concatBytes([publicKey, message]));
  return concatBytes([half, half]);
}
