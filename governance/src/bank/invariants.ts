/** What bank promises of every block: no coin appears or vanishes but through the supply. */
import { latin1FromBytes } from "@pyralog/chain/base";
import type { Invariant, Store } from "@pyralog/chain/execution";
import { amountCodec } from "./amounts.ts";
import { balancesPrefix, denomOfBalance, ownersPrefix, supplyPrefix } from "./state-keys.ts";

type Sums = Map<string, bigint>;

function add(sums: Sums, entry: { readonly denom: Uint8Array; readonly amount: bigint }): void {
  const denom = latin1FromBytes(entry.denom);
  sums.set(denom, (sums.get(denom) ?? 0n) + entry.amount);
}

function amountOf(bytes: Uint8Array | undefined): bigint {
  return bytes === undefined ? 0n : amountCodec.decode(bytes);
}

/** Cheap, and after every block: the changes of balances and of the supply cancel out. */
const conserved: Invariant = {
  name: "bank: conserved",
  scope: "changes",
  check(view) {
    const sums: Sums = new Map();
    for (const { key, before, after } of view.changes(balancesPrefix)) {
      const denom = denomOfBalance(key.subarray(balancesPrefix.length));
      add(sums, { denom, amount: amountOf(after) - amountOf(before) });
    }
    for (const { key, before, after } of view.changes(supplyPrefix)) {
      const denom = key.subarray(supplyPrefix.length);
      add(sums, { denom, amount: amountOf(before) - amountOf(after) });
    }
    return firstOff(sums, "more coins than the supply says");
  },
};

/** Dear, for tests and genesis: the supply is the sum of all balances, and each is indexed. */
const totalSupply: Invariant = {
  name: "bank: total supply",
  scope: "whole",
  check({ store }) {
    const sums: Sums = new Map();
    let balances = 0;
    for (const [key, value] of store.scan({ prefix: balancesPrefix })) {
      balances++;
      const denom = denomOfBalance(key.subarray(balancesPrefix.length));
      add(sums, { denom, amount: amountCodec.decode(value) });
    }
    for (const [key, value] of store.scan({ prefix: supplyPrefix })) {
      const denom = key.subarray(supplyPrefix.length);
      add(sums, { denom, amount: -amountCodec.decode(value) });
    }
    const owners = count(store, ownersPrefix);
    if (owners !== balances) return `${balances} balances, ${owners} entries of owners`;
    return firstOff(sums, "more in balances than in the supply");
  },
};

function count(store: Store, prefix: Uint8Array): number {
  let entries = 0;
  for (const _ of store.scan({ prefix })) entries++;
  return entries;
}

function firstOff(sums: Sums, what: string): string | undefined {
  for (const [denom, sum] of sums) {
    if (sum !== 0n) return `${sum}${denom} ${what}`;
  }
  return undefined;
}

export const bankInvariants: readonly Invariant[] = [conserved, totalSupply];
