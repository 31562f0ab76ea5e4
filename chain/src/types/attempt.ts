import { ChainError, ok, refused, type Result } from "#base";

/** Turns the coded errors of decoders into refusals. Whatever else is thrown goes on. */
export function attempt<Value>(work: () => Value): Result<Value, ChainError> {
  try {
    return ok(work());
  } catch (error) {
    if (error instanceof ChainError) return refused(error);
    throw error;
  }
}
