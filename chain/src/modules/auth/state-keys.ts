/** Where auth keeps what, as in the SDK: parameters, the next number, accounts by address. */
import { bytesFromText } from "#base";
import type { Address } from "#types";

export const paramsKey = bytesFromText("auth/\u0000");
export const nextNumberKey = bytesFromText("auth/globalAccountNumber");
export const accountPrefix = bytesFromText("auth/\u0001");

export function accountKey(address: Address): Uint8Array {
  const key = new Uint8Array(accountPrefix.length + address.length);
  key.set(accountPrefix);
  key.set(address, accountPrefix.length);
  return key;
}
