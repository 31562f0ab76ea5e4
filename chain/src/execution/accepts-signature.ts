/**
 * The verdict on one key's signature. It is not remembered here: the decoded transaction remembers
 * for whom it was found right (`TransactionMemo`), so that CheckTx pays and the block does not.
 */
import type { Crypto } from "#crypto";
import type { SingleKey } from "./account-key.ts";

export interface SignedBytes {
  readonly key: SingleKey;
  readonly signBytes: Uint8Array;
  readonly signature: Uint8Array;
}

export function acceptsSignature({ key, signBytes, signature }: SignedBytes, by: Crypto): boolean {
  const publicKey = key.bytes;
  switch (key.kind) {
    case "secp256k1":
      return by.verifySecp256k1({ publicKey, message: signBytes, signature });
    case "ethsecp256k1": {
      const digest = by.keccak256(signBytes);
      return by.verifySecp256k1Digest({ publicKey, digest, signature });
    }
    case "ed25519":
      return false;
  }
}
