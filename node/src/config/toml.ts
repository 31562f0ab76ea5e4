/** The two TOML files: read into flat keys, and written with a comment above every setting. */
import { existsSync, readFileSync } from "node:fs";
import { parse, TomlError } from "smol-toml";
import type { Mistake } from "./config-error.ts";
import { settingKey, type Raw, type SettingFile } from "./setting.ts";
import { sectionAbout, settingsListed } from "./settings.ts";

/** `section.key` → value; empty, with a mistake noted, when the file is missing or malformed. */
export function entriesOfToml(path: string, mistakes: Mistake[]): ReadonlyMap<string, unknown> {
  if (!existsSync(path)) {
    mistakes.push({
      code: "FILE_MISSING",
      file: path,
      key: "",
      value: "",
      problem: "there is no such file",
      remedy: "create it with `pyralogd init`, or name the right home with --home",
    });
    return new Map();
  }
  try {
    return flatten(parse(readFileSync(path, "utf8")));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    mistakes.push({
      code: "FILE_MALFORMED",
      file: path,
      key: `line ${error.line}, column ${error.column}`,
      value: "",
      problem: error.message.split("\n")[0] ?? "is not TOML",
      remedy: "correct the line, or write the file anew with `pyralogd init`",
    });
    return new Map();
  }
}

function flatten(table: Readonly<Record<string, unknown>>): ReadonlyMap<string, unknown> {
  const entries = new Map<string, unknown>();
  for (const [name, value] of Object.entries(table)) {
    if (!isTable(value)) {
      entries.set(name, value);
      continue;
    }
    for (const [inner, deeper] of Object.entries(value)) entries.set(`${name}.${inner}`, deeper);
  }
  return entries;
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Values by key that differ from the initial ones. */
export type Overrides = Readonly<Record<string, Raw>>;

/** A whole file: every setting under its comment, initial values but for the overrides. */
export function tomlFromSettings(file: SettingFile, overrides: Overrides = {}): string {
  const lines: string[] = [headings[file]];
  let section = "";
  for (const { place, setting } of settingsListed()) {
    if (place.file !== file) continue;
    if (place.section !== section) {
      ({ section } = place);
      lines.push("", `# ${sectionAbout[section] ?? section}`, `[${section}]`);
    }
    const raw = overrides[settingKey(place, setting.name)] ?? setting.initial;
    if (setting.about !== "") lines.push("", `# ${setting.about}`);
    lines.push(`${setting.name} = ${tomlOf(raw)}`);
  }
  return `${lines.join("\n")}\n`;
}

function tomlOf(raw: Raw): string {
  if (typeof raw === "string" || typeof raw === "object") return JSON.stringify(raw);
  return String(raw);
}

const headings: Readonly<Record<SettingFile, string>> = {
  "config.toml": "# Settings of this node alone. `pyralogd config validate` checks them.",
  "app.toml": "# Settings of this node's application. `pyralogd config validate` checks them.",
};
