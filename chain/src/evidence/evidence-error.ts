import { ChainError, type Facts } from "#base";

/**
 * Why evidence is not taken:
 * - `HEIGHT_UNKNOWN`: there is no block at its height here any more.
 * - `FUTURE`: its height is not decided here yet.
 * - `EXPIRED`: it is older than both the allowed number of blocks and the allowed time.
 * - `TIME_WRONG`: its time is not that of the block at its height.
 * - `NOT_VALIDATOR`: the accused was not in the set at that height.
 * - `VOTES_DIFFER`: the votes are not of one validator, height, round and type.
 * - `EXTENDED`: a vote carries an extension, which proves nothing here and may be of any size.
 * - `SAME_BLOCK`: the votes are for one block.
 * - `ORDER`: the votes are not in the order of their block ids.
 * - `POWER_WRONG`: a power in it is not the one at that height.
 * - `SIGNATURE_WRONG`: one of the votes was not signed by the accused.
 * - `COMMITTED`: a block has punished this already.
 * - `REPEATED`: the same misbehaviour twice in one list.
 * - `OVERFLOW`: more bytes of evidence than a block may hold.
 * - `POOL_FULL`: as much is pending as the pool holds, of all or of this validator.
 */
export type EvidenceErrorCode =
  | "HEIGHT_UNKNOWN"
  | "FUTURE"
  | "EXPIRED"
  | "TIME_WRONG"
  | "NOT_VALIDATOR"
  | "VOTES_DIFFER"
  | "EXTENDED"
  | "SAME_BLOCK"
  | "ORDER"
  | "POWER_WRONG"
  | "SIGNATURE_WRONG"
  | "COMMITTED"
  | "REPEATED"
  | "OVERFLOW"
  | "POOL_FULL";

export class EvidenceError extends ChainError<EvidenceErrorCode> {}

export function evidenceError(code: EvidenceErrorCode, facts: Facts = {}): EvidenceError {
  return new EvidenceError({ code, facts });
}
