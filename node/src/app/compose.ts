import {
  latin1,
  moduleAddress,
  TransactionApplication,
  type ExecutionOptions,
  type Module,
  type NodeOptions,
  type StagedState,
  type StateBackend,
} from "@pyralog/chain/execution";
import type { Crypto } from "@pyralog/chain/crypto";
import {
  accountKeeper,
  consensusKeeper,
  createAuthModule,
  createConsensusModule,
  createNetworkModule,
  identityKeeper,
} from "@pyralog/chain/modules";
import { createBankModule, createCoinKeeper } from "@pyralog/governance/bank";

/** What the application is made of; `state` survives it, everything else is made anew. */
export interface ApplicationOptions<Staged extends StagedState> {
  readonly state: StateBackend<Staged>;
  readonly crypto: Crypto;
  readonly node?: NodeOptions;
  /** Further modules, at the end of the list: tests bring handlers that fail. */
  readonly modules?: readonly Module[];
}

/** The application of this network, its modules in the order in which genesis runs. */
export function createApplication<Staged extends StagedState>(
  options: ApplicationOptions<Staged>,
): TransactionApplication<Staged> {
  const coins = createCoinKeeper(accountKeeper);
  const modules = moduleList(coins, options.modules ?? []);
  const execution: ExecutionOptions = {
    crypto: options.crypto,
    modules,
    keepers: {
      accounts: accountKeeper,
      coins,
      identity: identityKeeper,
      consensus: consensusKeeper,
    },
    feeCollector: "fee_collector",
    node: options.node ?? {},
  };
  return new TransactionApplication({ ...execution, state: options.state });
}

type CoinKeeper = ReturnType<typeof createCoinKeeper>;

function moduleList(coins: CoinKeeper, more: readonly Module[]): readonly Module[] {
  const names = (): readonly string[] =>
    modules.flatMap(({ accounts }) => accounts.map(({ name }) => name));
  let blocked: ReadonlySet<string> | undefined;
  const modules: readonly Module[] = [
    createNetworkModule(),
    createConsensusModule(),
    createAuthModule({ moduleNames: names }),
    createBankModule({
      accounts: accountKeeper,
      coins,
      isBlocked(address) {
        blocked ??= new Set(names().map((name) => latin1(moduleAddress(name))));
        return blocked.has(latin1(address));
      },
    }),
    ...more,
  ];
  return modules;
}
