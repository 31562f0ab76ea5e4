/** bank in the genesis document: balances, supply, metadata and what may be sent. */
import {
  addAmounts,
  sortCoins,
  type AccountKeeper,
  type Coins,
  type GenesisContext,
  type GenesisNode,
} from "@pyralog/chain/execution";
import { addCoinsTo, readBalance, readSupply, writeSupply } from "./balances.ts";
import { metadataFromGenesis, readMetadata, writeMetadata } from "./metadata.ts";
import { writeParams, writeSendEnabled } from "./params.ts";

/** Who has a balance has an account; the supply is the sum, whatever else the document claims. */
export function initGenesis(
  context: GenesisContext,
  source: { readonly genesis: GenesisNode; readonly accounts: AccountKeeper },
): void {
  const { genesis, accounts } = source;
  const { store } = context;
  writeParams(store, genesis.at("params").at("default_send_enabled").flag(true));
  const totals = new Map<string, bigint>();
  for (const node of genesis.at("balances").items()) {
    const to = context.block.addresses.fromGenesis(node.at("address"));
    const coins = coinsFromGenesis(node.at("coins"));
    for (const { denom, amount } of coins) {
      if (readBalance(store, { address: to, denom }) > 0n) {
        node.at("address").refuse("write the coins of one account in one place");
      }
      totals.set(denom, addAmounts(totals.get(denom) ?? 0n, amount));
    }
    accounts.ensure(store, to);
    addCoinsTo(store, { to, coins });
  }
  for (const [denom, amount] of totals) writeSupply(store, { denom, amount });
  checkSupply(context, genesis.at("supply"));
  addMetadata(context, genesis);
  addSendEnabled(context, genesis);
}

function coinsFromGenesis(node: GenesisNode): Coins {
  const coins = [...node.items()].map((coin) => {
    const amount = coin.at("amount").amount();
    if (amount === 0n) coin.at("amount").refuse("write at least 1, or leave the coin out");
    return { denom: coin.at("denom").denom(), amount };
  });
  const denoms = new Set(coins.map(({ denom }) => denom));
  if (denoms.size < coins.length) node.refuse("write each denomination once");
  return sortCoins(coins);
}

function checkSupply({ store }: GenesisContext, supply: GenesisNode): void {
  for (const node of supply.items()) {
    const sum = readSupply(store, node.at("denom").denom());
    if (node.at("amount").amount() === sum) continue;
    node.at("amount").refuse(`write "${sum}", the sum of all balances, or leave supply out`);
  }
}

function addMetadata({ store }: GenesisContext, genesis: GenesisNode): void {
  for (const node of genesis.at("denom_metadata").items()) {
    const metadata = metadataFromGenesis(node);
    if (readMetadata(store, metadata.base) !== undefined) {
      node.at("base").refuse("describe each denomination once");
    }
    writeMetadata(store, metadata);
  }
}

function addSendEnabled({ store }: GenesisContext, genesis: GenesisNode): void {
  const seen = new Set<string>();
  for (const node of genesis.at("send_enabled").items()) {
    const denom = node.at("denom").denom();
    if (seen.has(denom)) node.at("denom").refuse("write each denomination once");
    seen.add(denom);
    writeSendEnabled(store, { denom, enabled: node.at("enabled").flag(false) });
  }
}
