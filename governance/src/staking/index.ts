/**
 * staking, as far as genesis brings it: validators with their stake, delegations, and the queries
 * over them, in the forms of x/staking of Cosmos SDK 0.50. Nothing moves stake yet; the messages
 * come with the module's own issue.
 */
import type { CoinKeeper, Module } from "@pyralog/chain/execution";
import { initGenesis } from "./genesis.ts";
import { stakingInvariants } from "./invariants.ts";
import { poolAccounts } from "./pools.ts";
import { stakingQueries } from "./queries.ts";

export function createStakingModule(coins: CoinKeeper): Module {
  return {
    name: "staking",
    messages: [],
    queries: stakingQueries(coins),
    accounts: poolAccounts,
    invariants: stakingInvariants(coins),
    initGenesis: (context, genesis) => initGenesis(context, { genesis, coins }),
  };
}
