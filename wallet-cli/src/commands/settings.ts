/** The wallet's own settings in the home: `pyralog config` shows and changes them. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { usage } from "./command-error.ts";

export const settingNames = ["node", "from", "gas-price", "prefix"] as const;
export type SettingName = (typeof settingNames)[number];
export type Settings = Readonly<Partial<Record<SettingName, string>>>;

/** `--home`, else `$PYRALOG_HOME`, else `./.pyralog` where there is one, else `~/.pyralog`. */
export function resolveHome(flag: string | undefined): string {
  const { PYRALOG_HOME: variable = "" } = process.env;
  if (flag !== undefined) return resolve(flag);
  if (variable !== "") return resolve(variable);
  return existsSync(".pyralog") ? resolve(".pyralog") : join(homedir(), ".pyralog");
}

function settingsPath(home: string): string {
  return join(home, "wallet.json");
}

/** @throws CommandError `USAGE` on a file that is none of ours. */
export function loadSettings(home: string): Settings {
  const path = settingsPath(home);
  if (!existsSync(path)) return {};
  const json = parsed(path);
  for (const name of Object.keys(json)) {
    if (!isSettingName(name)) {
      throw usage(`${path}: ${name} is no setting; remove it, or use ${settingNames.join(", ")}`);
    }
  }
  return json;
}

export function saveSettings(home: string, settings: Settings): void {
  const path = settingsPath(home);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, `${JSON.stringify(settings, undefined, 2)}\n`);
  renameSync(`${path}.new`, path);
}

export function isSettingName(name: string): name is SettingName {
  return settingNames.some((known) => known === name);
}

function parsed(path: string): Readonly<Record<string, string>> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    throw usage(`${path} is not JSON; correct it or remove it`);
  }
  if (isTexts(json)) return json;
  throw usage(`${path} must hold texts only, as {"node": "http://127.0.0.1:26657"}`);
}

function isTexts(json: unknown): json is Readonly<Record<string, string>> {
  return (
    typeof json === "object" &&
    json !== null &&
    !Array.isArray(json) &&
    Object.values(json).every((value) => typeof value === "string")
  );
}
