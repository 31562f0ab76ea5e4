/** Validators' keys: their wire form and the addresses that they give. */
import { emptyBytes } from "#base";
import type { MessageValue, publicKeyWire } from "#codec";
import { ed25519Address, secp256k1Address } from "#crypto";
import { createAddress } from "./create.ts";
import type { Address, PublicKey } from "./model.ts";
import { typesError } from "./types-error.ts";

export const publicKeyBytes = { ed25519: 32, secp256k1: 33 } as const;

/** @throws TypesError `LENGTH` for a key of another size than its type's. */
export function createPublicKey(key: PublicKey): PublicKey {
  if (key.bytes.length !== publicKeyBytes[key.type]) {
    throw typesError("LENGTH", { field: key.type, length: key.bytes.length });
  }
  return key;
}

export function validatorAddress(key: PublicKey): Address {
  const address = key.type === "ed25519" ? ed25519Address : secp256k1Address;
  return createAddress(address(key.bytes));
}

export function publicKeyToWire(key: PublicKey): MessageValue<typeof publicKeyWire> {
  return {
    ed25519: key.type === "ed25519" ? key.bytes : emptyBytes,
    secp256k1: key.type === "secp256k1" ? key.bytes : emptyBytes,
  };
}

export function publicKeyFromWire(wire: MessageValue<typeof publicKeyWire>): PublicKey {
  const { ed25519, secp256k1 } = wire;
  if (ed25519.length > 0 === secp256k1.length > 0) {
    throw typesError("ONEOF_INVALID", { field: "public key" });
  }
  return ed25519.length > 0
    ? createPublicKey({ type: "ed25519", bytes: ed25519 })
    : createPublicKey({ type: "secp256k1", bytes: secp256k1 });
}
