import { ChainError, type Facts } from "@pyralog/chain/base";

/**
 * What a store finds on the disk and cannot repair from itself. Each message names the place and
 * what to do; the node stops, and nothing was changed.
 * - `LOG_CORRUPT`: a record is damaged although later ones were written after it was synced.
 * - `LOG_GAP`: a segment between two others is missing.
 * - `VALUE_CORRUPT`: a value of the table does not match its checksum.
 * - `VALUE_MISSING`: a value that must be there is not: a block's part, a height in between.
 * - `SIGN_RECORD_MISSING`: no sign record, although this validator may have signed before.
 * - `SIGN_RECORD_CORRUPT`: no copy of the sign record is whole.
 */
export type StorageErrorCode =
  | "LOG_CORRUPT"
  | "LOG_GAP"
  | "VALUE_CORRUPT"
  | "VALUE_MISSING"
  | "SIGN_RECORD_MISSING"
  | "SIGN_RECORD_CORRUPT";

export class StorageError extends ChainError<StorageErrorCode> {}

export function storageError(code: StorageErrorCode, facts: Facts): StorageError {
  const told = Object.entries(facts).map(([name, fact]) => `${name} ${String(fact)}`);
  return new StorageError({ code, facts, message: `${sentences[code]} (${told.join(", ")})` });
}

const resync =
  "Restore the node's data directory from a copy, or remove it but for the sign record, " +
  "and let the node fetch the chain from its peers.";

const sentences: Readonly<Record<StorageErrorCode, string>> = {
  LOG_CORRUPT:
    "A log holds a damaged record before good ones. Move the log's directory away and start " +
    "again: what it held and the chain needs comes back from peers.",
  LOG_GAP:
    "A log lacks a segment between two others. Move the log's directory away and start again: " +
    "what it held and the chain needs comes back from peers.",
  VALUE_CORRUPT: `A stored value does not match its checksum. ${resync}`,
  VALUE_MISSING: `A stored value that must be there is missing. ${resync}`,
  SIGN_RECORD_MISSING:
    "The sign record is missing, so this node cannot know what its key has signed. Restore the " +
    "file. Only if the key has never signed on this chain, create a new one with `pyralogd init`.",
  SIGN_RECORD_CORRUPT:
    "No copy of the sign record is whole, so this node cannot know what its key has signed. " +
    "Restore the file from a copy, or keep this validator off until the chain is far past the " +
    "last height that it can have signed.",
};
