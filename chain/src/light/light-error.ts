import { ChainError, type Facts } from "#base";

/**
 * Why a header is not trusted:
 * - `TRUST_LEVEL`: the share asked for is not within 1/3 … 1.
 * - `HEIGHT_ORDER`: the new header is not the one after, not a later one, or not the one before.
 * - `TRUST_EXPIRED`: the trusted header is older than the trusting period.
 * - `CHAIN_ID`: a header of another chain.
 * - `COMMIT_MISFIT`: header and commit are not of one height and block.
 * - `TIME_ORDER`: the new header is not later than the trusted one.
 * - `TIME_FUTURE`: the new header's time is ahead of now by more than clocks may differ.
 * - `VALIDATORS_HASH`: the validators given are not those that the header names.
 * - `NEXT_VALIDATORS`: they are not those that the trusted header names next.
 * - `TRUST_INSUFFICIENT`: too little of the trusted power signed: trust a header in between first.
 * - `COMMIT_INVALID`: the new validators did not decide the block.
 * - `LAST_BLOCK_ID`: the trusted header does not name the earlier one.
 */
export type LightErrorCode =
  | "TRUST_LEVEL"
  | "HEIGHT_ORDER"
  | "TRUST_EXPIRED"
  | "CHAIN_ID"
  | "COMMIT_MISFIT"
  | "TIME_ORDER"
  | "TIME_FUTURE"
  | "VALIDATORS_HASH"
  | "NEXT_VALIDATORS"
  | "TRUST_INSUFFICIENT"
  | "COMMIT_INVALID"
  | "LAST_BLOCK_ID";

export class LightError extends ChainError<LightErrorCode> {}

export function lightError(code: LightErrorCode, facts: Facts = {}): LightError {
  return new LightError({ code, facts });
}
