import { bankQueryWires } from "@pyralog/chain/codec";
import { queryApp } from "./query-app.ts";
import type { Rpc } from "./rpc.ts";

export interface Coin {
  readonly denom: string;
  readonly amount: bigint;
}

const pageLimit = 1000n;

/** All of an address's coins, in the order of their denominations. */
export async function fetchBalances(rpc: Rpc, address: string): Promise<readonly Coin[]> {
  const { balances } = await queryApp(rpc, {
    path: "/cosmos.bank.v1beta1.Query/AllBalances",
    method: bankQueryWires.AllBalances,
    request: {
      address,
      resolveDenom: false,
      pagination: {
        key: new Uint8Array(0),
        offset: 0n,
        limit: pageLimit,
        countTotal: false,
        reverse: false,
      },
    },
  });
  return balances.map(({ denom, amount }) => ({ denom, amount: BigInt(amount) }));
}
