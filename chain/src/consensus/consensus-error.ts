import { ChainError } from "#base";

/**
 * - `SIGN_RECORD_MALFORMED`: the bytes are no sign record, or one that contradicts itself.
 * - `WAL_ENTRY_MALFORMED`: the bytes are no entry of the consensus WAL.
 */
export type ConsensusErrorCode = "SIGN_RECORD_MALFORMED" | "WAL_ENTRY_MALFORMED";

/** Bytes of our own that do not read back; the cause says where. */
export class ConsensusError extends ChainError<ConsensusErrorCode> {}
