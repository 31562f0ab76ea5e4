import { ChainError } from "@pyralog/chain/base";

/**
 * - `KEY_NAME_INVALID`: a name that no key may have.
 * - `KEY_EXISTS`: the name is taken.
 * - `KEY_UNKNOWN`: there is no key of this name.
 * - `KEY_FILE_INVALID`: a file that is no Web3 Secret Storage v3, or costs too much to open.
 * - `PASSWORD_WRONG`: the password does not open the key.
 * - `PASSWORD_SHORT`: a new password that is too short.
 * - `MNEMONIC_INVALID`: the words are no BIP-39 phrase.
 * - `SECRET_KEY_INVALID`: not 32 bytes in hex, or not a key of the curve.
 * - `DEV_KEY_REFUSED`: a development key, whose secret is public, outside development chains.
 */
export type KeystoreErrorCode =
  | "KEY_NAME_INVALID"
  | "KEY_EXISTS"
  | "KEY_UNKNOWN"
  | "KEY_FILE_INVALID"
  | "PASSWORD_WRONG"
  | "PASSWORD_SHORT"
  | "MNEMONIC_INVALID"
  | "SECRET_KEY_INVALID"
  | "DEV_KEY_REFUSED";

/** Says what happened and what to type next; it never holds a secret. */
export class KeystoreError extends ChainError<KeystoreErrorCode> {}
