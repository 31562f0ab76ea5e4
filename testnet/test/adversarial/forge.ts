/** Transactions taken apart and put together otherwise, byte by byte. */
import assert from "node:assert/strict";
import { AuthInfo, TxBody, TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { bytesFromHex, concatBytes } from "@pyralog/chain/base";
import type { Chain } from "../../../node/test/app/a-chain.ts";

export const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** What the pool says, which a block must say as well, without any harm to the chain. */
export function refusalOf(chain: Chain, tx: Uint8Array): readonly [code: number, log: string] {
  const checked = chain.check(tx);
  const before = chain.appHash;
  const [delivered] = chain.block(tx);
  assert.equal(delivered?.code, checked.code, `${checked.log} ≠ ${delivered?.log ?? ""}`);
  if (chain.height > 1n) assert.equal(chain.appHash, before, "a refusal leaves no trace");
  assert.equal(checked.codespace, "sdk");
  return [checked.code, checked.log];
}

/** The same transaction with other signatures. */
export function withSignatures(tx: Uint8Array, signatures: readonly Uint8Array[]): Uint8Array {
  return TxRaw.encode({ ...TxRaw.decode(tx), signatures: [...signatures] }).finish();
}

export function signatureIn(tx: Uint8Array): Uint8Array {
  const [signature] = TxRaw.decode(tx).signatures;
  return signature ?? assert.fail("the transaction is signed");
}

/** The same body and signatures under other words on how they were signed. */
export function withAuthInfo(
  tx: Uint8Array,
  change: (authInfo: AuthInfo) => Partial<AuthInfo>,
): Uint8Array {
  const raw = TxRaw.decode(tx);
  const authInfo = AuthInfo.decode(raw.authInfoBytes);
  const changed = AuthInfo.fromPartial({ ...authInfo, ...change(authInfo) });
  return TxRaw.encode({ ...raw, authInfoBytes: AuthInfo.encode(changed).finish() }).finish();
}

export function withTypeUrl(tx: Uint8Array, typeUrl: string): Uint8Array {
  const raw = TxRaw.decode(tx);
  const body = TxBody.decode(raw.bodyBytes);
  const messages = body.messages.map((message) => ({ ...message, typeUrl }));
  const bodyBytes = TxBody.encode(TxBody.fromPartial({ ...body, messages })).finish();
  return TxRaw.encode({ ...raw, bodyBytes }).finish();
}

export function numberFrom(bytes: Uint8Array): bigint {
  return BigInt(`0x${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`);
}

export function bytesFrom(number: bigint, length: number): Uint8Array {
  return bytesFromHex(number.toString(16).padStart(2 * length, "0"));
}

/** r and s as two integers of ASN.1, the form that most libraries make. */
export function derFrom(signature: Uint8Array): Uint8Array {
  const integers = [signature.subarray(0, 32), signature.subarray(32)].map((part) => {
    const shortest = part.subarray(part.findIndex((byte) => byte > 0));
    const padded = (shortest[0] ?? 0) > 0x7f ? concatBytes([Uint8Array.of(0), shortest]) : shortest;
    return concatBytes([Uint8Array.of(2, padded.length), padded]);
  });
  const body = concatBytes(integers);
  return concatBytes([Uint8Array.of(0x30, body.length), body]);
}
