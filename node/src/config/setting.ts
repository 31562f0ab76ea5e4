/**
 * A setting is one key of one file: its form in TOML, its initial value, the comment above it, and
 * how its text becomes a value. Environment and flags set the same settings by text.
 */
import { assert, ok, refused, type Result } from "@pyralog/chain/base";

export type Raw = string | number | boolean | readonly string[];

export type SettingFile = "config.toml" | "app.toml";

export interface Setting<Value> {
  readonly name: string;
  readonly form: "string" | "integer" | "boolean" | "strings";
  readonly initial: Raw;
  readonly about: string;
  /** What a right value looks like: the remedy of every refusal. */
  readonly wanted: string;
  parse(raw: Raw): Result<Value, string>;
}

/** Where a setting stands; `section` is empty at the top of a file. */
export interface Place {
  readonly file: SettingFile;
  readonly section: string;
}

/** Gives a setting its value, or the initial one after noting a mistake. */
export type ReadSetting = <Value>(place: Place, setting: Setting<Value>) => Value;

export function initialOf<Value>(setting: Setting<Value>): Value {
  const value = setting.parse(setting.initial);
  assert(value.kind === "ok", `the initial value of ${setting.name} is a right one`);
  return value.value;
}

/** `p2p.laddr`: how a setting is called in messages and as a flag. */
export function settingKey(place: Place, name: string): string {
  return place.section === "" ? name : `${place.section}.${name}`;
}

/** `PYRALOG_P2P_LADDR`: how a setting is called in the environment. */
export function settingVariable(place: Place, name: string): string {
  return `PYRALOG_${settingKey(place, name)}`.replaceAll(/[.-]/g, "_").toUpperCase();
}

/** Text of the environment or of a flag in the form that the file would have. */
export function rawFromText(written: string, form: Setting<unknown>["form"]): Raw {
  switch (form) {
    case "string":
      return written;
    case "integer":
      return /^-?\d{1,15}$/.test(written) ? Number(written) : written;
    case "boolean":
      return written === "true" ? true : written === "false" ? false : written;
    case "strings":
      return written.split(",").flatMap((piece) => (piece.trim() === "" ? [] : [piece.trim()]));
  }
}

interface Told {
  readonly initial: Raw;
  readonly about: string;
}

export function count(
  name: string,
  options: {
    readonly initial: number;
    readonly about: string;
    readonly min?: number;
    readonly max?: number;
  },
): Setting<number> {
  const { initial, about, min = 0, max = Number.MAX_SAFE_INTEGER } = options;
  const wanted = `a whole number from ${min} to ${max}`;
  const isCount = (raw: Raw): raw is number =>
    typeof raw === "number" && Number.isSafeInteger(raw) && raw >= min && raw <= max;
  return {
    name,
    form: "integer",
    initial,
    about,
    wanted: `write ${wanted}, such as ${initial}`,
    parse: (raw) => (isCount(raw) ? ok(raw) : refused(`is not ${wanted}`)),
  };
}

export function flag(
  name: string,
  options: { readonly initial: boolean; readonly about: string },
): Setting<boolean> {
  return {
    name,
    form: "boolean",
    ...options,
    wanted: "write true or false",
    parse: (raw) => (typeof raw === "boolean" ? ok(raw) : refused("is neither true nor false")),
  };
}

/** A string with a grammar of its own. */
export function text<Value>(
  name: string,
  options: Told & {
    readonly wanted: string;
    readonly parse: (text: string) => Result<Value, string>;
  },
): Setting<Value> {
  return {
    name,
    form: "string",
    initial: options.initial,
    about: options.about,
    wanted: options.wanted,
    parse: (raw) =>
      typeof raw === "string" ? options.parse(raw) : refused("is not a text in quotes"),
  };
}

export function texts<Value>(
  name: string,
  options: Told & {
    readonly wanted: string;
    readonly parse: (text: string) => Result<Value, string>;
  },
): Setting<readonly Value[]> {
  return {
    name,
    form: "strings",
    initial: options.initial,
    about: options.about,
    wanted: options.wanted,
    parse(raw) {
      if (typeof raw !== "object") return refused("is not a list of texts");
      const values: Value[] = [];
      for (const piece of raw) {
        const value = options.parse(piece);
        if (value.kind === "refused") return value;
        values.push(value.value);
      }
      return ok(values);
    },
  };
}

const durationUnits = new Map([
  ["ms", 1],
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
]);

/** Milliseconds, written as Go writes them: `500ms`, `3s`, `1m`. */
export function duration(
  name: string,
  options: { readonly initial: string; readonly about: string; readonly minMs?: number },
): Setting<number> {
  const { minMs = 0 } = options;
  return text(name, {
    ...options,
    wanted: `write a duration such as "${options.initial}" (ms, s, m or h)`,
    parse(written) {
      const [, number = "", unit = ""] = /^(\d{1,9})(ms|s|m|h)$/.exec(written) ?? [];
      const scale = durationUnits.get(unit);
      if (scale === undefined) return refused("is not a duration");
      const ms = Number(number) * scale;
      return ms < minMs ? refused(`is shorter than ${minMs}ms`) : ok(ms);
    },
  });
}
