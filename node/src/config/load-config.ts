/**
 * Files, environment and flags become one frozen `Config`. Every mistake is found before anything
 * is written: reading goes on past the first, so that one run lists them all.
 */
import { refused } from "@pyralog/chain/base";
import type { Config } from "./config.ts";
import { refuseMistakes, type Mistake } from "./config-error.ts";
import { homePaths, networkHomeMistakes } from "./home.ts";
import {
  initialOf,
  rawFromText,
  settingKey,
  settingVariable,
  type Place,
  type Raw,
  type Setting,
} from "./setting.ts";
import { readSettings } from "./settings.ts";
import { entriesOfToml } from "./toml.ts";
import { textFromTcpAddress, type TcpAddress } from "./values.ts";

export interface ConfigSources {
  readonly home: string;
  /** Variables `PYRALOG_<SECTION>_<KEY>` among others. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** By key, as `{"p2p.laddr": "tcp://…"}`; they win over the environment. */
  readonly flags?: Readonly<Record<string, string>>;
}

/** @throws ConfigError naming the first mistake. */
export function loadConfig(sources: ConfigSources): Config {
  const { config, mistakes } = checkConfig(sources);
  refuseMistakes(mistakes);
  return config;
}

/** The config as far as it could be read, and all that is wrong with it. */
export function checkConfig(sources: ConfigSources): {
  readonly config: Config;
  readonly mistakes: readonly Mistake[];
} {
  const paths = homePaths(sources.home);
  const ofNetwork = networkHomeMistakes(sources.home);
  if (ofNetwork.length > 0) {
    return {
      config: freezeDeep({ paths, ...readSettings((_, setting) => initialOf(setting)) }),
      mistakes: ofNetwork,
    };
  }
  const mistakes: Mistake[] = [];
  const layers = layersOf(sources, mistakes);
  const values = readSettings((place, setting) => readFrom(layers, { place, setting, mistakes }));
  const config = freezeDeep({ paths, ...values });
  mistakes.push(...layers.flatMap(unknownKeys), ...conflicts(config));
  return { config, mistakes };
}

/** One source of values. Texts (environment, flags) are turned into the form of the setting. */
interface Layer {
  readonly origin: string;
  readonly entries: ReadonlyMap<string, unknown>;
  readonly isText: boolean;
  readonly known: Set<string>;
  /** What the layer calls a setting; nothing for settings that it does not hold. */
  name(place: Place, setting: Setting<unknown>): string | undefined;
}

/** The first layer that holds a setting wins: flags, environment, file. */
function layersOf(sources: ConfigSources, mistakes: Mistake[]): readonly Layer[] {
  const paths = homePaths(sources.home);
  const file = (name: Place["file"], path: string): Layer => ({
    origin: path,
    entries: entriesOfToml(path, mistakes),
    isText: false,
    known: new Set(),
    name: (place, setting) => (place.file === name ? settingKey(place, setting.name) : undefined),
  });
  return [
    {
      origin: "command line",
      entries: new Map(Object.entries(sources.flags ?? {})),
      isText: true,
      known: new Set(),
      name: (place, setting) => settingKey(place, setting.name),
    },
    {
      origin: "environment",
      entries: new Map(Object.entries(sources.environment ?? {}).filter(isOurs)),
      isText: true,
      known: new Set(),
      name: (place, setting) => settingVariable(place, setting.name),
    },
    file("config.toml", paths.configToml),
    file("app.toml", paths.appToml),
  ];
}

function isOurs([name, value]: readonly [string, string | undefined]): boolean {
  return name.startsWith("PYRALOG_") && name !== "PYRALOG_HOME" && value !== undefined;
}

function readFrom<Value>(
  layers: readonly Layer[],
  about: {
    readonly place: Place;
    readonly setting: Setting<Value>;
    readonly mistakes: Mistake[];
  },
): Value {
  const { place, setting, mistakes } = about;
  const written = layers.flatMap((layer) => take(layer, { place, setting })).at(0);
  if (written === undefined) return initialOf(setting);
  const raw = rawOf(written, setting);
  const value = raw === undefined ? refused("has the wrong type") : setting.parse(raw);
  if (value.kind === "ok") return value.value;
  mistakes.push({
    code: "VALUE_INVALID",
    file: written.layer.origin,
    key: written.key,
    value: JSON.stringify(written.value) ?? "",
    problem: value.error,
    remedy: setting.wanted,
  });
  return initialOf(setting);
}

