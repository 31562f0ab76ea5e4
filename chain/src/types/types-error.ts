import { ChainError, type Facts } from "#base";

/**
 * Why a value is not one of CometBFT's, or does not hold.
 *
 * Shape (the ValidateBasic rules of v0.38):
 * - `VALUE_RANGE`: a number is outside what its field allows.
 * - `TIME_RANGE`: a time is before the year 1 or after 9999, or its nanoseconds are no part of one.
 * - `LENGTH`: a hash, address, key, chain id or extension has another length.
 * - `FIELD_MISSING`: a part that must be there is not.
 * - `ONEOF_INVALID`: of several alternatives, none or more than one is there.
 * - `VOTE_TYPE_UNKNOWN`: neither prevote nor precommit (for a proposal: not a proposal).
 * - `BLOCK_ID_PARTIAL`: a block id is neither nil nor complete.
 * - `BLOCK_ID_FLAG_UNKNOWN`: a commit's entry is none of absent, commit, nil.
 * - `ABSENT_NOT_EMPTY`: an absent entry of a commit carries an address, time or signature.
 * - `SIGNATURE_LENGTH`: a signature is missing or longer than 64 bytes.
 * - `EXTENSION_UNEXPECTED`: an extension on anything but a precommit for a block.
 * - `EXTENSION_UNSIGNED`: an extension without its signature.
 * - `COMMIT_NIL`: a commit above height 0 names no block.
 * - `COMMIT_EMPTY`: a commit above height 0 has no entries.
 * - `PART_LENGTH`: a part is too long, or shorter than the others without being the last.
 * - `PART_INDEX`: a part's index is not its proof's (ASA-2025-002).
 * - `PROOF_INVALID`: a Merkle proof has the wrong measures.
 * - `EVIDENCE_ORDER`: the two votes are not in the order of their block ids.
 * - `EVIDENCE_UNKNOWN`: evidence of a kind that is not handled.
 * - `BLOCK_VERSION`: a block protocol other than 11.
 * - `HASH_MISMATCH`: a header does not commit to what its block carries.
 *
 * Validators:
 * - `VALIDATORS_EMPTY`: the set would be empty.
 * - `VALIDATOR_REPEATED`: one validator twice in one list.
 * - `VALIDATOR_UNKNOWN`: a validator to remove, or one that signed, is not in the set.
 * - `VALIDATOR_ADDRESS`: an address that is not its key's.
 * - `PROPOSER_UNKNOWN`: the proposer is not in the set.
 * - `POWER_OVERFLOW`: more power than 2^63 / 8 in one validator or in the set.
 * - `KEY_TYPE`: a key type that is unknown or that the parameters do not allow.
 *
 * Commits:
 * - `COMMIT_SIZE`: another number of entries than validators.
 * - `COMMIT_HEIGHT`, `COMMIT_BLOCK_ID`: a commit for another height or block.
 * - `COMMIT_ADDRESS`: an entry with the address of another validator than its place's.
 * - `SIGNATURE_WRONG`: a signature does not verify.
 * - `POWER_INSUFFICIENT`: not more than the needed share of the power signed.
 * - `VOTE_REPEATED`: one validator signed twice in one commit.
 *
 * Documents:
 * - `PARAMS_INVALID`: a consensus parameter that the rules forbid.
 * - `GENESIS_INVALID`: a genesis document that the rules forbid.
 * - `JSON_INVALID`: not JSON, or a value of another type than its field's.
 */
export type TypesErrorCode =
  | "VALUE_RANGE"
  | "TIME_RANGE"
  | "LENGTH"
  | "FIELD_MISSING"
  | "ONEOF_INVALID"
  | "VOTE_TYPE_UNKNOWN"
  | "BLOCK_ID_PARTIAL"
  | "BLOCK_ID_FLAG_UNKNOWN"
  | "ABSENT_NOT_EMPTY"
  | "SIGNATURE_LENGTH"
  | "EXTENSION_UNEXPECTED"
  | "EXTENSION_UNSIGNED"
  | "COMMIT_NIL"
  | "COMMIT_EMPTY"
  | "PART_LENGTH"
  | "PART_INDEX"
  | "PROOF_INVALID"
  | "EVIDENCE_ORDER"
  | "EVIDENCE_UNKNOWN"
  | "BLOCK_VERSION"
  | "HASH_MISMATCH"
  | "VALIDATORS_EMPTY"
  | "VALIDATOR_REPEATED"
  | "VALIDATOR_UNKNOWN"
  | "VALIDATOR_ADDRESS"
  | "PROPOSER_UNKNOWN"
  | "POWER_OVERFLOW"
  | "KEY_TYPE"
  | "COMMIT_SIZE"
  | "COMMIT_HEIGHT"
  | "COMMIT_BLOCK_ID"
  | "COMMIT_ADDRESS"
  | "SIGNATURE_WRONG"
  | "POWER_INSUFFICIENT"
  | "VOTE_REPEATED"
  | "PARAMS_INVALID"
  | "GENESIS_INVALID"
  | "JSON_INVALID";

export class TypesError extends ChainError<TypesErrorCode> {}

export function typesError(code: TypesErrorCode, facts: Facts = {}): TypesError {
  return new TypesError({ code, facts });
}
