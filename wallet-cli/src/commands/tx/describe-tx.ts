/** A transaction's bytes in plain words. */
import {
  authInfoWire,
  msgSendWire,
  txBodyWire,
  txRawWire,
  type Any,
  type CoinMessage,
} from "@pyralog/chain/codec";
import { plain, type Amount } from "#render";

type Display = (amount: Amount) => string;

export function describeTx(bytes: Uint8Array, display: Display): readonly string[] {
  const raw = txRawWire.decode(bytes);
  const body = txBodyWire.decode(raw.bodyBytes);
  const fee = authInfoWire.decode(raw.authInfoBytes).fee?.amount ?? [];
  return [
    ...body.messages.map((message) => describeMessage(message, display)),
    `fee   ${describeCoins(fee, display)}`,
    ...(body.memo === "" ? [] : [`memo  ${JSON.stringify(plain(body.memo))}`]),
  ];
}

function describeMessage(message: Any, display: Display): string {
  if (message.typeUrl !== "/cosmos.bank.v1beta1.MsgSend") return message.typeUrl;
  const { fromAddress, toAddress, amount } = msgSendWire.decode(message.value);
  return `send  ${describeCoins(amount, display)} from ${fromAddress} to ${toAddress}`;
}

function describeCoins(coins: readonly CoinMessage[], display: Display): string {
  if (coins.length === 0) return "nothing";
  return coins.map(({ denom, amount }) => display({ denom, amount: BigInt(amount) })).join(", ");
}