interface Written {
  readonly layer: Layer;
  readonly key: string;
  readonly value: unknown;
}

/** What the layer holds for the setting, if anything; it is known from now on. */
function take(
  layer: Layer,
  about: { readonly place: Place; readonly setting: Setting<unknown> },
): readonly Written[] {
  const key = layer.name(about.place, about.setting);
  if (key === undefined) return [];
  layer.known.add(key);
  return layer.entries.has(key) ? [{ layer, key, value: layer.entries.get(key) }] : [];
}

function rawOf(written: Written, setting: Setting<unknown>): Raw | undefined {
  const { layer, value } = written;
  if (layer.isText && typeof value === "string") return rawFromText(value, setting.form);
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return value;
  }
  return isTexts(value) ? value : undefined;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((piece) => typeof piece === "string");
}

function unknownKeys(layer: Layer): readonly Mistake[] {
  return [...layer.entries]
    .filter(([key]) => !layer.known.has(key))
    .map(([key, value]) => ({
      code: "KEY_UNKNOWN",
      file: layer.origin,
      key,
      value: JSON.stringify(value) ?? "",
      problem: "is no setting of this version",
      remedy: `remove it, or did you mean ${nearest(key, layer.known)}?`,
    }));
}

/** The known key that shares most pairs of letters with what was written. */
function nearest(key: string, known: ReadonlySet<string>): string {
  const wanted = letterPairs(key);
  const shared = (name: string): number => {
    const own = letterPairs(name);
    return (2 * wanted.filter((pair) => own.includes(pair)).length) / (wanted.length + own.length);
  };
  return [...known].toSorted((a, b) => shared(b) - shared(a)).at(0) ?? "";
}

function letterPairs(text: string): readonly string[] {
  return Array.from({ length: text.length }, (_, index) => text.slice(index, index + 2));
}

function conflicts(config: Config): readonly Mistake[] {
  const { rpc, p2p, instrumentation, mempool } = config;
  const listeners: readonly (readonly [string, TcpAddress])[] = [
    ["rpc.laddr", rpc.listen],
    ["p2p.laddr", p2p.listen],
    ...(instrumentation.prometheus
      ? [["instrumentation.prometheus_listen_addr", instrumentation.listen] as const]
      : []),
  ];
  const mistakes: Mistake[] = [];
  for (const [index, [key, address]] of listeners.entries()) {
    const other = listeners.slice(0, index).find(([, earlier]) => overlap(earlier, address));
    if (other === undefined) continue;
    mistakes.push({
      code: "VALUES_CONFLICT",
      file: config.paths.configToml,
      key,
      value: textFromTcpAddress(address),
      problem: `is also what ${other[0]} listens on`,
      remedy: "give each its own port",
    });
  }
  if (mempool.txBytesMax > mempool.bytesMax) {
    mistakes.push({
      code: "VALUES_CONFLICT",
      file: config.paths.configToml,
      key: "mempool.max_tx_bytes",
      value: String(mempool.txBytesMax),
      problem: "is more than mempool.max_txs_bytes lets in altogether",
      remedy: `write at most ${mempool.bytesMax}`,
    });
  }
  if (mempool.cacheSize < mempool.txsMax) {
    mistakes.push({
      code: "VALUES_CONFLICT",
      file: config.paths.configToml,
      key: "mempool.cache_size",
      value: String(mempool.cacheSize),
      problem: "remembers fewer transactions than mempool.size lets wait",
      remedy: `write at least ${mempool.txsMax}`,
    });
  }
  return mistakes;
}

const everywhere: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

function overlap(left: TcpAddress, right: TcpAddress): boolean {
  if (left.port === 0 || left.port !== right.port) return false;
  return left.host === right.host || everywhere.has(left.host) || everywhere.has(right.host);
}

function freezeDeep<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === "object" && inner !== null) freezeDeep(inner);
  }
  return Object.freeze(value);
}
