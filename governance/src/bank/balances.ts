/**
 * Balances and supply. An account that holds nothing of a denomination has no entry for it; every
 * entry has its twin in the owners' index; the supply is the sum of all balances.
 */
import {
  addAmounts,
  coinsToText,
  coinToText,
  refusals,
  TxError,
  type AccountKeeper,
  type Coin,
  type CoinKeeper,
  type Coins,
  type Context,
  type Payment,
  type Store,
} from "@pyralog/chain/execution";
import type { Address } from "@pyralog/chain/types";
import { amountCodec } from "./amounts.ts";
import { emitReceived, emitSpent, emitTransfer } from "./events.ts";
import { balanceKey, denomOwnerKey, supplyKey } from "./state-keys.ts";

const present = Uint8Array.of(1);

export interface Holding {
  readonly address: Address;
  readonly denom: string;
}

export function readBalance(store: Store, holding: Holding): bigint {
  return store.read(balanceKey(holding), amountCodec) ?? 0n;
}

function changeBalance(store: Store, change: Holding & { before: bigint; after: bigint }): void {
  const { before, after } = change;
  const key = balanceKey(change);
  if (after === 0n) {
    store.delete(key);
    store.delete(denomOwnerKey(change));
    return;
  }
  store.write(key, { codec: amountCodec, value: after });
  if (before === 0n) store.set(denomOwnerKey(change), present);
}

/** @throws TxError `INSUFFICIENT_FUNDS` */
export function subtractCoins(store: Store, spent: { from: Address; coins: Coins }): void {
  for (const coin of spent.coins) {
    const holding = { address: spent.from, denom: coin.denom };
    const before = readBalance(store, holding);
    if (before < coin.amount) throw insufficient(coin, before);
    changeBalance(store, { ...holding, before, after: before - coin.amount });
  }
}

function insufficient(coin: Coin, held: bigint): TxError {
  const spendable = coinToText({ denom: coin.denom, amount: held });
  const detail = `spendable balance ${spendable} is smaller than ${coinToText(coin)}`;
  return new TxError(refusals.INSUFFICIENT_FUNDS, detail);
}

/** @throws TxError `INVALID_COINS` beyond 2^256 − 1 */
export function addCoinsTo(store: Store, received: { to: Address; coins: Coins }): void {
  for (const { denom, amount } of received.coins) {
    const holding = { address: received.to, denom };
    const before = readBalance(store, holding);
    changeBalance(store, { ...holding, before, after: addAmounts(before, amount) });
  }
}

export function readSupply(store: Store, denom: string): bigint {
  return store.read(supplyKey(denom), amountCodec) ?? 0n;
}

export function writeSupply(store: Store, { denom, amount }: Coin): void {
  if (amount === 0n) store.delete(supplyKey(denom));
  else store.write(supplyKey(denom), { codec: amountCodec, value: amount });
}

/** The supply shrinks by what was taken from an account. */
export function burnCoins(store: Store, burnt: { from: Address; coins: Coins }): void {
  subtractCoins(store, burnt);
  for (const { denom, amount } of burnt.coins) {
    writeSupply(store, { denom, amount: readSupply(store, denom) - amount });
  }
}

/** bank as the ante chain and other modules use it. */
export function createCoinKeeper(accounts: AccountKeeper): CoinKeeper {
  return {
    pay: (context, payment) => pay(context, payment),
    transfer(context, payment) {
      pay(context, payment);
      accounts.ensure(context.store, payment.to);
    },
    balance: readBalance,
  };
}

function pay(context: Context, { from, to, coins }: Payment): void {
  const { store, events } = context;
  const amount = events.isSilent ? "" : coinsToText(coins);
  subtractCoins(store, { from, coins });
  emitSpent(context, { from, amount });
  addCoinsTo(store, { to, coins });
  emitReceived(context, { to, amount });
  emitTransfer(context, { from, to, amount });
}
