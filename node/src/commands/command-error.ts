import { ChainError } from "@pyralog/chain/base";

/**
 * - `NODE_UNREACHABLE`: nothing answers where the node's RPC should be.
 * - `GENESIS_UNUSABLE`: the genesis that was named cannot be read, or no chain can begin with it.
 * - `CHAIN_DIFFERS`: the home's data belong to another chain than its genesis.
 * - `HOME_IN_USE`: another process has the home's data open.
 * - `DATA_DAMAGED`: the home holds other than was written, and cannot be repaired from itself.
 * - `ADDRESS_UNUSABLE`: an address of the configuration cannot be listened on.
 */
export type CommandErrorCode =
  | "NODE_UNREACHABLE"
  | "GENESIS_UNUSABLE"
  | "CHAIN_DIFFERS"
  | "HOME_IN_USE"
  | "DATA_DAMAGED"
  | "ADDRESS_UNUSABLE";

/** What a verb could not do; its message is one line for the operator. */
export class CommandError extends ChainError<CommandErrorCode> {}
