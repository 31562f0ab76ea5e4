import { ChainError, type Result } from "@pyralog/chain/base";

/** The code of the error that the work throws or is refused with, or `accepted`. */
export function codeOf(work: () => unknown): string {
  try {
    const answer = work();
    return isRefusal(answer) ? answer.error.code : "accepted";
  } catch (error) {
    if (error instanceof ChainError) return error.code;
    throw error;
  }
}

function isRefusal(
  answer: unknown,
): answer is Extract<Result<never, ChainError>, { kind: "refused" }> {
  if (typeof answer !== "object" || answer === null) return false;
  return "kind" in answer && answer.kind === "refused" && "error" in answer;
}
