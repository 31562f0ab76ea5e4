import { ChainError } from "@pyralog/chain/base";

/**
 * - `USAGE`: an argument or option that cannot be.
 * - `CANNOT_ASK`: a question that nobody is there to answer.
 * - `REFUSED_BY_USER`: the user said no.
 * - `FUNDS_INSUFFICIENT`: the account cannot pay the amount and the highest fee.
 * - `TX_FAILED`: the transaction was refused, or failed in its block.
 * - `TX_UNKNOWN`: no block holds a transaction of this hash.
 * - `NOT_FINAL`: no block holds it yet, and the time is over.
 * - `ACCOUNT_UNKNOWN`: the chain has no such account, so it cannot pay.
 */
export type CommandErrorCode =
  | "USAGE"
  | "CANNOT_ASK"
  | "REFUSED_BY_USER"
  | "FUNDS_INSUFFICIENT"
  | "TX_FAILED"
  | "TX_UNKNOWN"
  | "NOT_FINAL"
  | "ACCOUNT_UNKNOWN";

/** Says what happened and what to type next. */
export class CommandError extends ChainError<CommandErrorCode> {}

export function usage(message: string): CommandError {
  return new CommandError({ code: "USAGE", message });
}
