/** Where bank keeps what, laid out as in the SDK (x/bank/types/keys.go). */
import { bytesFromText, concatBytes } from "@pyralog/chain/base";
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

export function sendEnabledKey(denom: string): Uint8Array {
  return concatBytes([sendEnabledPrefix, bytesFromText(denom)]);
}

/** All balances of one account lie under it, by denomination. */
export function accountBalancesPrefix(address: Address): Uint8Array {
  return concatBytes([balancesPrefix, lengthByte, address]);
}

/** The hottest key of the chain, put together without a detour. */
export function balanceKey(holding: {
  readonly address: Address;
  readonly denom: string;
}): Uint8Array {
  const { address, denom } = holding;
  const start = balancesPrefix.length + 1 + addressBytes;
  const key = new Uint8Array(start + denom.length);
  key.set(balancesPrefix);
  key[balancesPrefix.length] = addressBytes;
  key.set(address, balancesPrefix.length + 1);
  for (let index = 0; index < denom.length; index++) key[start + index] = denom.charCodeAt(index);
  return key;
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
