/**
 * Hashes, signatures, addresses and their bech32 spelling. There are two entries, native and
 * portable, over the same C libraries; whoever starts the process picks one and passes it on.
 * Every check that matters to consensus has one verdict: ZIP-215 for ed25519, low s for secp256k1.
 */
export { ed25519Address, ethAddress, secp256k1Address } from "./address.ts";
export { Bech32Error, bech32FromBytes, bytesFromBech32, type Bech32ErrorCode } from "./bech32.ts";
export {
  CryptoError,
  type Crypto,
  type CryptoErrorCode,
  type SignedDigest,
  type SignedMessage,
} from "./crypto.ts";
export { DigestArea, keccak256, ripemd160, sha256, sha512 } from "./hash.ts";
export { createNativeCrypto } from "./native.ts";
export { createPortableCrypto, type PortableSecp256k1, type PortableSodium } from "./portable.ts";
