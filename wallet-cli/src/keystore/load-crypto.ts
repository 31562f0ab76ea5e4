/** Signing for one person: the native library, or the same C code as WebAssembly. */
import {
  createNativeCrypto,
  createPortableCrypto,
  CryptoError,
  type Crypto,
  type PortableSecp256k1,
  type PortableSodium,
} from "@pyralog/chain/crypto";

/** @throws CryptoError `NATIVE_MISSING` where neither form loads. */
export async function loadCrypto(native: () => Crypto = createNativeCrypto): Promise<Crypto> {
  try {
    return native();
  } catch (error) {
    if (!(error instanceof CryptoError) || error.code !== "NATIVE_MISSING") throw error;
    return loadPortable(error);
  }
}

async function loadPortable(cause: CryptoError): Promise<Crypto> {
  const sodium = await loadModule("libsodium-wrappers");
  if (isRecord(sodium)) await sodium["ready"];
  const secp256k1 = await loadModule("tiny-secp256k1");
  if (isSodium(sodium) && isSecp256k1(secp256k1)) {
    return createPortableCrypto({ sodium, secp256k1 });
  }
  throw cause;
}

/** By name alone: a package may have no build for this platform. CommonJS lies under `default`. */
async function loadModule(name: string): Promise<unknown> {
  const module: unknown = await import(name);
  return isRecord(module) && isRecord(module["default"]) ? module["default"] : module;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isSodium(value: unknown): value is PortableSodium {
  return isRecord(value) && typeof value["crypto_sign_detached"] === "function";
}

function isSecp256k1(value: unknown): value is PortableSecp256k1 {
  return isRecord(value) && typeof value["pointFromScalar"] === "function";
}
