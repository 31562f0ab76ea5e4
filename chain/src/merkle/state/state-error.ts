import { ChainError } from "#base";

/**
 * - `VALUE_MISSING`: the table lacks the value of a key that the state has.
 * - `VALUE_CORRUPT`: a value's checksum does not fit its key and bytes.
 * - `UNDO_MISSING`: a version's record of replaced values is not there, or has a gap.
 * - `UNDO_CORRUPT`: such a record is there, and is not what was written.
 * - `META_MISSING`: the table has values, but not the record that names version and root.
 * - `META_CORRUPT`: that record is not what was written.
 * - `ENTRY_UNKNOWN`: the table has an entry of no known form.
 * - `ENTRY_ORDER`: entries did not come in ascending order, once each.
 * - `ROOT_MISMATCH`: the values do not make the root, or not as many as were recorded.
 * - `VERSION_EXPIRED`: the version was kept when the reader got it, and no longer is.
 */
export type StateErrorCode =
  | "VALUE_MISSING"
  | "VALUE_CORRUPT"
  | "UNDO_MISSING"
  | "UNDO_CORRUPT"
  | "META_MISSING"
  | "META_CORRUPT"
  | "ENTRY_UNKNOWN"
  | "ENTRY_ORDER"
  | "ROOT_MISMATCH"
  | "VERSION_EXPIRED";

export class StateError extends ChainError<StateErrorCode> {}
