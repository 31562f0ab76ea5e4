/** Picks the signature libraries at start: native, or the same C code as WebAssembly. */
import { createKeccak } from "hash-wasm";
import {
  createNativeCrypto,
  createPortableCrypto,
  CryptoError,
  type Crypto,
  type PortableSecp256k1,
  type PortableSodium,
} from "@pyralog/chain/crypto";

type Loader = (name: string) => Promise<unknown>;

/** Asked for by name: neither package has to have a build for this platform. */
const loadModule: Loader = (name) => import(name);

export interface LoadedCrypto {
  readonly crypto: Crypto;
  /** Why the portable entry was taken: the native library that is missing. */
  readonly missing?: string;
}

/** @throws CryptoError `NATIVE_MISSING` where neither form loads. */
export async function loadCrypto(
  options: {
    readonly native?: typeof createNativeCrypto;
    readonly load?: Loader;
  } = {},
): Promise<LoadedCrypto> {
  const keccak256 = await loadKeccak();
  try {
    return { crypto: (options.native ?? createNativeCrypto)({ keccak256 }) };
  } catch (error) {
    if (!(error instanceof CryptoError) || error.code !== "NATIVE_MISSING") throw error;
    const crypto = await loadPortable({ load: options.load ?? loadModule, keccak256 });
    return { crypto, missing: String(error.facts["library"]) };
  }
}

type Keccak = Crypto["keccak256"];

/** Ten times faster than JavaScript, which needs a quarter of what a signature check takes. */
async function loadKeccak(): Promise<Keccak> {
  const hasher = await createKeccak(256);
  return (message) => hasher.init().update(message).digest("binary");
}

async function loadPortable(from: {
  readonly load: Loader;
  readonly keccak256: Keccak;
}): Promise<Crypto> {
  const { load, keccak256 } = from;
  const sodium = unwrapped(await loaded(load, "libsodium-wrappers"));
  if (hasMember(sodium, "ready")) await sodium.ready;
  if (!isSodium(sodium)) throw missing("libsodium-wrappers");
  const secp256k1 = unwrapped(await loaded(load, "tiny-secp256k1"));
  if (!isSecp256k1(secp256k1)) throw missing("tiny-secp256k1");
  return createPortableCrypto({ sodium, secp256k1, keccak256 });
}

async function loaded(load: Loader, name: string): Promise<unknown> {
  try {
    return await load(name);
  } catch (cause) {
    throw missing(name, cause);
  }
}

function missing(library: string, cause?: unknown): CryptoError {
  return new CryptoError({ code: "NATIVE_MISSING", facts: { library }, cause });
}

/** A CommonJS module seen from an ES module lies under `default`. */
function unwrapped(module: unknown): unknown {
  return hasMember(module, "default") ? module.default : module;
}

function hasMember<Name extends string>(
  value: unknown,
  name: Name,
): value is Readonly<Record<Name, unknown>> {
  return typeof value === "object" && value !== null && name in value;
}

function hasFunctions(value: unknown, names: readonly string[]): boolean {
  return names.every((name) => hasMember(value, name) && typeof value[name] === "function");
}

function isSodium(value: unknown): value is PortableSodium {
  return hasFunctions(value, [
    "crypto_sign_verify_detached",
    "crypto_sign_detached",
    "crypto_sign_seed_keypair",
  ]);
}

function isSecp256k1(value: unknown): value is PortableSecp256k1 {
  return hasFunctions(value, [
    "verify",
    "sign",
    "isPrivate",
    "isPoint",
    "pointFromScalar",
    "pointCompress",
  ]);
}
