import { ChainError } from "@pyralog/chain/base";

/**
 * - `NODE_UNREACHABLE`: nothing answers where the node's RPC should be.
 * - `GENESIS_UNUSABLE`: the genesis that was named cannot be read, or no chain can begin with it.
 */
export type CommandErrorCode = "NODE_UNREACHABLE" | "GENESIS_UNUSABLE";

/** What a verb could not do; its message is one line for the operator. */
export class CommandError extends ChainError<CommandErrorCode> {}
