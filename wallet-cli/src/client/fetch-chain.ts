/** What the wallet must know of a chain before it can write or read anything on it. */
import { authQueryWires, bankQueryWires } from "@pyralog/chain/codec";
import { fetchStatus } from "./fetch-status.ts";
import { queryApp } from "./query-app.ts";
import type { Rpc } from "./rpc.ts";

/** One spelling of a denomination: `pyr` is 10^18 of the base `apyr`. */
export interface Denomination {
  readonly base: string;
  readonly display: string;
  readonly exponent: number;
}

export interface Chain {
  readonly chainId: string;
  /** What its addresses begin with. */
  readonly prefix: string;
  readonly dev: boolean;
  readonly height: bigint;
  readonly denominations: readonly Denomination[];
}

export async function fetchChain(rpc: Rpc): Promise<Chain> {
  const [status, { bech32Prefix }, { metadatas }] = await Promise.all([
    fetchStatus(rpc),
    queryApp(rpc, {
      path: "/cosmos.auth.v1beta1.Query/Bech32Prefix",
      method: authQueryWires.Bech32Prefix,
      request: {},
    }),
    queryApp(rpc, {
      path: "/cosmos.bank.v1beta1.Query/DenomsMetadata",
      method: bankQueryWires.DenomsMetadata,
      request: { pagination: undefined },
    }),
  ]);
  const denominations = metadatas.map(({ base, display, denomUnits }) => ({
    base,
    display,
    exponent: denomUnits.find(({ denom }) => denom === display)?.exponent ?? 0,
  }));
  const { chainId, dev, height } = status;
  return { chainId, prefix: bech32Prefix, dev, height, denominations };
}
