import { assert, ChainError } from "#base";
import { keccak256, sha256 } from "./hash.ts";
import { acceptsZip215 } from "./zip215.ts";

/**
 * - `NATIVE_MISSING`: a native library does not load here; the portable entry takes its place.
 * - `SECRET_KEY_INVALID`: not the length of a secret key, or zero, or not below the group's order.
 * - `PUBLIC_KEY_INVALID`: the bytes name no point of the curve.
 */
export type CryptoErrorCode = "NATIVE_MISSING" | "SECRET_KEY_INVALID" | "PUBLIC_KEY_INVALID";

export class CryptoError extends ChainError<CryptoErrorCode> {}

export interface SignedMessage {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

export interface SignedDigest {
  readonly publicKey: Uint8Array;
  readonly digest: Uint8Array;
  readonly signature: Uint8Array;
}

/** Signatures, with one verdict per rule whichever library gives it (DESIGN §6.5, §6.6). */
export interface Crypto {
  readonly name: "native" | "portable";
  /** The verdict of ZIP-215. A wrong length is refused, like any other forgery. */
  verifyEd25519(signed: SignedMessage): boolean;
  /** The secret key is the 32-byte seed. */
  signEd25519(work: { readonly secretKey: Uint8Array; readonly message: Uint8Array }): Uint8Array;
  ed25519PublicKey(secretKey: Uint8Array): Uint8Array;
  /** Over sha256 of the message; r ‖ s in 64 bytes, low s only; a compressed key of 33 bytes. */
  verifySecp256k1(signed: SignedMessage): boolean;
  /** As `verifySecp256k1`, over a digest of 32 bytes that the caller made. */
  verifySecp256k1Digest(signed: SignedDigest): boolean;
  /** RFC 6979, low s: the same signature on every machine. */
  signSecp256k1Digest(work: {
    readonly secretKey: Uint8Array;
    readonly digest: Uint8Array;
  }): Uint8Array;
  /** Compressed, 33 bytes. */
  secp256k1PublicKey(secretKey: Uint8Array): Uint8Array;
  /** From 33 bytes to 65. @throws CryptoError `PUBLIC_KEY_INVALID` */
  decompressSecp256k1(publicKey: Uint8Array): Uint8Array;
  /** Ethereum's hash, by the fastest code that whoever started the process had. */
  keccak256(message: Uint8Array): Uint8Array;
}

/** What a library has to offer. Lengths were checked before each call. */
export interface Ed25519Library {
  /** May refuse what ZIP-215 accepts; must never accept what ZIP-215 refuses. */
  acceptsStrictly(signed: SignedMessage): boolean;
  sign(work: { readonly seed: Uint8Array; readonly message: Uint8Array }): Uint8Array;
  publicKey(seed: Uint8Array): Uint8Array;
}

export interface Secp256k1Library {
  /** Refuses a high s, an unparsable key and an unparsable signature alike. */
  accepts(signed: SignedDigest): boolean;
  sign(work: { readonly secretKey: Uint8Array; readonly digest: Uint8Array }): Uint8Array;
  isSecretKey(secretKey: Uint8Array): boolean;
  publicKey(secretKey: Uint8Array): Uint8Array;
  /** Nothing where the bytes are no point. */
  decompress(publicKey: Uint8Array): Uint8Array | undefined;
}

export function createCrypto(libraries: {
  readonly name: Crypto["name"];
  readonly ed25519: Ed25519Library;
  readonly secp256k1: Secp256k1Library;
  readonly keccak256?: Crypto["keccak256"] | undefined;
}): Crypto {
  const { name, ed25519, secp256k1 } = libraries;
  const verifySecp256k1Digest = (signed: SignedDigest): boolean =>
    signed.publicKey.length === 33 &&
    signed.signature.length === 64 &&
    signed.digest.length === 32 &&
    secp256k1.accepts(signed);
  const knownSecret = (secretKey: Uint8Array): Uint8Array => {
    if (secretKey.length === 32 && secp256k1.isSecretKey(secretKey)) return secretKey;
    throw new CryptoError({ code: "SECRET_KEY_INVALID", facts: { length: secretKey.length } });
  };
  return Object.freeze({
    name,
    keccak256: libraries.keccak256 ?? keccak256,
    verifyEd25519: (signed: SignedMessage) =>
      signed.publicKey.length === 32 &&
      signed.signature.length === 64 &&
      (ed25519.acceptsStrictly(signed) || acceptsZip215(signed)),
    signEd25519: ({ secretKey, message }) => ed25519.sign({ seed: seedOf(secretKey), message }),
    ed25519PublicKey: (secretKey) => ed25519.publicKey(seedOf(secretKey)),
    verifySecp256k1: ({ publicKey, message, signature }) =>
      verifySecp256k1Digest({ publicKey, digest: sha256(message), signature }),
    verifySecp256k1Digest,
    signSecp256k1Digest: ({ secretKey, digest }) => {
      assert(digest.length === 32, "a digest to sign has 32 bytes");
      return secp256k1.sign({ secretKey: knownSecret(secretKey), digest });
    },
    secp256k1PublicKey: (secretKey) => secp256k1.publicKey(knownSecret(secretKey)),
    decompressSecp256k1: (publicKey) => {
      const whole = publicKey.length === 33 ? secp256k1.decompress(publicKey) : undefined;
      if (whole !== undefined) return whole;
      throw new CryptoError({ code: "PUBLIC_KEY_INVALID", facts: { length: publicKey.length } });
    },
  } satisfies Crypto);
}

function seedOf(secretKey: Uint8Array): Uint8Array {
  if (secretKey.length === 32) return secretKey;
  throw new CryptoError({ code: "SECRET_KEY_INVALID", facts: { length: secretKey.length } });
}
