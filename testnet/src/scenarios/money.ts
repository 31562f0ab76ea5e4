/** How much money there is: what genesis handed out, what the bank says, and what everybody has. */
import { bankQueryWires } from "@pyralog/chain/codec";
import { JsonNode, type GenesisDocument } from "@pyralog/chain/types";
import { queryApp, type Rpc } from "@pyralog/wallet-cli/client";
import { violation } from "#checkers";

const service = "/cosmos.bank.v1beta1.Query";
const pageLimit = 1000n;

export function supplyAtGenesis({ appState }: GenesisDocument, denom: string): bigint {
  const state: unknown = JSON.parse(appState);
  const coins = new JsonNode(state)
    .get("bank")
    .get("balances")
    .list()
    .flatMap((balance) => balance.get("coins").list())
    .filter((coin) => coin.get("denom").text() === denom);
  return coins.reduce((sum, coin) => sum + BigInt(coin.get("amount").text()), 0n);
}

/** @throws Violation `SUPPLY` where the bank says another supply, or the balances another sum. */
export async function checkMoney(
  node: { readonly name: string; readonly rpc: Rpc },
  expected: { readonly denom: string; readonly supply: bigint },
): Promise<void> {
  const { name, rpc } = node;
  const { denom, supply } = expected;
  const said = await fetchSupply(rpc, denom);
  if (said !== supply) throw violation("SUPPLY", { node: name, genesis: supply, bank: said });
  const owned = await fetchOwned(rpc, denom);
  if (owned !== supply) throw violation("SUPPLY", { node: name, genesis: supply, owned });
}

async function fetchSupply(rpc: Rpc, denom: string): Promise<bigint> {
  const { amount } = await queryApp(rpc, {
    path: `${service}/SupplyOf`,
    method: bankQueryWires.SupplyOf,
    request: { denom },
  });
  return BigInt(amount?.amount ?? "0");
}

async function fetchOwned(rpc: Rpc, denom: string): Promise<bigint> {
  const { denomOwners } = await queryApp(rpc, {
    path: `${service}/DenomOwners`,
    method: bankQueryWires.DenomOwners,
    request: {
      denom,
      pagination: {
        key: new Uint8Array(0),
        offset: 0n,
        limit: pageLimit,
        countTotal: false,
        reverse: false,
      },
    },
  });
  return denomOwners.reduce((sum, { balance }) => sum + BigInt(balance?.amount ?? "0"), 0n);
}
