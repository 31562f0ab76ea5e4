/** The original, for whoever is held against it: `testnet/tools/install-programs.sh` builds it. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const version = "0.38.25";
const tools = fileURLToPath(new URL("../../tools/.bin", import.meta.url));

/** The program, if there is one of the right version: in `testnet/tools/.bin` or on the path. */
export function findCometbft(): string | undefined {
  const folders = [tools, ...(process.env["PATH"] ?? "").split(delimiter)];
  return folders
    .map((folder) => join(folder, "cometbft"))
    .find((path) => existsSync(path) && versionOf(path) === version);
}

function versionOf(path: string): string {
  const shown = execFileSync(path, ["version"], { encoding: "utf8" });
  return shown.trim().split("+")[0] ?? "";
}
