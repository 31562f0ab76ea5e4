/** What the shell sees (INTERFACES): one number for each way a command can end. */
import { ChainError } from "@pyralog/chain/base";

export const exitCodes = {
  done: 0,
  failedOnChain: 1,
  usage: 2,
  nodeUnreachable: 3,
  refusedByUser: 4,
  notFinal: 5,
  fundsInsufficient: 6,
  proofFailed: 7,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const byCode: ReadonlyMap<string, ExitCode> = new Map<string, ExitCode>([
  ["NODE_UNREACHABLE", exitCodes.nodeUnreachable],
  ["ANSWER_MALFORMED", exitCodes.nodeUnreachable],
  ["RPC_REFUSED", exitCodes.failedOnChain],
  ["QUERY_REFUSED", exitCodes.failedOnChain],
  ["TX_FAILED", exitCodes.failedOnChain],
  ["TX_UNKNOWN", exitCodes.failedOnChain],
  ["ACCOUNT_UNKNOWN", exitCodes.fundsInsufficient],
  ["FUNDS_INSUFFICIENT", exitCodes.fundsInsufficient],
  ["REFUSED_BY_USER", exitCodes.refusedByUser],
  ["NOT_FINAL", exitCodes.notFinal],
]);

/** Cosmos' code of insufficient funds, in its own codespace. */
const fundsCode = 5;

export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof ChainError)) return exitCodes.failedOnChain;
  if (isFundsRefusal(error)) return exitCodes.fundsInsufficient;
  return byCode.get(error.code) ?? exitCodes.usage;
}

function isFundsRefusal(error: ChainError): boolean {
  return error.facts["codespace"] === "sdk" && error.facts["appCode"] === fundsCode;
}
