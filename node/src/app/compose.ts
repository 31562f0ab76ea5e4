import { latin1FromBytes } from "@pyralog/chain/base";
import {
  moduleAddress,
  type CoinKeeper,
  type Composition,
  type Module,
} from "@pyralog/chain/execution";
import {
  accountKeeper,
  consensusKeeper,
  createAuthModule,
  createConsensusModule,
  createNetworkModule,
  identityKeeper,
} from "@pyralog/chain/modules";
import { createBankModule, createCoinKeeper } from "@pyralog/governance/bank";
import { createStakingModule } from "@pyralog/governance/staking";

/** The modules of this network, in the order in which genesis runs, and who gets whose keeper. */
export function compose(more: readonly Module[]): Composition {
  const coins = createCoinKeeper(accountKeeper);
  return {
    modules: moduleList(coins, more),
    keepers: {
      accounts: accountKeeper,
      coins,
      identity: identityKeeper,
      consensus: consensusKeeper,
    },
    feeCollector: "fee_collector",
  };
}

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
        blocked ??= new Set(names().map((name) => latin1FromBytes(moduleAddress(name))));
        return blocked.has(latin1FromBytes(address));
      },
    }),
    createStakingModule(coins),
    ...more,
  ];
  return modules;
}
