/** From the genesis document's `app_state` to a first state and the validators it names. */
import { textFromBytes } from "#base";
import type { InitChainRequest } from "#abci";
import type { StateReader } from "#merkle";
import { createHeight, type ValidatorUpdate } from "#types";
import { Environment, type ExecutionOptions } from "./environment.ts";
import { Events } from "./events.ts";
import { GasMeter } from "./gas.ts";
import { GenesisError, GenesisNode } from "./genesis-node.ts";
import type { GenesisContext, InvariantView } from "./module.ts";
import { Overlay } from "./overlay.ts";
import { Store } from "./store.ts";

export interface GenesisRun {
  readonly environment: Environment;
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
  start: { readonly options: ExecutionOptions; readonly below: StateReader },
): GenesisRun {
  const { options, below } = start;
  const genesis = GenesisNode.parse(textOf(request.appStateBytes));
  const chain = options.keepers.identity.fromGenesis(genesis, request.chainId);
  const environment = new Environment(options, chain);
  refuseStrangers(genesis, environment);
  const overlay = new Overlay(below);
  const context = genesisContext(request, { options, environment, overlay });
  const validators = options.modules.flatMap((module) =>
    module.initGenesis(context, genesis.at(module.name)),
  );
  const view: InvariantView = { ...context, changes: (prefix) => overlay.changes(prefix) };
  for (const invariant of options.modules.flatMap((module) => module.invariants)) {
    const remedy = invariant.check(view);
    const value = invariant.name;
    if (remedy !== undefined) throw new GenesisError({ path: "app_state", value, remedy });
  }
  return { environment, overlay, validators };
}

function textOf(bytes: Uint8Array): string {
  try {
    return textFromBytes(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new GenesisError({ path: "app_state", value: "bytes", remedy: "write UTF-8" });
  }
}

function refuseStrangers(genesis: GenesisNode, environment: Environment): void {
  for (const name of genesis.names()) {
    if (!environment.stores.has(name))
      genesis.at(name).refuse("remove it: no module has this name");
  }
}

function genesisContext(
  request: InitChainRequest,
  run: {
    readonly options: ExecutionOptions;
    readonly environment: Environment;
    readonly overlay: Overlay;
  },
): GenesisContext {
  const gas = GasMeter.unlimited();
  return {
    block: run.environment.facts(createHeight(0n), request.time),
    store: new Store(run.overlay, gas),
    gas,
    events: new Events({ isIndexed: () => false }),
    validators: request.validators,
    consensusParams: request.consensusParams,
    moduleAccounts: run.options.modules.flatMap(({ accounts }) => accounts),
  };
}
