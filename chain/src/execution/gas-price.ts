/** Prices of gas, in base units, with up to 18 decimals: `0.025uatom` or `1000000000apyr`. */
import { ChainError } from "#base";
import { isDenom, type Coins } from "./coins.ts";

const one = 10n ** 18n;

export interface GasPrice {
  readonly denom: string;
  /** Base units per gas times 10^18. */
  readonly atto: bigint;
}

/** Any one of them is enough, as for the SDK's `minimum-gas-prices`; none asks for no fee. */
export type GasPrices = readonly GasPrice[];

const pattern = /^(?<whole>[0-9]{1,60})(?:\.(?<part>[0-9]{1,18}))?(?<denom>[a-zA-Z].*)$/;

/** @throws ChainError `GAS_PRICE_MALFORMED` naming the part that is no price. */
export function gasPricesFromText(text: string): GasPrices {
  if (text.trim() === "") return [];
  return text.split(",").map((item) => gasPriceFromText(item.trim()));
}

function gasPriceFromText(text: string): GasPrice {
  const { whole, part = "", denom = "" } = pattern.exec(text)?.groups ?? {};
  if (whole === undefined || !isDenom(denom)) {
    throw new ChainError({ code: "GAS_PRICE_MALFORMED", facts: { value: text } });
  }
  return { denom, atto: BigInt(whole) * one + BigInt(part.padEnd(18, "0")) };
}

export function gasPriceOf(price: { readonly denom: string; readonly amount: bigint }): GasPrice {
  return { denom: price.denom, atto: price.amount * one };
}

/** The fees that would do, rounded up: one coin per price, prices of zero left out. */
export function requiredFees(prices: GasPrices, gas: bigint): Coins {
  return prices
    .filter(({ atto }) => atto > 0n)
    .map(({ denom, atto }) => ({ denom, amount: (atto * gas + one - 1n) / one }));
}

/** Whether the fee reaches one of the required coins. */
export function isEnough(fee: Coins, required: Coins): boolean {
  return required.some(({ denom, amount }) =>
    fee.some((coin) => coin.denom === denom && coin.amount >= amount),
  );
}
