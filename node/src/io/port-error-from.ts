import { PortError, type PortErrorCode } from "#ports";

const fullCodes: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** Names what went wrong outside in the words of the ports; the original stays as the cause. */
export function portErrorFrom(error: unknown, path: string): PortError {
  if (error instanceof PortError) return error;
  const reason = errorCodeOf(error) ?? messageOf(error);
  return new PortError({ code: codeFor(error, reason), facts: { path, reason }, cause: error });
}

/** `ENOENT` and the like, where the error carries one. */
export function errorCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

function codeFor(error: unknown, reason: string): PortErrorCode {
  if (fullCodes.has(reason) || /no space left/i.test(chainOf(error))) return "DISK_FULL";
  if (reason === "LEVEL_CORRUPTION" || /corruption/i.test(chainOf(error))) return "TABLE_CORRUPT";
  if (reason === "LEVEL_LOCKED" || /LEVEL_LOCKED/.test(chainOf(error))) return "LOCKED";
  if (reason === "LEVEL_DATABASE_NOT_OPEN") return "CLOSED";
  return "DISK_FAILED";
}

/** The messages and codes of an error and of all its causes. */
function chainOf(error: unknown): string {
  const told: string[] = [];
  for (let cause = error; cause instanceof Error && told.length < 8; cause = cause.cause) {
    told.push(errorCodeOf(cause) ?? "", cause.message);
  }
  return told.join(" ");
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
