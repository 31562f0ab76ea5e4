/** Where auth keeps what, as in the SDK: parameters, the next number, accounts by address. */
import { bytesFromText, concatBytes } from "#base";
import { KeyCache } from "#execution";
import type { Address } from "#types";

export const paramsKey = bytesFromText("auth/\u0000");
export const nextNumberKey = bytesFromText("auth/globalAccountNumber");
export const accountPrefix = bytesFromText("auth/\u0001");

const accountKeys = new KeyCache((address) => concatBytes([accountPrefix, address]));

export function accountKey(address: Address): Uint8Array {
  return accountKeys.key(address);
}
