/** bank's messages: their stateless checks, and what an amino JSON signer sees of them. */
import type {
  CoinMessage,
  MsgBurn,
  MsgMultiSend,
  MsgSend,
  MsgSetSendEnabled,
} from "@pyralog/chain/codec";
import {
  addAmounts,
  aminoText,
  coinsFromMessage,
  coinToAmino,
  equalCoins,
  isDenom,
  refusals,
  sortCoins,
  TxError,
  type Addresses,
  type AminoValue,
  type Coins,
} from "@pyralog/chain/execution";
import type { Address } from "@pyralog/chain/types";
import { bankRefusals } from "./refusals.ts";

const coinsMax = 256;
/** More would take longer to read than a check may take. */
const outputsMax = 1000;

export interface Send {
  readonly from: Address;
  readonly to: Address;
  readonly coins: Coins;
}

export function parseSend(message: MsgSend, addresses: Addresses): Send {
  const from = addresses.require(message.fromAddress, "from");
  const to = addresses.require(message.toAddress, "to");
  return { from, to, coins: parseCoins(message.amount) };
}

export function sendToAmino({ fromAddress, toAddress, amount }: MsgSend): AminoValue {
  return {
    amount: amount.map(coinToAmino),
    from_address: aminoText(fromAddress),
    to_address: aminoText(toAddress),
  };
}

export interface MultiSend {
  readonly from: Address;
  readonly coins: Coins;
  readonly outputs: readonly { readonly to: Address; readonly coins: Coins }[];
}

export function parseMultiSend(message: MsgMultiSend, addresses: Addresses): MultiSend {
  const [input, ...otherInputs] = message.inputs;
  if (input === undefined) throw new TxError(bankRefusals.NO_INPUTS);
  if (otherInputs.length > 0) throw new TxError(bankRefusals.MULTIPLE_SENDERS);
  if (message.outputs.length === 0) throw new TxError(bankRefusals.NO_OUTPUTS);
  if (message.outputs.length > outputsMax) {
    const detail = `${message.outputs.length} outputs, at most ${outputsMax}`;
    throw new TxError(refusals.INVALID_REQUEST, detail);
  }
  const from = addresses.require(input.address, "input");
  const coins = parseCoins(input.coins);
  const outputs = message.outputs.map((output) => ({
    to: addresses.require(output.address, "output"),
    coins: parseCoins(output.coins),
  }));
  if (!equalCoins(sumOf(outputs), coins)) throw new TxError(bankRefusals.INPUT_OUTPUT_MISMATCH);
  return { from, coins, outputs };
}

/** One sum for each denomination, kept in one place: a sum anew for each output is quadratic. */
function sumOf(outputs: readonly { readonly coins: Coins }[]): Coins {
  const sums = new Map<string, bigint>();
  for (const { denom, amount } of outputs.flatMap(({ coins }) => coins)) {
    sums.set(denom, addAmounts(sums.get(denom) ?? 0n, amount));
  }
  return sortCoins(Array.from(sums, ([denom, amount]) => ({ denom, amount })));
}

export function multiSendToAmino({ inputs, outputs }: MsgMultiSend): AminoValue {
  return { inputs: inputs.map(sideToAmino), outputs: outputs.map(sideToAmino) };
}

function sideToAmino(side: {
  readonly address: string;
  readonly coins: readonly CoinMessage[];
}): AminoValue {
  return { address: aminoText(side.address), coins: side.coins.map(coinToAmino) };
}

export interface Burn {
  readonly from: Address;
  readonly coins: Coins;
}

export function parseBurn(message: MsgBurn, addresses: Addresses): Burn {
  const from = addresses.require(message.fromAddress, "from");
  return { from, coins: parseCoins(message.amount) };
}

export function burnToAmino({ fromAddress, amount }: MsgBurn): AminoValue {
  return { amount: amount.map(coinToAmino), from_address: aminoText(fromAddress) };
}

export interface SetSendEnabled {
  readonly authority: Address;
  readonly entries: readonly { readonly denom: string; readonly enabled: boolean }[];
  readonly useDefaultFor: readonly string[];
}

export function parseSetSendEnabled(
  message: MsgSetSendEnabled,
  addresses: Addresses,
): SetSendEnabled {
  const authority = addresses.require(message.authority, "authority");
  refuseOddDenoms(message.sendEnabled.map(({ denom }) => denom));
  refuseOddDenoms(message.useDefaultFor);
  return { authority, entries: message.sendEnabled, useDefaultFor: message.useDefaultFor };
}

function refuseOddDenoms(denoms: readonly string[]): void {
  const seen = new Set<string>();
  for (const denom of denoms) {
    const shown = denom.slice(0, 128);
    if (!isDenom(denom)) throw new TxError(refusals.INVALID_REQUEST, `invalid denom: ${shown}`);
    if (seen.has(denom)) {
      throw new TxError(refusals.INVALID_REQUEST, `duplicate denom entries found for "${shown}"`);
    }
    seen.add(denom);
  }
}

export function setSendEnabledToAmino(message: MsgSetSendEnabled): AminoValue {
  const { authority, sendEnabled, useDefaultFor } = message;
  return {
    authority: aminoText(authority),
    send_enabled: filled(
      sendEnabled.map(({ denom, enabled }) => ({ denom, enabled: enabled || undefined })),
    ),
    use_default_for: filled(useDefaultFor),
  };
}

function filled<Item>(items: readonly Item[]): readonly Item[] | undefined {
  return items.length > 0 ? items : undefined;
}

function parseCoins(amount: readonly CoinMessage[]): Coins {
  if (amount.length > coinsMax) {
    throw new TxError(refusals.INVALID_COINS, `${amount.length} coins, at most ${coinsMax}`);
  }
  return coinsFromMessage(amount);
}
