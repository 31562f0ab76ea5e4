/**
 * Every module, bottom to top (DESIGN: layers). A module may import from rows above its own in
 * this list only; modules of one row do not see one another.
 */
export const layers: readonly (readonly string[])[] = [
  ["chain/base"],
  ["chain/codec", "chain/crypto", "chain/query", "node/ports"],
  ["chain/merkle"],
  ["chain/types"],
  ["chain/abci", "chain/light"],
  ["chain/consensus", "chain/mempool", "chain/evidence"],
  ["chain/gossip", "chain/sync"],
  ["chain/replica", "chain/execution", "node/storage"],
  ["chain/modules"],
  ["governance/bank"],
  ["governance/staking"],
  ["node/app", "node/config"],
  ["node/drivers"],
  ["node/io", "node/rpc"],
  ["wallet-cli/client", "wallet-cli/keystore", "wallet-cli/render"],
  ["wallet-cli/commands", "node/commands"],
  ["wallet-cli/main.ts", "node/main.ts"],
  ["testnet/checkers"],
  ["testnet/simulator", "testnet/processes", "testnet/failpoints"],
  ["testnet/scenarios"],
  ["testnet/commands"],
  ["testnet/main.ts"],
];

/** Modules, by prefix, that never see each other, whatever their rows. */
export const strangers: readonly (readonly [string, string])[] = [
  ["node/", "wallet-cli/"],
  ["node/drivers", "node/io"],
  ["chain/replica", "chain/execution"],
];

/** One way only: what the left side must not import, whatever the rows. */
export const never: readonly (readonly [string, string])[] = [
  ["chain/", "node/"],
  ["chain/", "governance/"],
  ["chain/", "wallet-cli/"],
  ["chain/", "testnet/"],
  ["governance/", "node/"],
  ["governance/", "wallet-cli/"],
  ["governance/", "testnet/"],
];

/** Folders whose code may not wait, nor touch the clock, chance, the disk or the wire. */
export const pure: readonly string[] = ["chain/src/", "governance/src/", "node/src/app/"];

/** Folders that wait on their ports but know no clock and no chance of their own. */
export const portsOnly: readonly string[] = ["node/src/storage/", "node/src/drivers/"];
