/**
 * Accounts in state: number, sequence, public key once it is known, and a name where a module owns
 * the account. The address is the key, so the value does not repeat it.
 */
import { anyWire, message, optional, string, strings, uint64 } from "#codec";
import {
  accountKeyFromAny,
  accountKeyToAny,
  remembering,
  type Account,
  type AccountKeeper,
  type Store,
} from "#execution";
import type { Address } from "#types";
import { readParams } from "./params.ts";
import { accountKey, nextNumberKey } from "./state-keys.ts";

/** One more than the number, so that no account is an empty value. */
const recordWire = message("pyralog.auth.v1.Account", {
  ordinal: uint64(1),
  sequence: uint64(2),
  publicKey: optional(3, anyWire),
  moduleName: string(4),
  permissions: strings(5),
});

type Record = Omit<Account, "address">;

const recordCodec = remembering<Record>({
  encode: ({ number, sequence, publicKey, module }) =>
    recordWire.encode({
      ordinal: number + 1n,
      sequence,
      publicKey: publicKey === undefined ? undefined : accountKeyToAny(publicKey),
      moduleName: module?.name ?? "",
      permissions: module?.permissions ?? [],
    }),
  decode(bytes) {
    const { ordinal, sequence, publicKey, moduleName, permissions } = recordWire.decode(bytes);
    return {
      number: ordinal - 1n,
      sequence,
      publicKey: publicKey === undefined ? undefined : accountKeyFromAny(publicKey),
      module: moduleName === "" ? undefined : { name: moduleName, permissions },
    };
  },
});

const counterWire = message("pyralog.auth.v1.Counter", { next: uint64(1) });

export const accountKeeper: AccountKeeper = {
  params: readParams,
  get(store, address) {
    const record = store.read(accountKey(address), recordCodec);
    return record === undefined ? undefined : { address, ...record };
  },
  put(store, { address, ...value }) {
    store.write(accountKey(address), { codec: recordCodec, value });
  },
  ensure: (store, address) => accountKeeper.get(store, address) ?? create(store, { address }),
};

/** Reads an account out of a scanned value. */
export function accountFromValue(address: Address, value: Uint8Array): Account {
  return { address, ...recordCodec.decode(value) };
}

/** An account with the next number. */
export function create(
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
