import { ChainError, type Facts } from "@pyralog/chain/base";

/**
 * What must hold whatever happens, by the names of the field:
 * - `AGREEMENT`: one block per height.
 * - `APP_HASH`: one application state per height.
 * - `DOUBLE_SIGN`: one signature per key, height, round and kind of message.
 * - `APPLIED_TWICE`: a transaction is in at most one block.
 * - `HEIGHT_SKIPPED`: a node decides its heights one after the other, also across crashes.
 * - `DECISION_LOST`: a restarted node knows what it had announced.
 * - `LIVENESS`: after the faults end, new heights come within the deadline.
 * - `SUPPLY`: the sum of all balances is the supply.
 */
export type Invariant =
  | "AGREEMENT"
  | "APP_HASH"
  | "DOUBLE_SIGN"
  | "APPLIED_TWICE"
  | "HEIGHT_SKIPPED"
  | "DECISION_LOST"
  | "LIVENESS"
  | "SUPPLY";

export class Violation extends ChainError<Invariant> {}

export function violation(code: Invariant, facts: Facts): Violation {
  return new Violation({ code, facts });
}
