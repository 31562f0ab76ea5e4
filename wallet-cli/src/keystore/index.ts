/**
 * One person's keys: BIP-39 phrases, the accounts under them, and the folder of encrypted files
 * (Web3 Secret Storage v3) in which they lie. It signs nothing; secrets leave it only through
 * `unlock`, and never appear in an error.
 */
export {
  accountFromPhrase,
  accountFromSecretKey,
  createPhrase,
  secretKeyFromHex,
  type Account,
  type Phrase,
  type WordCount,
} from "./account.ts";
export { devPasswordPath, loadDevPassword } from "./dev-password.ts";
export { decryptKey, type PublicPart, type SecretPart } from "./key-file.ts";
export { isKeyName } from "./key-name.ts";
export { Keystore, type KeyToAdd, type StoredKey } from "./keystore.ts";
export { KeystoreError, type KeystoreErrorCode } from "./keystore-error.ts";
export { loadCrypto } from "./load-crypto.ts";
