/** auth in the genesis document: parameters, accounts, and the modules' accounts beside them. */
import {
  accountKeyFromGenesis,
  moduleAddress,
  type GenesisContext,
  type GenesisNode,
} from "#execution";
import { accountKeeper, createAccount } from "./accounts.ts";
import { paramsFromGenesis, writeParams } from "./params.ts";

const baseType = "/cosmos.auth.v1beta1.BaseAccount";
const moduleType = "/cosmos.auth.v1beta1.ModuleAccount";

export function initGenesis(context: GenesisContext, genesis: GenesisNode): void {
  const { store } = context;
  writeParams(store, paramsFromGenesis(genesis.at("params")));
  for (const node of genesis.at("accounts").items()) addAccount(context, node);
  for (const { name, permissions } of context.moduleAccounts) {
    const address = moduleAddress(name);
    const known = accountKeeper.get(store, address);
    const module = { name, permissions };
    if (known === undefined) createAccount(store, { address, module });
    else accountKeeper.put(store, { ...known, publicKey: undefined, module });
  }
}

/** Numbers are given in the order of the list: whatever the document says of them. */
function addAccount(context: GenesisContext, node: GenesisNode): void {
  const { addresses } = context.block;
  const type = node.at("@type");
  const kind = type.text(baseType);
  if (kind === moduleType) {
    addresses.fromGenesis(node.at("base_account").at("address"));
    return;
  }
  if (kind !== baseType) type.refuse(`write ${baseType} or ${moduleType}`);
  const address = addresses.fromGenesis(node.at("address"));
  if (accountKeeper.get(context.store, address) !== undefined) {
    node.at("address").refuse("remove one of the two: an address has one account");
  }
  const key = node.at("pub_key");
  const publicKey = key.isAbsent ? undefined : accountKeyFromGenesis(key);
  createAccount(context.store, { address, publicKey, sequence: node.at("sequence").whole(0n) });
}
