/** Whether a key signed: votes and their extensions, with the cryptography that is passed in. */
import type { PublicKey, Vote } from "./model.ts";
import { voteExtensionSignBytes, voteSignBytes } from "./sign-bytes.ts";

/** What verification needs of a `Crypto`. */
export interface SignatureVerifier {
  verifyEd25519(options: SignedBytes): boolean;
  verifySecp256k1(options: SignedBytes): boolean;
}

interface SignedBytes {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

interface SignedVote {
  readonly chainId: string;
  readonly vote: Vote;
  readonly publicKey: PublicKey;
  readonly crypto: SignatureVerifier;
}

/** Whether the key signed the vote. The caller has looked the key up by the vote's address. */
export function verifyVote({ chainId, vote, publicKey, crypto }: SignedVote): boolean {
  const message = voteSignBytes({ chainId, vote });
  return verifySignature(crypto, { publicKey, message, signature: vote.signature });
}

/** Whether the key signed the vote's extension. */
export function verifyVoteExtension({ chainId, vote, publicKey, crypto }: SignedVote): boolean {
  const message = voteExtensionSignBytes({ chainId, vote });
  return verifySignature(crypto, { publicKey, message, signature: vote.extensionSignature });
}

/** One verdict by the key's type. */
export function verifySignature(
  crypto: SignatureVerifier,
  signed: {
    readonly publicKey: PublicKey;
    readonly message: Uint8Array;
    readonly signature: Uint8Array;
  },
): boolean {
  const { publicKey, message, signature } = signed;
  const options = { publicKey: publicKey.bytes, message, signature };
  switch (publicKey.type) {
    case "ed25519":
      return crypto.verifyEd25519(options);
    case "secp256k1":
      return crypto.verifySecp256k1(options);
  }
}
