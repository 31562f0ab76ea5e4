import { ChainError } from "#base";

/**
 * Why bytes are not the message that they claim to be:
 * - `TRUNCATED`: a field reaches past the end.
 * - `VARINT_OVERLONG`: more than ten bytes, more than 64 bits, or (strict) not the shortest form.
 * - `TAG_INVALID`: field number 0 or above 2^29 − 1, or a group.
 * - `WIRE_TYPE_MISMATCH`: the field is known, its wire type is another.
 * - `FIELD_UNKNOWN`: a number that the message does not have, where that is refused.
 * - `FIELD_REPEATED`: a field that occurs once at most came twice (strict).
 * - `FIELD_ORDER`: fields are not in ascending order (strict).
 * - `FIELD_DEFAULT`: a field carries its default value, which is never written (strict).
 * - `UTF8_INVALID`: a string is not UTF-8.
 * - `NESTING_TOO_DEEP`: messages within messages beyond the limit.
 * - `ITEMS_TOO_MANY`: more entries of repeated fields than so many bytes may unfold to.
 * - `VALUE_RANGE`: a number does not fit its type.
 */
export type CodecErrorCode =
  | "TRUNCATED"
  | "VARINT_OVERLONG"
  | "TAG_INVALID"
  | "WIRE_TYPE_MISMATCH"
  | "FIELD_UNKNOWN"
  | "FIELD_REPEATED"
  | "FIELD_ORDER"
  | "FIELD_DEFAULT"
  | "UTF8_INVALID"
  | "NESTING_TOO_DEEP"
  | "ITEMS_TOO_MANY"
  | "VALUE_RANGE";

export class CodecError extends ChainError<CodecErrorCode> {}

export function codecError(
  code: CodecErrorCode,
  facts: Readonly<Record<string, string | number>> = {},
): CodecError {
  return new CodecError({ code, facts });
}
