/** The parameters come with InitChain; the module's own section is empty, as in the SDK. */
import type { GenesisContext, GenesisNode } from "#execution";
import { writeParams } from "./params.ts";

export function initGenesis(context: GenesisContext, genesis: GenesisNode): void {
  for (const name of genesis.names()) {
    genesis.at(name).refuse("write it under consensus_params of the document");
  }
  writeParams(context.store, context.consensusParams);
}
