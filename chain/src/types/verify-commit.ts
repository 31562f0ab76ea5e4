/**
 * Whether a set of validators decided a block. Every signature is verified, not only those that
 * make two thirds: the application rewards by them, and the next block's time is their median
 * (GO-2026-4361).
 */
import { defined, equalBytes, hexFromBytes, ok, refused, type Result } from "#base";
import { equalBlockIds } from "./block-id.ts";
import { voteFromCommit } from "./commit.ts";
import { zeroTime } from "./create.ts";
import type { BlockId, Commit, Height, PublicKey, Time, Validator, Vote } from "./model.ts";
import { voteExtensionSignBytes, voteSignBytes } from "./sign-bytes.ts";
import { typesError, type TypesError } from "./types-error.ts";
import type { ValidatorSet } from "./validator-set.ts";

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

export interface CommitToVerify {
  readonly chainId: string;
  readonly validators: ValidatorSet;
  readonly blockId: BlockId;
  readonly height: Height;
  readonly commit: Commit;
  readonly crypto: SignatureVerifier;
}

/** Refuses with the first fault found; more than two thirds of the power is asked for last. */
export function verifyCommit(options: CommitToVerify): Result<void, TypesError> {
  const { validators, commit } = options;
  const misfit = commitMisfit(options);
  if (misfit !== undefined) return refused(misfit);
  let signed = 0n;
  for (const [place, validator] of validators.validators.entries()) {
    const sig = defined(commit.signatures[place], "the commit has as many entries");
    if (sig.kind === "absent") continue;
    const fault = entryFault(options, { place, validator });
    if (fault !== undefined) return refused(fault);
    if (sig.kind === "commit") signed += validator.power;
  }
  const needed = (validators.powerTotal * 2n) / 3n;
  if (signed > needed) return ok(undefined);
  return refused(typesError("POWER_INSUFFICIENT", { signed, needed }));
}

function commitMisfit(options: CommitToVerify): TypesError | undefined {
  const { validators, blockId, height, commit } = options;
  const want = validators.validators.length;
  const got = commit.signatures.length;
  if (want !== got) return typesError("COMMIT_SIZE", { want, got });
  if (commit.height !== height) {
    return typesError("COMMIT_HEIGHT", { want: height, got: commit.height });
  }
  if (!equalBlockIds(commit.blockId, blockId)) return typesError("COMMIT_BLOCK_ID", { height });
  return undefined;
}

function entryFault(
  options: CommitToVerify,
  entry: { readonly place: number; readonly validator: Validator },
): TypesError | undefined {
  const { chainId, commit, crypto } = options;
  const { place, validator } = entry;
  const vote = defined(voteFromCommit(commit, place), "an entry that is not absent is a vote");
  if (!equalBytes(vote.validatorAddress, validator.address)) {
    return typesError("COMMIT_ADDRESS", { index: place });
  }
  const verified = verifyVote({ chainId, vote, publicKey: validator.publicKey, crypto });
  return verified ? undefined : typesError("SIGNATURE_WRONG", { index: place });
}

/** Whether the key signed the vote. The caller has looked the key up by the vote's address. */
export function verifyVote(options: {
  readonly chainId: string;
  readonly vote: Vote;
  readonly publicKey: PublicKey;
  readonly crypto: SignatureVerifier;
}): boolean {
  const { chainId, vote, publicKey, crypto } = options;
  const message = voteSignBytes({ chainId, vote });
  return verifySignature(crypto, { publicKey, message, signature: vote.signature });
}

/** Whether the key signed the vote's extension. */
export function verifyVoteExtension(options: {
  readonly chainId: string;
  readonly vote: Vote;
  readonly publicKey: PublicKey;
  readonly crypto: SignatureVerifier;
}): boolean {
  const { chainId, vote, publicKey, crypto } = options;
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

/**
 * BFT time (v0.38 spec/consensus/bft-time.md): the median of the votes' times, weighed by power.
 * Votes for nil count, absent ones do not.
 */
export function medianTime(commit: Commit, validators: ValidatorSet): Time {
  const weighed: { readonly time: Time; readonly power: bigint }[] = [];
  let powerTotal = 0n;
  for (const sig of commit.signatures) {
    if (sig.kind === "absent") continue;
    const place = validators.indexOf(sig.validatorAddress);
    const validator = place === undefined ? undefined : validators.validators[place];
    if (validator === undefined) {
      throw typesError("VALIDATOR_UNKNOWN", { address: hexFromBytes(sig.validatorAddress) });
    }
    weighed.push({ time: sig.time, power: validator.power });
    powerTotal += validator.power;
  }
  let rest = powerTotal / 2n;
  for (const { time, power } of weighed.toSorted(compareTimes)) {
    if (rest <= power) return time;
    rest -= power;
  }
  return zeroTime;
}

function compareTimes(left: { readonly time: Time }, right: { readonly time: Time }): number {
  if (left.time === right.time) return 0;
  return left.time < right.time ? -1 : 1;
}
