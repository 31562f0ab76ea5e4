import { createRequire } from "node:module";
import {
  createCrypto,
  CryptoError,
  type Crypto,
  type Ed25519Library,
  type Secp256k1Library,
} from "./crypto.ts";

/** The parts of sodium-native that are used; it writes into memory that the caller brings. */
interface NativeSodium {
  crypto_sign_verify_detached: (...parts: readonly Uint8Array[]) => boolean;
  crypto_sign_detached: (...parts: readonly Uint8Array[]) => void;
  crypto_sign_seed_keypair: (...parts: readonly Uint8Array[]) => void;
}

/** The parts of secp256k1 that are used. */
interface NativeSecp256k1 {
  ecdsaVerify: (...parts: readonly Uint8Array[]) => boolean;
  ecdsaSign: (...parts: readonly Uint8Array[]) => { readonly signature: Uint8Array };
  privateKeyVerify: (secretKey: Uint8Array) => boolean;
  publicKeyCreate: (secretKey: Uint8Array, compressed: boolean) => Uint8Array;
  publicKeyConvert: (publicKey: Uint8Array, compressed: boolean) => Uint8Array;
}

type Loader = (name: string) => unknown;

const require: Loader = createRequire(import.meta.url);

/**
 * libsodium and libsecp256k1 as native code. `secp256k1/bindings` is asked for by its own name:
 * the package's front door falls back to elliptic, thirty times slower, without a word. A faster
 * keccak256 than JavaScript's is instantiated asynchronously: whoever starts the process brings it.
 * @throws CryptoError `NATIVE_MISSING` with the loader's error as its cause.
 */
export function createNativeCrypto(
  options: { readonly loader?: Loader; readonly keccak256?: Crypto["keccak256"] } = {},
): Crypto {
  const { loader = require, keccak256 } = options;
  const sodium = attempt(loader, "sodium-native");
  if (!isSodium(sodium)) throw missing("sodium-native");
  const secp256k1 = attempt(loader, "secp256k1/bindings");
  if (!isSecp256k1(secp256k1)) throw missing("secp256k1/bindings");
  return createCrypto({
    name: "native",
    ed25519: ed25519From(sodium),
    secp256k1: secp256k1From(secp256k1),
    keccak256,
  });
}

function attempt(loader: Loader, name: string): unknown {
  try {
    return loader(name);
  } catch (cause) {
    throw missing(name, cause);
  }
}

function missing(library: string, cause?: unknown): CryptoError {
  return new CryptoError({ code: "NATIVE_MISSING", facts: { library }, cause });
}

function hasFunctions(loaded: unknown, names: readonly string[]): boolean {
  return (
    typeof loaded === "object" &&
    loaded !== null &&
    names.every((name) => typeof Reflect.get(loaded, name) === "function")
  );
}

function isSodium(loaded: unknown): loaded is NativeSodium {
  return hasFunctions(loaded, [
    "crypto_sign_verify_detached",
    "crypto_sign_detached",
    "crypto_sign_seed_keypair",
  ]);
}

function isSecp256k1(loaded: unknown): loaded is NativeSecp256k1 {
  return hasFunctions(loaded, [
    "ecdsaVerify",
    "ecdsaSign",
    "privateKeyVerify",
    "publicKeyCreate",
    "publicKeyConvert",
  ]);
}

function ed25519From(sodium: NativeSodium): Ed25519Library {
  const pairOf = (seed: Uint8Array): readonly [Uint8Array, Uint8Array] => {
    const publicKey = new Uint8Array(32);
    const secretKey = new Uint8Array(64);
    sodium.crypto_sign_seed_keypair(publicKey, secretKey, seed);
    return [publicKey, secretKey];
  };
  return {
    acceptsStrictly: ({ publicKey, message, signature }) =>
      sodium.crypto_sign_verify_detached(signature, message, publicKey),
    publicKey: (seed) => pairOf(seed)[0],
    sign({ seed, message }) {
      const signature = new Uint8Array(64);
      sodium.crypto_sign_detached(signature, message, pairOf(seed)[1]);
      return signature;
    },
  };
}

/** What the library throws where the key or the signature is no such thing. */
const unparsable: ReadonlySet<string> = new Set([
  "Signature could not be parsed",
  "Public Key could not be parsed",
]);

function secp256k1From(library: NativeSecp256k1): Secp256k1Library {
  return {
    accepts({ publicKey, digest, signature }) {
      try {
        return library.ecdsaVerify(signature, digest, publicKey);
      } catch (error) {
        if (error instanceof Error && unparsable.has(error.message)) return false;
        throw error;
      }
    },
    sign: ({ secretKey, digest }) => library.ecdsaSign(digest, secretKey).signature,
    isSecretKey: (secretKey) => library.privateKeyVerify(secretKey),
    publicKey: (secretKey) => library.publicKeyCreate(secretKey, true),
    decompress(publicKey) {
      try {
        return library.publicKeyConvert(publicKey, false);
      } catch (error) {
        if (error instanceof Error && unparsable.has(error.message)) return undefined;
        throw error;
      }
    },
  };
}
