/**
 * Accounts in state: number, sequence, public key once it is known, and a name where a module owns
 * the account. The address is the key, so the value does not repeat it.
 */
import { message, uint64 } from "#codec";
import type { Account, AccountKeeper, Store } from "#execution";
import type { Address } from "#types";
import { decodeAccount, encodeAccount } from "./account-form.ts";
import { readParams } from "./params.ts";
import { accountKey, nextNumberKey } from "./state-keys.ts";

const counterWire = message("pyralog.auth.v1.Counter", { next: uint64(1) });
const codec = { encode: encodeAccount, decode: decodeAccount };

export const accountKeeper: AccountKeeper = {
  params: readParams,
  get(store, address) {
    const facts = store.read(accountKey(address), codec);
    return facts === undefined ? undefined : { address, ...facts };
  },
  put(store, account) {
    store.write(accountKey(account.address), { codec, value: account });
  },
  ensure: (store, address) =>
    accountKeeper.get(store, address) ?? createAccount(store, { address }),
};

/** An account out of a scanned value. */
export function accountFromValue(address: Address, value: Uint8Array): Account {
  return { address, ...codec.decode(value) };
}

/** Makes an account with the next number. */
export function createAccount(
  store: Store,
  account: { readonly address: Address } & Partial<Account>,
): Account {
  const number = store.read(nextNumberKey, counterWire)?.next ?? 0n;
  store.write(nextNumberKey, { codec: counterWire, value: { next: number + 1n } });
  const made: Account = {
    sequence: 0n,
    publicKey: undefined,
    module: undefined,
    ...account,
    number,
  };
  accountKeeper.put(store, made);
  return made;
}
