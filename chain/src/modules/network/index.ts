/**
 * The chain's identity: its id, address prefix, token and the prices and limits that genesis sets
 * once. It has no messages and no queries; every module reads it through the block's facts.
 */
import { authorityName, type Module } from "#execution";
import { identityCodec } from "./identity.ts";
import { identityKey } from "./state-keys.ts";

export { identityKeeper } from "./identity.ts";

export function createNetworkModule(): Module {
  return {
    name: "pyralog",
    messages: [],
    queries: [],
    accounts: [{ name: authorityName, permissions: ["burner"] }],
    invariants: [],
    initGenesis(context) {
      context.store.write(identityKey, { codec: identityCodec, value: context.block.chain });
      return [];
    },
  };
}
