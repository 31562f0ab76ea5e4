import { bytesFromText } from "@pyralog/chain/base";
import { GenesisError, runGenesis } from "@pyralog/chain/execution";
import { blockBytesCarried, isCarried } from "@pyralog/chain/modules";
import type { StateReader } from "@pyralog/chain/merkle";
import type { GenesisDocument } from "@pyralog/chain/types";
import { compose } from "./compose.ts";

/** What is wrong with a genesis document's `app_state`, told so that it can be mended. */
export interface GenesisProblem {
  /** Where in the document, as `app_state.bank.balances[3].address`. */
  readonly key: string;
  readonly value: string;
  readonly problem: string;
  readonly remedy: string;
}

const nothing: StateReader = { get: () => undefined, scan: () => [] };

/** Runs the genesis on nothing and throws the outcome away: the first fault, or none. */
export function checkGenesis(genesis: GenesisDocument): readonly GenesisProblem[] {
  const { genesisTime: time, chainId, initialHeight, consensusParams } = genesis;
  if (!isCarried(consensusParams)) {
    return [
      {
        key: "consensus_params.block.max_bytes",
        value: String(consensusParams.block.maxBytes),
        problem: "such blocks are larger than what nodes that are behind can fetch",
        remedy: `write 1 to ${blockBytesCarried}`,
      },
    ];
  }
  const request = {
    time,
    chainId,
    initialHeight,
    consensusParams,
    validators: genesis.validators,
    appStateBytes: bytesFromText(genesis.appState),
  };
  try {
    runGenesis(request, { composition: compose([]), below: nothing });
    return [];
  } catch (error) {
    if (!(error instanceof GenesisError)) throw error;
    const { path, value, remedy } = error.fault;
    return [{ key: path, value, problem: "no chain can start from it", remedy }];
  }
}
