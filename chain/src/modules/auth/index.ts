/**
 * auth: accounts with their numbers, sequences and public keys, and what a transaction may hold.
 * It follows x/auth of Cosmos SDK 0.50. The ante chain itself stands in `#execution`; this module
 * keeps what it reads and writes.
 */
import type { Module } from "#execution";
import { initGenesis } from "./genesis.ts";
import { updateParams } from "./handler.ts";
import { authQueries } from "./queries.ts";

export { accountKeeper } from "./accounts.ts";

/** `moduleNames` are the accounts that modules own; they are known once the list is composed. */
export function createAuthModule(options: {
  readonly moduleNames: () => readonly string[];
}): Module {
  return {
    name: "auth",
    messages: [updateParams],
    queries: authQueries(options.moduleNames),
    accounts: [{ name: "fee_collector", permissions: [] }],
    invariants: [],
    initGenesis(context, genesis) {
      initGenesis(context, genesis);
      return [];
    },
  };
}
