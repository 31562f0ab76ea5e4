import { ChainError, type Facts } from "@pyralog/chain/base";

/**
 * What must hold whatever happens, by the names of the field:
 * - `AGREEMENT` (A): one block per height.
 * - `HEIGHT_SKIPPED` (A): a node decides its heights one after the other, also across crashes.
 * - `VALIDITY` (V): what is decided was proposed, holds what was sent, and keeps the rules.
 * - `TIME` (V): each block is later than the one before.
 * - `DOUBLE_SIGN` (DS): one signature per key, height, round and kind of message.
 * - `EVIDENCE_TWICE` (E): one misbehaviour is punished once.
 * - `EVIDENCE_LOST` (E): one that an honest node has seen is punished soon.
 * - `HONEST_ACCUSED` (E, ACC): neither evidence nor a fork names anybody honest.
 * - `UNACCOUNTABLE` (ACC): a fork names at least a third of the power.
 * - `DECISION_LOST` (D): a restarted node knows what it had announced.
 * - `TX_LOST` (D): every node has what was committed, at the height at which it was.
 * - `SUPPLY` (S): the sum of all balances is the supply, and neither grows by itself.
 * - `APPLIED_TWICE` (X): a transaction is in at most one block.
 * - `APP_HASH` (H): one application state per height.
 * - `LIVENESS` (L): after the faults end, new heights come within the deadline.
 * - `BOUNDS` (B): no queue and no memory grows beyond its limit.
 * - `QUIESCENCE` (Q): nodes that have caught up hold the same bytes.
 */
export type Invariant =
  | "AGREEMENT"
  | "APP_HASH"
  | "VALIDITY"
  | "TIME"
  | "DOUBLE_SIGN"
  | "EVIDENCE_TWICE"
  | "EVIDENCE_LOST"
  | "HONEST_ACCUSED"
  | "UNACCOUNTABLE"
  | "APPLIED_TWICE"
  | "HEIGHT_SKIPPED"
  | "DECISION_LOST"
  | "TX_LOST"
  | "LIVENESS"
  | "BOUNDS"
  | "QUIESCENCE"
  | "SUPPLY";

export class Violation extends ChainError<Invariant> {}

export function violation(code: Invariant, facts: Facts): Violation {
  return new Violation({ code, facts });
}
