/**
 * Misbehaviour that can be proved: two votes of one validator for two blocks in one round. The pool
 * verifies it, keeps it until a block carries it, and remembers what was punished until it is too
 * old to come again. It is pure: past blocks, time and the disk are the caller's.
 */
export { EvidenceError, type EvidenceErrorCode } from "./evidence-error.ts";
export { evidenceLimits, evidenceListBytes, EvidencePool } from "./evidence-pool.ts";
export type { ChainPosition, PastBlock } from "./verify-evidence.ts";
