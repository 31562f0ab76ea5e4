/** Amounts of tokens: sorted by denomination, unique, positive and at most 2^256 − 1. */
import type { CoinMessage } from "#codec";
import { refusals, TxError } from "./refusals.ts";

export interface Coin {
  readonly denom: string;
  readonly amount: bigint;
}

export type Coins = readonly Coin[];

const amountMax = 2n ** 256n - 1n;

/** The SDK's `reDnmString`. */
const denomPattern = /^[a-zA-Z][a-zA-Z0-9/:._-]{2,127}$/;
/** What the SDK's `math.Int` reads, without signs and without more digits than 2^256 has. */
const amountPattern = /^[0-9]{1,78}$/;

export function isDenom(text: string): boolean {
  return denomPattern.test(text);
}

/** Nothing where the text is no whole number of 0 … 2^256 − 1. */
export function amountFromText(text: string): bigint | undefined {
  if (!amountPattern.test(text)) return undefined;
  const amount = BigInt(text);
  return amount <= amountMax ? amount : undefined;
}

/** As the SDK prints: `5apyr,7bpyr`. */
export function coinsToText(coins: Coins): string {
  const [only, ...rest] = coins;
  if (only !== undefined && rest.length === 0) return coinToText(only);
  return coins.map(coinToText).join(",");
}

export function coinToText(coin: Coin): string {
  return `${coin.amount}${coin.denom}`;
}

/** @throws TxError `INVALID_COINS` unless there are some: sorted, unique and positive. */
export function coinsFromMessage(messages: readonly CoinMessage[]): Coins {
  const coins = someCoinsFromMessage(messages);
  if (coins.length === 0) throw new TxError(refusals.INVALID_COINS, messagesToText(messages));
  return coins;
}

/** As `coinsFromMessage`, but none at all is fine. */
export function someCoinsFromMessage(messages: readonly CoinMessage[]): Coins {
  let last = "";
  return messages.map(({ denom, amount }) => {
    const parsed = amountFromText(amount);
    if (parsed === undefined || parsed === 0n || denom <= last || !isDenom(denom)) {
      throw new TxError(refusals.INVALID_COINS, messagesToText(messages));
    }
    last = denom;
    return { denom, amount: parsed };
  });
}

const coinsShownMax = 16;

function messagesToText(messages: readonly CoinMessage[]): string {
  const shown = messages.slice(0, coinsShownMax);
  return shown.map(({ denom, amount }) => `${amount.slice(0, 80)}${denom.slice(0, 128)}`).join(",");
}

export function coinToMessage(coin: Coin): CoinMessage {
  return { denom: coin.denom, amount: coin.amount.toString() };
}

/** Sums of two sorted lists. @throws TxError `INVALID_COINS` beyond 2^256 − 1. */
export function addCoins(left: Coins, right: Coins): Coins {
  const sums = new Map(left.map(({ denom, amount }) => [denom, amount]));
  for (const { denom, amount } of right) {
    sums.set(denom, addAmounts(sums.get(denom) ?? 0n, amount));
  }
  return sortCoins([...sums].map(([denom, amount]) => ({ denom, amount })));
}

/** @throws TxError `INVALID_COINS` beyond 2^256 − 1. */
export function addAmounts(left: bigint, right: bigint): bigint {
  const sum = left + right;
  if (sum > amountMax) throw new TxError(refusals.INVALID_COINS, "amount above 2^256 - 1");
  return sum;
}

/** Denominations are ASCII, so their text order is their byte order. */
export function sortCoins(coins: Coins): Coins {
  return coins.toSorted((a, b) => (a.denom < b.denom ? -1 : a.denom > b.denom ? 1 : 0));
}

export function equalCoins(left: Coins, right: Coins): boolean {
  return (
    left.length === right.length &&
    left.every(({ denom, amount }, index) => {
      const other = right[index];
      return other !== undefined && other.denom === denom && other.amount === amount;
    })
  );
}
