/** A refusal that is expected comes back as a value (STYLE rule 20). */
export type Result<Value, Failure> =
  | { readonly kind: "ok"; readonly value: Value }
  | { readonly kind: "refused"; readonly error: Failure };

export function ok<Value>(value: Value): Result<Value, never> {
  return { kind: "ok", value };
}

export function refused<Failure>(error: Failure): Result<never, Failure> {
  return { kind: "refused", error };
}
