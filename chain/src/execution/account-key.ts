/**
 * Public keys of accounts: their Any form, the address that each derives, and their amino form. A
 * multi-signature key is decoded to any depth below the limit, so that it can be refused for what
 * it is; only single keys inside one are accepted.
 */
import { bytesFromHex, ChainError, concatBytes, equalBytes } from "#base";
import { keyWire, legacyAminoPubKeyWire, Writer, type Any } from "#codec";
import { ethAddress, secp256k1Address, sha256, type Crypto } from "#crypto";
import { createAddress, type Address } from "#types";
import type { GenesisNode } from "./genesis-node.ts";
import { limits } from "./limits.ts";
import { refusals, TxError } from "./refusals.ts";

export interface SingleKey {
  readonly kind: "secp256k1" | "ethsecp256k1" | "ed25519";
  readonly bytes: Uint8Array;
}

export interface MultisigKey {
  readonly kind: "multisig";
  readonly threshold: number;
  readonly keys: readonly AccountKey[];
}

export type AccountKey = SingleKey | MultisigKey;

interface KeyForm {
  readonly kind: SingleKey["kind"];
  readonly typeUrl: string;
  readonly length: number;
  readonly aminoName: string;
  /** The first bytes of sha256 of the amino name, and the key's length. */
  readonly aminoPrefix: Uint8Array;
}

const forms: readonly KeyForm[] = [
  {
    kind: "secp256k1",
    typeUrl: "/cosmos.crypto.secp256k1.PubKey",
    length: 33,
    aminoName: "tendermint/PubKeySecp256k1",
    aminoPrefix: bytesFromHex("eb5ae98721"),
  },
  {
    kind: "ethsecp256k1",
    typeUrl: "/cosmos.evm.crypto.v1.ethsecp256k1.PubKey",
    length: 33,
    aminoName: "os/PubKeyEthSecp256k1",
    aminoPrefix: bytesFromHex("5d7423df21"),
  },
  {
    kind: "ed25519",
    typeUrl: "/cosmos.crypto.ed25519.PubKey",
    length: 32,
    aminoName: "tendermint/PubKeyEd25519",
    aminoPrefix: bytesFromHex("1624de6420"),
  },
];
const formByUrl = new Map(forms.map((form) => [form.typeUrl, form]));
const formByKind = new Map(forms.map((form) => [form.kind, form]));

const multisigTypeUrl = "/cosmos.crypto.multisig.LegacyAminoPubKey";
const multisigAminoPrefix = bytesFromHex("22c1f7e2");
const strictly = { unknown: "reject", strict: true, itemsMax: limits.itemsMax } as const;

/** @throws TxError `TX_DECODE` or `INVALID_PUBKEY` */
export function accountKeyFromAny(any: Any, depth = 1): AccountKey {
  if (depth > limits.keyDepthMax) throw new TxError(refusals.TX_DECODE, "recursion limit exceeded");
  if (any.typeUrl === multisigTypeUrl) return multisigFromAny(any, depth);
  const form = formByUrl.get(any.typeUrl);
  if (form === undefined) {
    throw new TxError(refusals.TX_DECODE, `unable to resolve type URL ${shown(any.typeUrl)}`);
  }
  const { key } = decodeKey(() => keyWire.decode(any.value, strictly));
  if (key.length !== form.length) {
    throw new TxError(refusals.INVALID_PUBKEY, `length of pubkey is incorrect: ${key.length}`);
  }
  return { kind: form.kind, bytes: key.slice() };
}

/** A single key as genesis writes it: `{"@type": "/cosmos.crypto.secp256k1.PubKey", "key": …}`. */
export function accountKeyFromGenesis(node: GenesisNode): AccountKey {
  const typeUrl = node.at("@type").text();
  const key = node.at("key").bytes();
  try {
    return accountKeyFromAny({ typeUrl, value: keyWire.encode({ key }) });
  } catch (error) {
    if (!(error instanceof TxError)) throw error;
    return node.refuse(`write a public key of a known type (${error.message})`);
  }
}

function multisigFromAny(any: Any, depth: number): MultisigKey {
  const value = decodeKey(() => legacyAminoPubKeyWire.decode(any.value, strictly));
  if (value.publicKeys.length > limits.multisigKeysDecoded) {
    throw new TxError(refusals.INVALID_PUBKEY, `too many keys: ${value.publicKeys.length}`);
  }
  const keys = value.publicKeys.map((inner) => accountKeyFromAny(inner, depth + 1));
  return { kind: "multisig", threshold: value.threshold, keys };
}

function decodeKey<Value>(decode: () => Value): Value {
  try {
    return decode();
  } catch (error) {
    if (error instanceof ChainError) throw new TxError(refusals.TX_DECODE, error.message);
    throw error;
  }
}

function shown(text: string): string {
  return text.slice(0, 128);
}

export function accountKeyToAny(key: AccountKey): Any {
  if (key.kind !== "multisig") {
    return { typeUrl: formOf(key).typeUrl, value: keyWire.encode({ key: key.bytes }) };
  }
  const publicKeys = key.keys.map(accountKeyToAny);
  const value = legacyAminoPubKeyWire.encode({ threshold: key.threshold, publicKeys });
  return { typeUrl: multisigTypeUrl, value };
}

/** @throws TxError `INVALID_PUBKEY` where the bytes name no point of the curve. */
export function addressOfKey(key: AccountKey, crypto: Crypto): Address {
  switch (key.kind) {
    case "secp256k1":
      return createAddress(secp256k1Address(key.bytes));
    case "ethsecp256k1":
      return createAddress(ethAddress(decompress(key.bytes, crypto)));
    case "ed25519":
      return createAddress(sha256(key.bytes).slice(0, 20));
    case "multisig":
      return createAddress(sha256(aminoFromKey(key)).slice(0, 20));
  }
}

function decompress(key: Uint8Array, crypto: Crypto): Uint8Array {
  try {
    return crypto.decompressSecp256k1(key);
  } catch (error) {
    if (error instanceof ChainError) throw new TxError(refusals.INVALID_PUBKEY, error.message);
    throw error;
  }
}

/** The amino bytes whose hash is a multi-signature account's address. */
function aminoFromKey(key: AccountKey): Uint8Array {
  if (key.kind !== "multisig") return concatBytes([formOf(key).aminoPrefix, key.bytes]);
  const writer = new Writer();
  writer.raw(multisigAminoPrefix);
  writer.uint32(0x08);
  writer.uint32(key.threshold);
  for (const inner of key.keys) {
    writer.uint32(0x12);
    writer.bytes(aminoFromKey(inner));
  }
  return writer.finish();
}

function formOf(key: SingleKey): KeyForm {
  const form = formByKind.get(key.kind);
  if (form === undefined) throw new TxError(refusals.INVALID_PUBKEY, key.kind);
  return form;
}

/** Single keys in it, itself or inside: what the signature limit counts. */
export function countKeys(key: AccountKey): number {
  if (key.kind !== "multisig") return 1;
  return key.keys.reduce((count, inner) => count + countKeys(inner), 0);
}

export function equalKeys(left: AccountKey, right: AccountKey): boolean {
  if (left.kind === "multisig" || right.kind === "multisig") {
    return equalBytes(aminoFromKey(left), aminoFromKey(right));
  }
  return left.kind === right.kind && equalBytes(left.bytes, right.bytes);
}
