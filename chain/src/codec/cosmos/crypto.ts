/** Public keys and multi-signatures: proto/cosmos/crypto and proto/cosmos/evm/crypto. */
import { anyWire } from "./base.ts";
import { bytes, byteStrings, message, repeated, uint32, type MessageValue } from "../wire/index.ts";

/** One form for secp256k1, ethsecp256k1 and ed25519 keys; the type URL tells which it is. */
export const keyWire = message("cosmos.crypto.secp256k1.PubKey", { key: bytes(1) });

export const legacyAminoPubKeyWire = message("cosmos.crypto.multisig.LegacyAminoPubKey", {
  threshold: uint32(1),
  publicKeys: repeated(2, anyWire),
});

export const multiSignatureWire = message("cosmos.crypto.multisig.v1beta1.MultiSignature", {
  signatures: byteStrings(1),
});

/** The first bit of a byte is its highest; `extraBitsStored` counts those of the last byte. */
export const compactBitArrayWire = message("cosmos.crypto.multisig.v1beta1.CompactBitArray", {
  extraBitsStored: uint32(1),
  elems: bytes(2),
});
export type CompactBitArray = MessageValue<typeof compactBitArrayWire>;
