/** Validators and delegations in state, in the SDK's own messages. */
import {
  delegationWire,
  stakingValidatorWire,
  type DelegationMessage,
  type StakingValidatorMessage,
} from "@pyralog/chain/codec";
import type { Store } from "@pyralog/chain/execution";
import type { Address } from "@pyralog/chain/types";
import {
  consensusKey,
  delegationKey,
  ofValidatorKey,
  validatorKey,
  type Delegating,
} from "./state-keys.ts";

const present = Uint8Array.of(1);

export function readValidator(
  store: Store,
  operator: Address,
): StakingValidatorMessage | undefined {
  return store.read(validatorKey(operator), stakingValidatorWire);
}

export function writeValidator(
  store: Store,
  validator: {
    readonly operator: Address;
    readonly consensusAddress: Address;
    readonly value: StakingValidatorMessage;
  },
): void {
  const { operator, consensusAddress, value } = validator;
  store.write(validatorKey(operator), { codec: stakingValidatorWire, value });
  store.set(consensusKey(consensusAddress), operator);
}

export function hasConsensusKey(store: Store, consensusAddress: Address): boolean {
  return store.has(consensusKey(consensusAddress));
}

export function readDelegation(store: Store, pair: Delegating): DelegationMessage | undefined {
  return store.read(delegationKey(pair), delegationWire);
}

export function writeDelegation(
  store: Store,
  delegation: Delegating & { readonly value: DelegationMessage },
): void {
  store.write(delegationKey(delegation), { codec: delegationWire, value: delegation.value });
  store.set(ofValidatorKey(delegation), present);
}
