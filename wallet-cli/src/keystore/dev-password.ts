import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The file that unlocks development keys. It lies open beside them, of mode 0600. */
export function devPasswordPath(home: string): string {
  return join(home, "dev-password");
}

/** Nothing where the home has no development keys. */
export function loadDevPassword(home: string): string | undefined {
  const path = devPasswordPath(home);
  return existsSync(path) ? readFileSync(path, "utf8").trim() : undefined;
}
