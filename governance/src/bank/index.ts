/**
 * bank: balances of any number of denominations, their supply, and how coins move. It follows
 * x/bank of Cosmos SDK 0.50: state layout, checks, texts and events. Coins come into being at
 * genesis and vanish by burning; modules that mint come later.
 */
import type { Module } from "@pyralog/chain/execution";
import { initGenesis } from "./genesis.ts";
import { bankMessages, type BankServices } from "./handler.ts";
import { bankInvariants } from "./invariants.ts";
import { bankQueries } from "./queries.ts";

export { createCoinKeeper } from "./balances.ts";
export type { BankServices } from "./handler.ts";

export function createBankModule(services: BankServices): Module {
  return {
    name: "bank",
    messages: bankMessages(services),
    queries: bankQueries,
    accounts: [],
    invariants: bankInvariants,
    initGenesis(context, genesis) {
      initGenesis(context, { genesis, accounts: services.accounts });
      return [];
    },
  };
}
