/** How bytes and keys look in CometBFT's JSON. Go writes a nil slice as null, nil hex as "". */
import { base64FromBytes, hexFromBytes } from "#base";
import type { JsonObject } from "./json-node.ts";
import type { PublicKey } from "./model.ts";

/** Hashes and addresses: upper case. */
export function hexToJson(bytes: Uint8Array): string {
  return hexFromBytes(bytes).toUpperCase();
}

/** Signatures, data and keys: standard base64, null where there are none. */
export function bytesToJson(bytes: Uint8Array): string | null {
  return bytes.length === 0 ? null : base64FromBytes(bytes);
}

const keyNames = {
  ed25519: "tendermint/PubKeyEd25519",
  secp256k1: "tendermint/PubKeySecp256k1",
} as const;

export function publicKeyToJson(key: PublicKey): JsonObject {
  return { type: keyNames[key.type], value: base64FromBytes(key.bytes) };
}

/** The key's type for a name, or nothing. */
export function keyTypeFromName(name: string): PublicKey["type"] | undefined {
  if (name === keyNames.ed25519) return "ed25519";
  return name === keyNames.secp256k1 ? "secp256k1" : undefined;
}
