/** JSON logs through pino: one line an event, levels per module, secrets removed by name. */
import { hexFromBytes } from "@pyralog/chain/base";
import { destination, pino } from "pino";
import type { Log, LogLevel } from "#ports";

export interface LogOptions {
  /** `info`, or levels per module: `consensus:debug,p2p:error,*:info`. */
  readonly levels: string;
  /** A file to append to; standard output where absent. */
  readonly file?: string;
}

/** Hands out one `Log` for each module. Lines are written at once: none is lost in a crash. */
export interface Logs {
  module(name: string): Log;
}

const ranks: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };
const secretPattern = /secret|mnemonic|password|passphrase|privatekey|private_key|priv_key|seed/i;
const depthMax = 4;
const bytesShownMax = 64;
const itemsShownMax = 100;

/** @throws RangeError on a level that is none. */
export function createLog(options: LogOptions): Logs {
  const levels = levelsFrom(options.levels);
  const sink = destination({ dest: options.file ?? 1, sync: true, mkdir: true });
  // A log that cannot be written (a closed pipe, a full disk) stops no validator.
  sink.on("error", () => undefined);
  const logger = pino({ level: "debug", base: null }, sink);
  return {
    module: (name) => {
      const rank = ranks[levels.get(name) ?? levels.get("*") ?? "info"];
      return {
        write: (...[level, message, facts]) => {
          if (ranks[level] < rank) return;
          logger[level]({ module: name, ...printableFacts(facts ?? {}) }, message);
        },
      };
    },
  };
}

function levelsFrom(text: string): ReadonlyMap<string, LogLevel> {
  const levels = new Map<string, LogLevel>();
  for (const part of text.split(",")) {
    const [module = "", level] = part.includes(":") ? part.split(":") : ["*", part];
    const known = level?.trim();
    if (!isLogLevel(known)) {
      throw new RangeError(`"${part}" is no log level: use debug, info, warn or error.`);
    }
    levels.set(module.trim(), known);
  }
  return levels;
}

function isLogLevel(text: string | undefined): text is LogLevel {
  return text !== undefined && Object.hasOwn(ranks, text);
}

function printableFacts(facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const printed: Record<string, unknown> = {};
  for (const [name, fact] of Object.entries(facts)) {
    printed[name] = secretPattern.test(name) ? "[removed]" : printable(fact, depthMax);
  }
  return printed;
}

function printable(fact: unknown, depth: number): unknown {
  if (typeof fact === "bigint") return fact.toString();
  if (typeof fact !== "object" || fact === null) return fact;
  if (fact instanceof Uint8Array) return printableBytes(fact);
  if (depth === 0) return "…";
  if (fact instanceof Error) return printableError(fact, depth);
  if (Array.isArray(fact)) {
    return fact.slice(0, itemsShownMax).map((item: unknown) => printable(item, depth - 1));
  }
  const printed: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fact)) {
    printed[name] = secretPattern.test(name) ? "[removed]" : printable(value, depth - 1);
  }
  return printed;
}

function printableBytes(bytes: Uint8Array): string {
  const shown = hexFromBytes(bytes.subarray(0, bytesShownMax));
  return bytes.length > bytesShownMax ? `${shown}… (${bytes.length} bytes)` : shown;
}

function printableError(error: Error, depth: number): Record<string, unknown> {
  return {
    name: error.name,
    message: error.message,
    ...("code" in error ? { code: String(error.code) } : {}),
    ...("facts" in error ? { facts: printable(error.facts, depth - 1) } : {}),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: printable(error.cause, depth - 1) }),
  };
}
