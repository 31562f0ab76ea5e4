/** What bank's messages do. */
import {
  bankMsgUpdateParamsWire,
  emptyResponseWire,
  msgBurnWire,
  msgMultiSendWire,
  msgSendWire,
  msgSetSendEnabledWire,
} from "@pyralog/chain/codec";
import {
  aminoText,
  coinsToText,
  defineMessage,
  refusals,
  requireAuthority,
  TxError,
  type AccountKeeper,
  type CoinKeeper,
  type Coins,
  type Context,
  type MessageType,
} from "@pyralog/chain/execution";
import type { Address } from "@pyralog/chain/types";
import { addCoinsTo, burnCoins, subtractCoins } from "./balances.ts";
import { emitBurn, emitReceived, emitSpent, emitTransfer } from "./events.ts";
import {
  burnToAmino,
  multiSendToAmino,
  parseBurn,
  parseMultiSend,
  parseSend,
  parseSetSendEnabled,
  sendToAmino,
  setSendEnabledToAmino,
  type MultiSend,
  type SetSendEnabled,
} from "./messages.ts";
import { deleteSendEnabled, isSendEnabled, writeParams, writeSendEnabled } from "./params.ts";
import { bankRefusals } from "./refusals.ts";

export interface BankServices {
  readonly accounts: AccountKeeper;
  readonly coins: CoinKeeper;
  /** Accounts of modules: what is sent there would be lost, or upset their bookkeeping. */
  readonly isBlocked: (address: Address) => boolean;
}

type EmptyResponse = ReturnType<typeof emptyResponseWire>;

function response(name: string): EmptyResponse {
  return emptyResponseWire(`cosmos.bank.v1beta1.${name}Response`);
}

export function bankMessages(services: BankServices): readonly MessageType[] {
  return [send(services), multiSend(services), burn(), updateParams, setSendEnabled];
}

function send(services: BankServices): MessageType {
  return defineMessage({
    module: "bank",
    wire: msgSendWire,
    response: response("MsgSend"),
    aminoName: "cosmos-sdk/MsgSend",
    amino: sendToAmino,
    parse: parseSend,
    signers: ({ from }) => [from],
    execute(context, { from, to, coins }) {
      refuseDisabled(context, coins);
      refuseBlocked(context, { to, services });
      services.coins.transfer(context, { from, to, coins });
      return {};
    },
  });
}

function multiSend(services: BankServices): MessageType {
  return defineMessage({
    module: "bank",
    wire: msgMultiSendWire,
    response: response("MsgMultiSend"),
    aminoName: "cosmos-sdk/MsgMultiSend",
    amino: multiSendToAmino,
    parse: parseMultiSend,
    signers: ({ from }) => [from],
    execute(context, message) {
      refuseDisabled(context, message.coins);
      for (const { to } of message.outputs) refuseBlocked(context, { to, services });
      spread(context, { message, services });
      return {};
    },
  });
}

/** One payer, many payees: what was taken is what arrives, as the stateless checks made sure. */
function spread(
  context: Context,
  run: { readonly message: MultiSend; readonly services: BankServices },
): void {
  const { from, coins, outputs } = run.message;
  subtractCoins(context.store, { from, coins });
  emitSpent(context, { from, amount: coinsToText(coins) });
  for (const output of outputs) {
    const { to } = output;
    const amount = coinsToText(output.coins);
    addCoinsTo(context.store, output);
    emitReceived(context, { to, amount });
    run.services.accounts.ensure(context.store, to);
    emitTransfer(context, { from, to, amount });
  }
}

function burn(): MessageType {
  return defineMessage({
    module: "bank",
    wire: msgBurnWire,
    response: response("MsgBurn"),
    aminoName: "cosmos-sdk/MsgBurn",
    amino: burnToAmino,
    parse: parseBurn,
    signers: ({ from }) => [from],
    execute(context, burnt) {
      burnCoins(context.store, burnt);
      const { from } = burnt;
      const amount = coinsToText(burnt.coins);
      emitSpent(context, { from, amount });
      emitBurn(context, { from, amount });
      return {};
    },
  });
}

const updateParams = defineMessage({
  module: "bank",
  wire: bankMsgUpdateParamsWire,
  response: response("MsgUpdateParams"),
  aminoName: "cosmos-sdk/x/bank/MsgUpdateParams",
  amino: ({ authority, params }) => ({
    authority: aminoText(authority),
    params: { default_send_enabled: params.defaultSendEnabled || undefined },
  }),
  parse({ authority, params }, addresses) {
    if (params.sendEnabled.length > 0) {
      const detail = "use of send_enabled in params is no longer supported";
      throw new TxError(refusals.INVALID_REQUEST, detail);
    }
    return { authority: addresses.require(authority, "authority"), params };
  },
  signers: ({ authority }) => [authority],
  execute(context, { authority, params }) {
    requireAuthority(context, authority);
    writeParams(context.store, params.defaultSendEnabled);
    return {};
  },
});

const setSendEnabled = defineMessage({
  module: "bank",
  wire: msgSetSendEnabledWire,
  response: response("MsgSetSendEnabled"),
  aminoName: "cosmos-sdk/MsgSetSendEnabled",
  amino: setSendEnabledToAmino,
  parse: parseSetSendEnabled,
  signers: ({ authority }) => [authority],
  execute(context, message: SetSendEnabled) {
    requireAuthority(context, message.authority);
    for (const entry of message.entries) writeSendEnabled(context.store, entry);
    for (const denom of message.useDefaultFor) deleteSendEnabled(context.store, denom);
    return {};
  },
});

function refuseDisabled({ store }: Context, coins: Coins): void {
  for (const { denom } of coins) {
    if (isSendEnabled(store, denom)) continue;
    const detail = `${denom} transfers are currently disabled`;
    throw new TxError(bankRefusals.SEND_DISABLED, detail);
  }
}

function refuseBlocked(
  { block }: Context,
  target: { readonly to: Address; readonly services: BankServices },
): void {
  if (!target.services.isBlocked(target.to)) return;
  const detail = `${block.addresses.text(target.to)} is not allowed to receive funds`;
  throw new TxError(refusals.UNAUTHORIZED, detail);
}
