/** Two accounts hold all stake: that of validators in power, and the rest. */
import { moduleAddress, type ModuleAccountDefinition } from "@pyralog/chain/execution";
import type { Address } from "@pyralog/chain/types";

export const poolAccounts: readonly ModuleAccountDefinition[] = [
  { name: "bonded_tokens_pool", permissions: ["burner", "staking"] },
  { name: "not_bonded_tokens_pool", permissions: ["burner", "staking"] },
];

export const bondedPool: Address = moduleAddress("bonded_tokens_pool");
export const notBondedPool: Address = moduleAddress("not_bonded_tokens_pool");
