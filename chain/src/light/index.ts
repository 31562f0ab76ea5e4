/**
 * Light verification: whether a header follows from one that is trusted, by its commit alone. It is
 * pure; time, the trusting period and the trust level are passed in, and where headers come from is
 * the caller's business.
 */
export { LightError, type LightErrorCode } from "./light-error.ts";
export {
  trustLevelDefault,
  verifyAdjacent,
  verifyBackwards,
  verifyHeader,
  verifyNonAdjacent,
  type SignedHeader,
  type TrustLevel,
  type Verification,
} from "./verify-header.ts";
