/**
 * What an exception out of a handler means (DESIGN §4). Refusals become results. What every
 * machine meets alike is taken back and becomes `INTERNAL`, loudly. The rest stops the node: an
 * exhausted stack or memory, a broken claim, a state that cannot be read.
 */
import { AssertionFailure, hexFromBytes } from "#base";
import type { LoudFailure } from "#abci";
import { StateFailure } from "./overlay.ts";
import { refusals, TxError } from "./refusals.ts";

/** A decided block cannot be executed to its end: the node stops before it commits anything. */
export class ExecutionStopped extends Error {
  override readonly name = "ExecutionStopped";

  constructor(cause: unknown, at: { readonly height: bigint; readonly hash?: Uint8Array }) {
    const where = at.hash === undefined ? "" : `, transaction ${hexFromBytes(at.hash)}`;
    super(`execution stops at height ${at.height}${where}: ${String(cause)}`, { cause });
  }
}

/** What V8 throws when it runs out: of the stack, of array buffers, of string length. */
const exhaustion =
  /Maximum call stack|allocation failed|Invalid string length|Maximum BigInt size|Map maximum size/;

/** Whether no result may be made of it. */
export function mustStop(error: unknown): boolean {
  return error instanceof StateFailure || isPoison(error);
}

/** Whether a proposer can go on by leaving the transaction out. */
export function isPoison(error: unknown): boolean {
  if (error instanceof AssertionFailure) return true;
  return error instanceof RangeError && exhaustion.test(error.message);
}

/** @throws the error itself where it must stop the node. */
export function refusalFrom(
  error: unknown,
  report: { readonly where: string; readonly loud: LoudFailure[] },
): TxError {
  if (error instanceof TxError) return error;
  if (mustStop(error)) throw error;
  report.loud.push({ where: report.where, error: String(error) });
  return new TxError(refusals.INTERNAL);
}
