/**
 * From a trusted header to a later one (v0.38 light/verifier.go, spec/light-client/verification).
 * The next header needs the validators that the trusted one names; one further on needs enough of
 * the trusted validators among its signers, so that at least one honest among them vouches for it.
 */
import { equalBytes, ok, refused, type Result } from "#base";
import {
  checkCommitBasic,
  checkHeaderBasic,
  attempt,
  hashHeader,
  hashValidatorSet,
  verifyCommitLight,
  verifyCommitTrusting,
  type Commit,
  type Header,
  type SignatureVerifier,
  type Time,
  type ValidatorSet,
} from "#types";
import { lightError, type LightError } from "./light-error.ts";

export interface SignedHeader {
  readonly header: Header;
  readonly commit: Commit;
}

export interface TrustLevel {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** At least one of a third of the power is honest. */
export const trustLevelDefault: TrustLevel = { numerator: 1n, denominator: 3n };

export interface Verification {
  readonly trusted: {
    readonly header: Header;
    /** Of the trusted height, or of the one after it: used where the new header is not the next. */
    readonly validators: ValidatorSet;
  };
  readonly untrusted: SignedHeader & { readonly validators: ValidatorSet };
  readonly crypto: SignatureVerifier;
  readonly now: Time;
  /** Nanoseconds: shorter than the time in which misbehaviour can still be punished. */
  readonly trustingPeriod: bigint;
  /** Nanoseconds by which the new header's time may be ahead of now. */
  readonly clockDriftMax: bigint;
  readonly trustLevel: TrustLevel;
}

/** By whichever of the two rules the heights ask for. */
export function verifyHeader(verification: Verification): Result<void, LightError> {
  const { trusted, untrusted } = verification;
  return untrusted.header.height === trusted.header.height + 1n
    ? verifyAdjacent(verification)
    : verifyNonAdjacent(verification);
}

/** The new header is the next one. */
export function verifyAdjacent(verification: Verification): Result<void, LightError> {
  const { trusted, untrusted } = verification;
  if (untrusted.header.height !== trusted.header.height + 1n) {
    return refused(heightOrder(verification));
  }
  const fault = expiryFault(verification) ?? headerFault(verification);
  if (fault !== undefined) return refused(fault);
  if (!equalBytes(untrusted.header.validatorsHash, trusted.header.nextValidatorsHash)) {
    return refused(lightError("NEXT_VALIDATORS", { height: untrusted.header.height }));
  }
  return verifyDecided(verification);
}

/** The new header is further on. */
export function verifyNonAdjacent(verification: Verification): Result<void, LightError> {
  const { trusted, untrusted, trustLevel, crypto } = verification;
  if (!isTrustLevel(trustLevel)) return refused(lightError("TRUST_LEVEL", { ...trustLevel }));
  if (untrusted.header.height === trusted.header.height + 1n) {
    return refused(heightOrder(verification));
  }
  const fault = expiryFault(verification) ?? headerFault(verification);
  if (fault !== undefined) return refused(fault);
  const { chainId } = trusted.header;
  const { validators } = trusted;
  const { commit } = untrusted;
  const vouched = verifyCommitTrusting({ chainId, validators, commit, trustLevel, crypto });
  if (vouched.kind === "refused") {
    const { code, message } = vouched.error;
    const known = code === "POWER_INSUFFICIENT" ? "TRUST_INSUFFICIENT" : "COMMIT_INVALID";
    return refused(lightError(known, { reason: message }));
  }
  // Last, because these validators are not known to be anybody: a stranger's set may be huge.
  return verifyDecided(verification);
}

function verifyDecided({ trusted, untrusted, crypto }: Verification): Result<void, LightError> {
  const { commit, header, validators } = untrusted;
  const { chainId } = trusted.header;
  const { blockId } = commit;
  const decided = verifyCommitLight({
    chainId,
    validators,
    blockId,
    height: header.height,
    commit,
    crypto,
  });
  if (decided.kind === "ok") return ok(undefined);
  return refused(lightError("COMMIT_INVALID", { reason: decided.error.message }));
}

/** Within 1/3 … 1: less than a third may be liars altogether. */
function isTrustLevel({ numerator, denominator }: TrustLevel): boolean {
  return denominator > 0n && numerator * 3n >= denominator && numerator <= denominator;
}

function heightOrder({ trusted, untrusted }: Verification): LightError {
  const facts = { trusted: trusted.header.height, got: untrusted.header.height };
  return lightError("HEIGHT_ORDER", facts);
}

function expiryFault({ trusted, trustingPeriod, now }: Verification): LightError | undefined {
  const expiry = trusted.header.time + trustingPeriod;
  return expiry > now ? undefined : lightError("TRUST_EXPIRED", { expiry, now });
}

function headerFault(verification: Verification): LightError | undefined {
  const { trusted, untrusted, now, clockDriftMax } = verification;
  const { header, validators } = untrusted;
  const misfit = signedHeaderFault(untrusted, trusted.header.chainId);
  if (misfit !== undefined) return misfit;
  if (header.height <= trusted.header.height) return heightOrder(verification);
  if (header.time <= trusted.header.time) {
    return lightError("TIME_ORDER", { trusted: trusted.header.time, got: header.time });
  }
  if (header.time >= now + clockDriftMax) {
    return lightError("TIME_FUTURE", { now, got: header.time });
  }
  if (!equalBytes(header.validatorsHash, hashValidatorSet(validators))) {
    return lightError("VALIDATORS_HASH", { height: header.height });
  }
  return undefined;
}

function signedHeaderFault(
  { header, commit }: SignedHeader,
  chainId: string,
): LightError | undefined {
  const basic = attempt(() => [checkHeaderBasic(header), checkCommitBasic(commit)]);
  if (basic.kind === "refused") {
    return lightError("COMMIT_MISFIT", { reason: basic.error.message });
  }
  if (header.chainId !== chainId) return lightError("CHAIN_ID", { got: header.chainId });
  const { blockId } = commit;
  const named = blockId.kind === "block" && equalBytes(blockId.hash, hashHeader(header));
  if (commit.height === header.height && named) return undefined;
  return lightError("COMMIT_MISFIT", { header: header.height, commit: commit.height });
}

/** An earlier header, by the hash chain alone: the trusted one must be right after it. */
export function verifyBackwards(headers: {
  readonly trusted: Header;
  readonly untrusted: Header;
}): Result<void, LightError> {
  const { trusted, untrusted } = headers;
  if (untrusted.chainId !== trusted.chainId) {
    return refused(lightError("CHAIN_ID", { got: untrusted.chainId }));
  }
  if (untrusted.height !== trusted.height - 1n) {
    return refused(lightError("HEIGHT_ORDER", { trusted: trusted.height, got: untrusted.height }));
  }
  if (untrusted.time >= trusted.time) {
    return refused(lightError("TIME_ORDER", { trusted: trusted.time, got: untrusted.time }));
  }
  const { lastBlockId } = trusted;
  if (lastBlockId.kind === "block" && equalBytes(lastBlockId.hash, hashHeader(untrusted))) {
    return ok(undefined);
  }
  return refused(lightError("LAST_BLOCK_ID", { height: untrusted.height }));
}
