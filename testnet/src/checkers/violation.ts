import { ChainError, type Facts } from "@pyralog/chain/base";

/**
 * What must hold whatever happens, by the names of the field:
 * - `AGREEMENT`: one block per height.
 * - `APP_HASH`: one application state per height.
 * - `VALIDITY`: what is decided keeps the rules of the chain.
 * - `DOUBLE_SIGN`: one signature per key, height, round and kind of message.
 * - `EVIDENCE_TWICE`: one misbehaviour is punished once.
 * - `EVIDENCE_LOST`: one that an honest node has seen is punished soon.
 * - `HONEST_ACCUSED`: neither evidence nor a fork names anybody honest.
 * - `UNACCOUNTABLE`: a fork names at least a third of the power.
 * - `APPLIED_TWICE`: a transaction is in at most one block.
 * - `HEIGHT_SKIPPED`: a node decides its heights one after the other, also across crashes.
 * - `DECISION_LOST`: a restarted node knows what it had announced.
 * - `LIVENESS`: after the faults end, new heights come within the deadline.
 * - `SUPPLY`: the sum of all balances is the supply.
 */
export type Invariant =
  | "AGREEMENT"
  | "APP_HASH"
  | "VALIDITY"
  | "DOUBLE_SIGN"
  | "EVIDENCE_TWICE"
  | "EVIDENCE_LOST"
  | "HONEST_ACCUSED"
  | "UNACCOUNTABLE"
  | "APPLIED_TWICE"
  | "HEIGHT_SKIPPED"
  | "DECISION_LOST"
  | "LIVENESS"
  | "SUPPLY";

export class Violation extends ChainError<Invariant> {}

export function violation(code: Invariant, facts: Facts): Violation {
  return new Violation({ code, facts });
}
