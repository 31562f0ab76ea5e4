/** From the genesis document's `app_state` to a first state and the validators it names. */
import { textFromBytes } from "#base";
import type { InitChainRequest } from "#abci";
import type { StateReader } from "#merkle";
import { createHeight, type ValidatorUpdate } from "#types";
import { Addresses } from "./addresses.ts";
import type { Composition } from "./environment.ts";
import { Events } from "./events.ts";
import { GasMeter } from "./gas.ts";
import { GenesisError, GenesisNode } from "./genesis-node.ts";
import type { ChainIdentity } from "./identity.ts";
import type { GenesisContext, InvariantView, Module } from "./module.ts";
import { Overlay } from "./overlay.ts";
import { Store } from "./store.ts";

export interface GenesisRun {
  readonly chain: ChainIdentity;
  readonly overlay: Overlay;
  readonly validators: readonly ValidatorUpdate[];
}

/**
 * Each module writes its part, in the list's order; then everything has to add up.
 *
 * @throws GenesisError
 */
export function runGenesis(
  request: InitChainRequest,
  start: { readonly composition: Composition; readonly below: StateReader },
): GenesisRun {
  const { composition, below } = start;
  const { modules, keepers } = composition;
  const genesis = GenesisNode.parse(textOf(request.appStateBytes));
  const chain = keepers.identity.fromGenesis(genesis, request.chainId);
  refuseStrangers(genesis, modules);
  const overlay = new Overlay(below);
  const context = genesisContext(request, { modules, chain, overlay });
  const validators = modules.flatMap((module) =>
    module.initGenesis(context, genesis.at(module.name)),
  );
  const view: InvariantView = { ...context, changes: (prefix) => overlay.changes(prefix) };
  for (const invariant of modules.flatMap((module) => module.invariants)) {
    const remedy = invariant.check(view);
    const value = invariant.name;
    if (remedy !== undefined) throw new GenesisError({ path: "app_state", value, remedy });
  }
  return { chain, overlay, validators };
}

function textOf(bytes: Uint8Array): string {
  try {
    return textFromBytes(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new GenesisError({ path: "app_state", value: "bytes", remedy: "write UTF-8" });
  }
}

function refuseStrangers(genesis: GenesisNode, modules: readonly Module[]): void {
  for (const name of genesis.names()) {
    if (modules.some((module) => module.name === name)) continue;
    genesis.at(name).refuse("remove it: no module has this name");
  }
}

function genesisContext(
  request: InitChainRequest,
  run: {
    readonly modules: readonly Module[];
    readonly chain: ChainIdentity;
    readonly overlay: Overlay;
  },
): GenesisContext {
  const { chain, modules, overlay } = run;
  const gas = GasMeter.unlimited();
  const addresses = new Addresses(chain.bech32Prefix);
  return {
    block: { chain, addresses, height: createHeight(0n), time: request.time },
    store: new Store(overlay, gas),
    gas,
    events: new Events({ isIndexed: () => false, isSilent: true }),
    validators: request.validators,
    consensusParams: request.consensusParams,
    moduleAccounts: modules.flatMap(({ accounts }) => accounts),
  };
}
