/**
 * Consensus parameters as the application's state: genesis brings them, governance changes them,
 * and each block that did so tells the engine. It follows x/consensus of Cosmos SDK 0.50.
 */
import type { Module } from "#execution";
import { initGenesis } from "./genesis.ts";
import { updateParams } from "./handler.ts";
import { consensusQueries } from "./queries.ts";

export { blockBytesCarried, consensusKeeper, isCarried } from "./params.ts";

export function createConsensusModule(): Module {
  return {
    name: "consensus",
    messages: [updateParams],
    queries: consensusQueries,
    accounts: [],
    invariants: [],
    initGenesis(context, genesis) {
      initGenesis(context, genesis);
      return [];
    },
  };
}
