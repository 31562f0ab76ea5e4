/** proto/cosmos/auth/v1beta1. */
import { anyWire, pageRequestWire, pageResponseWire } from "./base.ts";
import {
  bytes,
  embedded,
  message,
  optional,
  repeated,
  string,
  strings,
  uint64,
  type MessageValue,
} from "../wire/index.ts";

const name = (type: string): string => `cosmos.auth.v1beta1.${type}`;

export const baseAccountWire = message(name("BaseAccount"), {
  address: string(1),
  publicKey: optional(2, anyWire),
  accountNumber: uint64(3),
  sequence: uint64(4),
});
export type BaseAccountMessage = MessageValue<typeof baseAccountWire>;

export const moduleAccountWire = message(name("ModuleAccount"), {
  baseAccount: optional(1, baseAccountWire),
  name: string(2),
  permissions: strings(3),
});

export const authParamsWire = message(name("Params"), {
  maxMemoCharacters: uint64(1),
  txSigLimit: uint64(2),
  txSizeCostPerByte: uint64(3),
  sigVerifyCostEd25519: uint64(4),
  sigVerifyCostSecp256k1: uint64(5),
});
export type AuthParams = MessageValue<typeof authParamsWire>;

export const authMsgUpdateParamsWire = message(name("MsgUpdateParams"), {
  authority: string(1),
  params: embedded(2, authParamsWire),
});

export const authQueryWires = {
  Account: {
    request: message(name("QueryAccountRequest"), { address: string(1) }),
    response: message(name("QueryAccountResponse"), { account: optional(1, anyWire) }),
  },
  Accounts: {
    request: message(name("QueryAccountsRequest"), { pagination: optional(1, pageRequestWire) }),
    response: message(name("QueryAccountsResponse"), {
      accounts: repeated(1, anyWire),
      pagination: optional(2, pageResponseWire),
    }),
  },
  AccountInfo: {
    request: message(name("QueryAccountInfoRequest"), { address: string(1) }),
    response: message(name("QueryAccountInfoResponse"), { info: optional(1, baseAccountWire) }),
  },
  Params: {
    request: message(name("QueryParamsRequest"), {}),
    response: message(name("QueryParamsResponse"), { params: embedded(1, authParamsWire) }),
  },
  ModuleAccounts: {
    request: message(name("QueryModuleAccountsRequest"), {}),
    response: message(name("QueryModuleAccountsResponse"), { accounts: repeated(1, anyWire) }),
  },
  ModuleAccountByName: {
    request: message(name("QueryModuleAccountByNameRequest"), { name: string(1) }),
    response: message(name("QueryModuleAccountByNameResponse"), { account: optional(1, anyWire) }),
  },
  Bech32Prefix: {
    request: message(name("Bech32PrefixRequest"), {}),
    response: message(name("Bech32PrefixResponse"), { bech32Prefix: string(1) }),
  },
  AddressBytesToString: {
    request: message(name("AddressBytesToStringRequest"), { addressBytes: bytes(1) }),
    response: message(name("AddressBytesToStringResponse"), { addressString: string(1) }),
  },
  AddressStringToBytes: {
    request: message(name("AddressStringToBytesRequest"), { addressString: string(1) }),
    response: message(name("AddressStringToBytesResponse"), { addressBytes: bytes(1) }),
  },
};
