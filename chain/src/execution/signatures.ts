/** Whether a signer's key made a transaction's signature; single keys and one level of multisig. */
import { emptyBytes } from "#base";
import {
  CodecError,
  multiSignatureWire,
  signMode,
  type CompactBitArray,
  type ModeInfo,
} from "#codec";
import type { Crypto } from "#crypto";
import { acceptsSignature } from "./accepts-signature.ts";
import type { AccountKey, MultisigKey, SingleKey } from "./account-key.ts";
import { refusals, TxError } from "./refusals.ts";
import { aminoSignBytes, directSignBytes, type SignerFacts } from "./sign-bytes.ts";
import type { Transaction } from "./transaction.ts";

export interface SignatureClaim {
  readonly transaction: Transaction;
  readonly key: AccountKey;
  readonly modeInfo: ModeInfo;
  readonly signature: Uint8Array;
  readonly facts: SignerFacts;
}

/** Nothing where it is, else why not. */
export function signatureFault(claim: SignatureClaim, crypto: Crypto): string | undefined {
  const { key, modeInfo } = claim;
  if (key.kind === "multisig") return multisigFault({ ...claim, key }, crypto);
  if (modeInfo.single === undefined) return "a single key needs a single signature";
  const { mode } = modeInfo.single;
  return singleFault({ ...claim, key, mode }, crypto);
}

function singleFault(
  claim: SignatureClaim & { readonly key: SingleKey; readonly mode: number },
  crypto: Crypto,
): string | undefined {
  const { key, signature } = claim;
  const signBytes = signBytesOf(claim, claim.mode);
  const accepted = acceptsSignature({ key, signBytes, signature }, crypto);
  return accepted ? undefined : "unable to verify single signer signature";
}

function signBytesOf(claim: SignatureClaim, mode: number): Uint8Array {
  if (mode === signMode.direct) return directSignBytes(claim.transaction, claim.facts);
  if (mode === signMode.legacyAminoJson) return aminoSignBytes(claim.transaction, claim.facts);
  throw new TxError(refusals.UNAUTHORIZED, `unsupported sign mode ${mode}`);
}

function multisigFault(
  claim: SignatureClaim & { readonly key: MultisigKey },
  crypto: Crypto,
): string | undefined {
  const unusable = multisigKeyFault(claim.key);
  if (unusable !== undefined) return unusable;
  const parts = partsOf(claim);
  if (typeof parts === "string") return parts;
  for (const [index, part] of parts.entries()) {
    const fault = singleFault({ ...claim, ...part }, crypto);
    if (fault !== undefined) return `unable to verify signature at index ${index}`;
  }
  return undefined;
}

/** One member's share of a multi-signature. */
interface Part {
  readonly key: SingleKey;
  readonly mode: number;
  readonly signature: Uint8Array;
}

function partsOf(claim: SignatureClaim & { readonly key: MultisigKey }): Part[] | string {
  const { key, modeInfo } = claim;
  const { multi } = modeInfo;
  if (multi?.bitarray === undefined) return "a multisig key needs a multi-signature";
  const members = membersOf(multi.bitarray, key.keys);
  const signatures = signaturesOf(claim.signature);
  if (typeof members === "string") return members;
  if (typeof signatures === "string") return signatures;
  if (members.length < key.threshold) {
    return `not enough signatures set, have ${members.length}, expected ${key.threshold}`;
  }
  if (signatures.length !== members.length || multi.modeInfos.length !== members.length) {
    return `${members.length} members, but ${signatures.length} signatures`;
  }
  return members.map((member, index) => ({
    key: member,
    // A member that is a multi-signature itself has no mode: zero is none that is accepted.
    mode: multi.modeInfos[index]?.single?.mode ?? signMode.unspecified,
    signature: signatures[index] ?? emptyBytes,
  }));
}

/** What makes a multi-signature key unusable, whoever signs. */
function multisigKeyFault(key: MultisigKey): string | undefined {
  if (key.threshold < 1 || key.threshold > key.keys.length) {
    return `threshold ${key.threshold} of ${key.keys.length} keys`;
  }
  const seen = new Set<string>();
  for (const member of key.keys) {
    if (member.kind === "multisig") return "nested multisig is not accepted";
    if (member.kind === "ed25519") return "ED25519 public keys are unsupported";
    seen.add(`${member.kind} ${member.bytes.join(" ")}`);
  }
  return seen.size === key.keys.length ? undefined : "duplicate public keys";
}

/** The members whose bits are set, or what is wrong with the bits. */
function membersOf(bits: CompactBitArray, keys: readonly AccountKey[]): SingleKey[] | string {
  const count = bitCount(bits);
  if (count !== keys.length) return `bit array size is incorrect, expecting: ${keys.length}`;
  const members: SingleKey[] = [];
  for (const [index, key] of keys.entries()) {
    if (!hasBit(bits, index)) continue;
    if (key.kind === "multisig") return "nested multisig is not accepted";
    members.push(key);
  }
  return members;
}

function bitCount({ extraBitsStored, elems }: CompactBitArray): number {
  return extraBitsStored === 0 ? elems.length * 8 : (elems.length - 1) * 8 + extraBitsStored;
}

export function hasBit({ elems }: CompactBitArray, index: number): boolean {
  return (((elems[index >> 3] ?? 0) >> (7 - (index & 7))) & 1) === 1;
}

function signaturesOf(bytes: Uint8Array): readonly Uint8Array[] | string {
  try {
    return multiSignatureWire.decode(bytes, { strict: true, unknown: "reject" }).signatures;
  } catch (error) {
    if (error instanceof CodecError) return `malformed multi-signature: ${error.message}`;
    throw error;
  }
}
