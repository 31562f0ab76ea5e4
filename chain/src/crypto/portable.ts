import { defined } from "#base";
import { createCrypto, type Crypto, type Ed25519Library, type Secp256k1Library } from "./crypto.ts";

/** The parts of libsodium-wrappers that are used, once its `ready` has come. */
export interface PortableSodium {
  crypto_sign_verify_detached: (
    ...parts: [signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array]
  ) => boolean;
  crypto_sign_detached: (message: Uint8Array, secretKey: Uint8Array) => Uint8Array;
  crypto_sign_seed_keypair: (seed: Uint8Array) => {
    readonly publicKey: Uint8Array;
    readonly privateKey: Uint8Array;
  };
}

/** The parts of tiny-secp256k1 that are used. */
export interface PortableSecp256k1 {
  verify: (
    ...parts: [digest: Uint8Array, publicKey: Uint8Array, signature: Uint8Array, strict: boolean]
  ) => boolean;
  sign: (digest: Uint8Array, secretKey: Uint8Array) => Uint8Array;
  isPrivate: (secretKey: Uint8Array) => boolean;
  isPoint: (publicKey: Uint8Array) => boolean;
  pointFromScalar: (secretKey: Uint8Array, compressed: boolean) => Uint8Array | null;
  pointCompress: (publicKey: Uint8Array, compressed: boolean) => Uint8Array;
}

/**
 * The same two C libraries as WebAssembly, where the native ones have no build. They are
 * instantiated asynchronously, so whoever starts the process brings them.
 */
export function createPortableCrypto(libraries: {
  readonly sodium: PortableSodium;
  readonly secp256k1: PortableSecp256k1;
  readonly keccak256?: Crypto["keccak256"];
}): Crypto {
  return createCrypto({
    name: "portable",
    ed25519: ed25519From(libraries.sodium),
    secp256k1: secp256k1From(libraries.secp256k1),
    keccak256: libraries.keccak256,
  });
}

function ed25519From(sodium: PortableSodium): Ed25519Library {
  return {
    acceptsStrictly: ({ publicKey, message, signature }) =>
      sodium.crypto_sign_verify_detached(signature, message, publicKey),
    publicKey: (seed) => sodium.crypto_sign_seed_keypair(seed).publicKey,
    sign: ({ seed, message }) =>
      sodium.crypto_sign_detached(message, sodium.crypto_sign_seed_keypair(seed).privateKey),
  };
}

/** What the library throws where the key or the signature is no such thing. */
const unparsable: ReadonlySet<string> = new Set(["Expected Signature", "Expected Point"]);

function secp256k1From(library: PortableSecp256k1): Secp256k1Library {
  return {
    accepts({ publicKey, digest, signature }) {
      try {
        return library.verify(digest, publicKey, signature, true);
      } catch (error) {
        if (error instanceof TypeError && unparsable.has(error.message)) return false;
        throw error;
      }
    },
    sign: ({ secretKey, digest }) => library.sign(digest, secretKey),
    isSecretKey: (secretKey) => library.isPrivate(secretKey),
    publicKey: (secretKey) =>
      defined(library.pointFromScalar(secretKey, true) ?? undefined, "a secret key has a point"),
    decompress: (publicKey) =>
      library.isPoint(publicKey) ? library.pointCompress(publicKey, false) : undefined,
  };
}
