/** proto/cosmos/bank/v1beta1. */
import { coinWire, pageRequestWire, pageResponseWire } from "./base.ts";
import {
  bool,
  embedded,
  message,
  optional,
  repeated,
  string,
  strings,
  uint32,
  type MessageValue,
} from "../wire/index.ts";

const name = (type: string): string => `cosmos.bank.v1beta1.${type}`;

export const sendEnabledWire = message(name("SendEnabled"), { denom: string(1), enabled: bool(2) });

export const bankParamsWire = message(name("Params"), {
  sendEnabled: repeated(1, sendEnabledWire),
  defaultSendEnabled: bool(2),
});
export type BankParams = MessageValue<typeof bankParamsWire>;

const inputWire = message(name("Input"), { address: string(1), coins: repeated(2, coinWire) });
const outputWire = message(name("Output"), { address: string(1), coins: repeated(2, coinWire) });

export const denomMetadataWire = message(name("Metadata"), {
  description: string(1),
  denomUnits: repeated(
    2,
    message(name("DenomUnit"), { denom: string(1), exponent: uint32(2), aliases: strings(3) }),
  ),
  base: string(3),
  display: string(4),
  name: string(5),
  symbol: string(6),
  uri: string(7),
  uriHash: string(8),
});
export type DenomMetadata = MessageValue<typeof denomMetadataWire>;

export const msgSendWire = message(name("MsgSend"), {
  fromAddress: string(1),
  toAddress: string(2),
  amount: repeated(3, coinWire),
});
export type MsgSend = MessageValue<typeof msgSendWire>;

export const msgMultiSendWire = message(name("MsgMultiSend"), {
  inputs: repeated(1, inputWire),
  outputs: repeated(2, outputWire),
});
export type MsgMultiSend = MessageValue<typeof msgMultiSendWire>;

/** From SDK 0.51 on. */
export const msgBurnWire = message(name("MsgBurn"), {
  fromAddress: string(1),
  amount: repeated(2, coinWire),
});
export type MsgBurn = MessageValue<typeof msgBurnWire>;

export const bankMsgUpdateParamsWire = message(name("MsgUpdateParams"), {
  authority: string(1),
  params: embedded(2, bankParamsWire),
});

export const msgSetSendEnabledWire = message(name("MsgSetSendEnabled"), {
  authority: string(1),
  sendEnabled: repeated(2, sendEnabledWire),
  useDefaultFor: strings(3),
});
export type MsgSetSendEnabled = MessageValue<typeof msgSetSendEnabledWire>;

const pagination = optional(1, pageRequestWire);
const coinsPage = { pagination: optional(2, pageResponseWire) };
const ofAddress = { address: string(1), pagination: optional(2, pageRequestWire) };
const ofDenom = { denom: string(1) };

const denomOwnerWire = message(name("DenomOwner"), {
  address: string(1),
  balance: embedded(2, coinWire),
});

export const bankQueryWires = {
  Balance: {
    request: message(name("QueryBalanceRequest"), { address: string(1), denom: string(2) }),
    response: message(name("QueryBalanceResponse"), { balance: optional(1, coinWire) }),
  },
  AllBalances: {
    request: message(name("QueryAllBalancesRequest"), { ...ofAddress, resolveDenom: bool(3) }),
    response: message(name("QueryAllBalancesResponse"), {
      balances: repeated(1, coinWire),
      ...coinsPage,
    }),
  },
  SpendableBalances: {
    request: message(name("QuerySpendableBalancesRequest"), ofAddress),
    response: message(name("QuerySpendableBalancesResponse"), {
      balances: repeated(1, coinWire),
      ...coinsPage,
    }),
  },
  SpendableBalanceByDenom: {
    request: message(name("QuerySpendableBalanceByDenomRequest"), {
      address: string(1),
      denom: string(2),
    }),
    response: message(name("QuerySpendableBalanceByDenomResponse"), {
      balance: optional(1, coinWire),
    }),
  },
  TotalSupply: {
    request: message(name("QueryTotalSupplyRequest"), { pagination }),
    response: message(name("QueryTotalSupplyResponse"), {
      supply: repeated(1, coinWire),
      ...coinsPage,
    }),
  },
  SupplyOf: {
    request: message(name("QuerySupplyOfRequest"), ofDenom),
    response: message(name("QuerySupplyOfResponse"), { amount: embedded(1, coinWire) }),
  },
  Params: {
    request: message(name("QueryParamsRequest"), {}),
    response: message(name("QueryParamsResponse"), { params: embedded(1, bankParamsWire) }),
  },
  DenomMetadata: {
    request: message(name("QueryDenomMetadataRequest"), ofDenom),
    response: message(name("QueryDenomMetadataResponse"), {
      metadata: embedded(1, denomMetadataWire),
    }),
  },
  DenomMetadataByQueryString: {
    request: message(name("QueryDenomMetadataByQueryStringRequest"), ofDenom),
    response: message(name("QueryDenomMetadataByQueryStringResponse"), {
      metadata: embedded(1, denomMetadataWire),
    }),
  },
  DenomsMetadata: {
    request: message(name("QueryDenomsMetadataRequest"), { pagination }),
    response: message(name("QueryDenomsMetadataResponse"), {
      metadatas: repeated(1, denomMetadataWire),
      ...coinsPage,
    }),
  },
  DenomOwners: {
    request: message(name("QueryDenomOwnersRequest"), {
      denom: string(1),
      pagination: optional(2, pageRequestWire),
    }),
    response: message(name("QueryDenomOwnersResponse"), {
      denomOwners: repeated(1, denomOwnerWire),
      ...coinsPage,
    }),
  },
  DenomOwnersByQuery: {
    request: message(name("QueryDenomOwnersByQueryRequest"), {
      denom: string(1),
      pagination: optional(2, pageRequestWire),
    }),
    response: message(name("QueryDenomOwnersByQueryResponse"), {
      denomOwners: repeated(1, denomOwnerWire),
      ...coinsPage,
    }),
  },
  SendEnabled: {
    request: message(name("QuerySendEnabledRequest"), {
      denoms: strings(1),
      pagination: optional(99, pageRequestWire),
    }),
    response: message(name("QuerySendEnabledResponse"), {
      sendEnabled: repeated(1, sendEnabledWire),
      pagination: optional(99, pageResponseWire),
    }),
  },
};
