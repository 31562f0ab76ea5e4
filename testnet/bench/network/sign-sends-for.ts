import { createRpc, fetchAccount } from "@pyralog/wallet-cli/client";
import type { Local } from "./local.ts";
import { signSends, type Sender } from "./senders.ts";

/** Signed for a running network, whose genesis has numbered the senders. */
export async function signSendsFor(
  { nodes, chainId }: Local,
  wanted: { readonly senders: readonly Sender[]; readonly rounds: number },
): Promise<readonly string[]> {
  const { senders, rounds } = wanted;
  const numbers = await accountNumbers(senders, nodes[0]?.rpc ?? "");
  return signSends(senders, {
    chainId,
    rounds,
    accountNumberOf: (address) => numbers.get(address) ?? 0n,
  });
}

async function accountNumbers(
  senders: readonly Sender[],
  url: string,
): Promise<ReadonlyMap<string, bigint>> {
  const rpc = createRpc(url);
  const numbers = new Map<string, bigint>();
  for (const { address } of senders) {
    const account = await fetchAccount(rpc, address);
    if (account === undefined) throw new Error(`${address} is not in genesis`);
    numbers.set(address, account.accountNumber);
  }
  return numbers;
}
