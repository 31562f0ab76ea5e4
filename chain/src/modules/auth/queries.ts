/** `cosmos.auth.v1beta1.Query`. */
import { authQueryWires, baseAccountWire, moduleAccountWire, type Any } from "#codec";
import {
  accountKeyToAny,
  defineQuery,
  defineWalkingQuery,
  moduleAddress,
  paginate,
  QueryError,
  type Account,
  type QueryContext,
  type QueryMethod,
} from "#execution";
import { createAddress, type Address } from "#types";
import { accountFromValue, accountKeeper } from "./accounts.ts";
import { readParams } from "./params.ts";
import { accountPrefix } from "./state-keys.ts";

const path = (method: string): string => `/cosmos.auth.v1beta1.Query/${method}`;

export function authQueries(moduleNames: () => readonly string[]): readonly QueryMethod[] {
  return [...accountQueries, ...spellingQueries, ...moduleAccountQueries(moduleNames)];
}

const accountQueries: readonly QueryMethod[] = [
  defineQuery({
    path: path("Account"),
    wires: authQueryWires.Account,
    answer: (context, { address }) => ({ account: toAny(context, find(context, address)) }),
  }),
  defineWalkingQuery({
    path: path("Accounts"),
    wires: authQueryWires.Accounts,
    *answer(context, { pagination: request }) {
      const { items, pagination } = yield* paginate({
        store: context.store,
        prefix: accountPrefix,
        request,
        take: (key, value) => toAny(context, accountFromValue(createAddress(key), value)),
      });
      return { accounts: items, pagination };
    },
  }),
  defineQuery({
    path: path("AccountInfo"),
    wires: authQueryWires.AccountInfo,
    answer: (context, { address }) => ({ info: toBase(context, find(context, address)) }),
  }),
  defineQuery({
    path: path("Params"),
    wires: authQueryWires.Params,
    answer: ({ store }) => ({ params: readParams(store) }),
  }),
];

const spellingQueries: readonly QueryMethod[] = [
  defineQuery({
    path: path("Bech32Prefix"),
    wires: authQueryWires.Bech32Prefix,
    answer: ({ block }) => ({ bech32Prefix: block.chain.bech32Prefix }),
  }),
  defineQuery({
    path: path("AddressBytesToString"),
    wires: authQueryWires.AddressBytesToString,
    answer({ block }, { addressBytes }) {
      if (addressBytes.length !== 20) {
        throw new QueryError("InvalidArgument", "an address has 20 bytes");
      }
      return { addressString: block.addresses.text(createAddress(addressBytes)) };
    },
  }),
  defineQuery({
    path: path("AddressStringToBytes"),
    wires: authQueryWires.AddressStringToBytes,
    answer: (context, { addressString }) => ({ addressBytes: parse(context, addressString) }),
  }),
];

function moduleAccountQueries(names: () => readonly string[]): readonly QueryMethod[] {
  return [
    defineQuery({
      path: path("ModuleAccounts"),
      wires: authQueryWires.ModuleAccounts,
      answer: (context) => ({
        accounts: names()
          .toSorted((a, b) => (a < b ? -1 : 1))
          .map((name) => toAny(context, moduleAccount(context, name))),
      }),
    }),
    defineQuery({
      path: path("ModuleAccountByName"),
      wires: authQueryWires.ModuleAccountByName,
      answer(context, { name }) {
        if (!names().includes(name)) {
          throw new QueryError("NotFound", `account ${name.slice(0, 64)} not found`);
        }
        return { account: toAny(context, moduleAccount(context, name)) };
      },
    }),
  ];
}

function moduleAccount(context: QueryContext, name: string): Account {
  const account = accountKeeper.get(context.store, moduleAddress(name));
  if (account === undefined) throw new QueryError("NotFound", `account ${name} not found`);
  return account;
}

function parse(context: QueryContext, text: string): Address {
  if (text === "") throw new QueryError("InvalidArgument", "Address cannot be empty");
  const parsed = context.block.addresses.parse(text);
  if (parsed.kind === "ok") return parsed.value;
  throw new QueryError("InvalidArgument", parsed.error);
}

function find(context: QueryContext, text: string): Account {
  const account = accountKeeper.get(context.store, parse(context, text));
  if (account === undefined) throw new QueryError("NotFound", `account ${text} not found`);
  return account;
}

type BaseAccount = Parameters<typeof baseAccountWire.encode>[0];

function toBase({ block }: QueryContext, account: Account): BaseAccount {
  const { address, publicKey, number, sequence } = account;
  return {
    address: block.addresses.text(address),
    publicKey: publicKey === undefined ? undefined : accountKeyToAny(publicKey),
    accountNumber: number,
    sequence,
  };
}

function toAny(context: QueryContext, account: Account): Any {
  const base = toBase(context, account);
  const { module } = account;
  if (module === undefined) {
    return { typeUrl: `/${baseAccountWire.name}`, value: baseAccountWire.encode(base) };
  }
  const value = moduleAccountWire.encode({ baseAccount: base, ...module });
  return { typeUrl: `/${moduleAccountWire.name}`, value };
}
