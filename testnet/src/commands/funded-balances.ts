import { createRpc, fetchBalances, fetchChain } from "@pyralog/wallet-cli/client";
import { displayFromAmount } from "@pyralog/wallet-cli/render";
import type { NetworkFile } from "#processes";

/** What each account holds now, as people read it, by name. */
export async function fundedBalances(network: NetworkFile): Promise<ReadonlyMap<string, string>> {
  const rpc = createRpc(network.clusters[0]?.nodes[0]?.rpc ?? "");
  const { denominations } = await fetchChain(rpc);
  const entries = await Promise.all(
    network.accounts.map(async ({ name, address }) => {
      const coins = await fetchBalances(rpc, address);
      const texts = coins.map((coin) => displayFromAmount(coin, denominations));
      return [name, texts.join(", ")] as const;
    }),
  );
  return new Map(entries);
}
