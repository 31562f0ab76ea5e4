/** Where bank keeps what, laid out as in the SDK (x/bank/types/keys.go). */
import { bytesFromText, concatBytes } from "@pyralog/chain/base";
import { KeyCache } from "@pyralog/chain/execution";
import type { Address } from "@pyralog/chain/types";

export const supplyPrefix = bytesFromText("bank/\u0000");
export const metadataPrefix = bytesFromText("bank/\u0001");
export const balancesPrefix = bytesFromText("bank/\u0002");
export const ownersPrefix = bytesFromText("bank/\u0003");
export const sendEnabledPrefix = bytesFromText("bank/\u0004");
export const paramsKey = bytesFromText("bank/\u0005");

const addressBytes = 20;
const lengthByte = Uint8Array.of(addressBytes);
const separator = Uint8Array.of(0);

export function supplyKey(denom: string): Uint8Array {
  return concatBytes([supplyPrefix, bytesFromText(denom)]);
}

export function metadataKey(denom: string): Uint8Array {
  return concatBytes([metadataPrefix, bytesFromText(denom)]);
}

const sendEnabledKeys = new Map<string, Uint8Array>();
const denomsMax = 1000;

/** Asked for with every payment, nearly always for the same denomination. */
export function sendEnabledKey(denom: string): Uint8Array {
  const known = sendEnabledKeys.get(denom);
  if (known !== undefined) return known;
  const key = concatBytes([sendEnabledPrefix, bytesFromText(denom)]);
  if (sendEnabledKeys.size < denomsMax) sendEnabledKeys.set(denom, key);
  return key;
}

/** All balances of one account lie under it, by denomination. */
export function accountBalancesPrefix(address: Address): Uint8Array {
  return concatBytes([balancesPrefix, lengthByte, address]);
}

const balanceKeys = new KeyCache((address, denom) =>
  concatBytes([accountBalancesPrefix(address), bytesFromText(denom)]),
);

export function balanceKey(holding: {
  readonly address: Address;
  readonly denom: string;
}): Uint8Array {
  return balanceKeys.key(holding.address, holding.denom);
}

/** What follows `balancesPrefix`, taken apart. */
export function denomOfBalance(inside: Uint8Array): Uint8Array {
  return inside.subarray(1 + addressBytes);
}

export function denomOwnersPrefix(denom: string): Uint8Array {
  return concatBytes([ownersPrefix, bytesFromText(denom), separator]);
}

export function denomOwnerKey(holding: {
  readonly address: Address;
  readonly denom: string;
}): Uint8Array {
  return concatBytes([denomOwnersPrefix(holding.denom), lengthByte, holding.address]);
}
