/**
 * Whether a set of validators decided a block. A node verifies every signature, not only those that
 * make two thirds: the application rewards by them, and the next block's time is their median
 * (GO-2026-4361). A light client needs to know only that enough signed.
 */
import { defined, equalBytes, ok, refused, type Result } from "#base";
import { equalBlockIds } from "./block-id.ts";
import { voteFromCommit } from "./commit.ts";
import type { BlockIdOrNil, Commit, Height, Validator } from "./model.ts";
import { verifyVote, type SignatureVerifier } from "./signature.ts";
import { typesError, type TypesError } from "./types-error.ts";
import type { ValidatorSet } from "./validator-set.ts";

interface Signed {
  readonly chainId: string;
  readonly validators: ValidatorSet;
  readonly commit: Commit;
  readonly crypto: SignatureVerifier;
}

export interface CommitToVerify extends Signed {
  readonly blockId: BlockIdOrNil;
  readonly height: Height;
}

/** Every signature verifies, and more than two thirds of the power is for the block. */
export function verifyCommit(options: CommitToVerify): Result<void, TypesError> {
  return verifyPlaces(options, { every: true });
}

/** More than two thirds of the power is for the block; what else the commit holds is not seen. */
export function verifyCommitLight(options: CommitToVerify): Result<void, TypesError> {
  return verifyPlaces(options, { every: false });
}

function verifyPlaces(
  options: CommitToVerify,
  { every }: { readonly every: boolean },
): Result<void, TypesError> {
  const { validators, commit } = options;
  const misfit = commitMisfit(options);
  if (misfit !== undefined) return refused(misfit);
  const needed = (validators.powerTotal * 2n) / 3n;
  let signed = 0n;
  for (const [place, validator] of validators.validators.entries()) {
    const sig = defined(commit.signatures[place], "the commit has as many entries");
    if (sig.kind === "absent" || (sig.kind === "nil" && !every)) continue;
    if (!equalBytes(sig.validatorAddress, validator.address)) {
      return refused(typesError("COMMIT_ADDRESS", { index: place }));
    }
    const fault = signatureFault(options, { place, validator });
    if (fault !== undefined) return refused(fault);
    if (sig.kind === "commit") signed += validator.power;
    if (!every && signed > needed) return ok(undefined);
  }
  return verdict(signed, needed);
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

/**
 * More than a share of the power of a set that need not be the commit's own is for its block:
 * signers are looked up by address, strangers are passed over.
 */
export function verifyCommitTrusting(
  options: Signed & {
    readonly trustLevel: { readonly numerator: bigint; readonly denominator: bigint };
  },
): Result<void, TypesError> {
  const { validators, commit, trustLevel } = options;
  const needed = (validators.powerTotal * trustLevel.numerator) / trustLevel.denominator;
  const seen = new Set<Validator>();
  let signed = 0n;
  for (const [place, sig] of commit.signatures.entries()) {
    if (sig.kind !== "commit") continue;
    const validator = validators.validators[validators.indexOf(sig.validatorAddress) ?? -1];
    if (validator === undefined) continue;
    if (seen.has(validator)) return refused(typesError("VOTE_REPEATED", { index: place }));
    seen.add(validator);
    const fault = signatureFault(options, { place, validator });
    if (fault !== undefined) return refused(fault);
    signed += validator.power;
    if (signed > needed) return ok(undefined);
  }
  return verdict(signed, needed);
}

function signatureFault(
  { chainId, commit, crypto }: Signed,
  { place, validator }: { readonly place: number; readonly validator: Validator },
): TypesError | undefined {
  const vote = defined(voteFromCommit(commit, place), "an entry that is not absent is a vote");
  const verified = verifyVote({ chainId, vote, publicKey: validator.publicKey, crypto });
  return verified ? undefined : typesError("SIGNATURE_WRONG", { index: place });
}

function verdict(signed: bigint, needed: bigint): Result<void, TypesError> {
  if (signed > needed) return ok(undefined);
  return refused(typesError("POWER_INSUFFICIENT", { signed, needed }));
}
