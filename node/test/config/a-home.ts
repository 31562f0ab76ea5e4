import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { homePaths, tomlFromSettings, type HomePaths } from "@pyralog/node/config";

/** A node's home in a temporary folder with initial settings; `files` replaces or adds some. */
export function aHome(files: Readonly<Partial<Record<keyof HomePaths, string>>> = {}): {
  readonly home: string;
  readonly paths: HomePaths;
  remove(): void;
} {
  const home = mkdtempSync(join(tmpdir(), "pyralog-config-"));
  const paths = homePaths(home);
  write(paths.configToml, files.configToml ?? tomlFromSettings("config.toml"));
  write(paths.appToml, files.appToml ?? tomlFromSettings("app.toml"));
  for (const name of ["genesis", "nodeKey", "validatorKey"] as const) {
    const text = files[name];
    if (text !== undefined) write(paths[name], text);
  }
  return { home, paths, remove: () => rmSync(home, { recursive: true, force: true }) };
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
