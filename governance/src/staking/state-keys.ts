/** Where staking keeps what, laid out as in the SDK (x/staking/types/keys.go). */
import { bytesFromText, concatBytes } from "@pyralog/chain/base";
import type { Address } from "@pyralog/chain/types";

export const validatorsPrefix = bytesFromText("staking/\u0021");
const byConsensusPrefix = bytesFromText("staking/\u0022");
const delegationsPrefix = bytesFromText("staking/\u0031");
const delegationsByValidatorPrefix = bytesFromText("staking/\u0071");
export const paramsKey = bytesFromText("staking/\u0051");

const lengthByte = Uint8Array.of(20);

/** By the operator's account. */
export function validatorKey(operator: Address): Uint8Array {
  return concatBytes([validatorsPrefix, lengthByte, operator]);
}

/** From the address of the consensus key to the operator. */
export function consensusKey(address: Address): Uint8Array {
  return concatBytes([byConsensusPrefix, lengthByte, address]);
}

export function delegatorPrefix(delegator: Address): Uint8Array {
  return concatBytes([delegationsPrefix, lengthByte, delegator]);
}

export function delegationKey(pair: Delegating): Uint8Array {
  return concatBytes([delegatorPrefix(pair.delegator), lengthByte, pair.validator]);
}

export function ofValidatorPrefix(validator: Address): Uint8Array {
  return concatBytes([delegationsByValidatorPrefix, lengthByte, validator]);
}

export function ofValidatorKey(pair: Delegating): Uint8Array {
  return concatBytes([ofValidatorPrefix(pair.validator), lengthByte, pair.delegator]);
}

export interface Delegating {
  readonly delegator: Address;
  readonly validator: Address;
}

/** What follows a prefix and a length byte: an address. */
export const addressAt = 1;
