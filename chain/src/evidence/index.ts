/**
 * Misbehaviour that can be proved: two votes of one validator for two blocks in one round. The pool
 * verifies it, keeps it until a block carries it, and remembers what was punished until it is too
 * old to come again; the relay brings what is pending to peers. Both are pure: past blocks, time,
 * wire and disk are the caller's.
 */
export { EvidenceError, type EvidenceErrorCode } from "./evidence-error.ts";
export {
  EvidenceRelay,
  type EvidenceVerdict,
  type RelayEffect,
  type RelayInput,
} from "./evidence-relay.ts";
export { createRelayLimits } from "./relay-limits.ts";
export { evidenceLimits, evidenceListBytes, EvidencePool } from "./evidence-pool.ts";
export type { ChainPosition, PastBlock } from "./verify-evidence.ts";
