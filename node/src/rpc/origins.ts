/**
 * Who may ask from a browser. Cross-origin requests are answered as rs/cors does for CometBFT; a
 * listener on the loopback answers only to its own names, so that no web page reaches it under a
 * name of its own (DNS rebinding).
 */
import type { RpcSettings } from "./limits.ts";

const allowedMethods = new Set(["HEAD", "GET", "POST"]);
const allowedHeaders = new Set([
  "accept",
  "content-type",
  "origin",
  "x-requested-with",
  "x-server-time",
]);
const loopbackNames = new Set(["localhost", "127.0.0.1", "[::1]"]);

interface Asked {
  readonly origin?: string | undefined;
  readonly method: string;
  /** `Access-Control-Request-Method`, in a preflight. */
  readonly requestMethod?: string | undefined;
  readonly requestHeaders?: string | undefined;
}

export type Headers = Readonly<Record<string, string>>;

export function isPreflight({ method, requestMethod }: Asked): boolean {
  return method === "OPTIONS" && requestMethod !== undefined && requestMethod !== "";
}

/** None where the operator allows no origin: then the answer does not depend on it either. */
export function corsHeaders(asked: Asked, { corsAllowedOrigins }: RpcSettings): Headers {
  if (corsAllowedOrigins.length === 0) return {};
  if (isPreflight(asked)) return preflightHeaders(asked, corsAllowedOrigins);
  const origin = grantedOrigin(asked, corsAllowedOrigins);
  if (origin === undefined) return { Vary: "Origin" };
  return { Vary: "Origin", "Access-Control-Allow-Origin": origin };
}

function preflightHeaders(asked: Asked, origins: readonly string[]): Headers {
  const Vary = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
  const method = (asked.requestMethod ?? "").toUpperCase();
  const origin = grantedOrigin({ ...asked, method }, origins);
  const headers = headersGranted(asked.requestHeaders ?? "");
  if (origin === undefined || headers === undefined) return { Vary };
  return {
    Vary,
    "Access-Control-Allow-Origin": origin,
    "Access-Control-Allow-Methods": method,
    ...(headers === "" ? {} : { "Access-Control-Allow-Headers": headers }),
  };
}

function grantedOrigin({ origin, method }: Asked, origins: readonly string[]): string | undefined {
  if (origin === undefined || origin === "" || !allowedMethods.has(method)) return undefined;
  if (origins.includes("*")) return "*";
  return isAllowed(origin, origins) ? origin : undefined;
}

/** The headers asked for, if every one of them is allowed. */
function headersGranted(requested: string): string | undefined {
  const names = requested
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  return names.every((name) => allowedHeaders.has(name)) ? names.join(", ") : undefined;
}

/** A pattern may hold one `*` for any text. */
function isAllowed(origin: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const [start = "", end] = pattern.toLowerCase().split("*");
    const text = origin.toLowerCase();
    if (end === undefined) return text === start;
    return text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end);
  });
}

/** Whether a request may be answered that was sent to this name. */
export function isOwnHost(host: string | undefined, settings: RpcSettings): boolean {
  if (!isLoopback(settings.listen.host)) return true;
  const name = (host ?? "").toLowerCase().replace(/:\d*$/, "");
  const own = settings.hostNames?.some((one) => one.toLowerCase() === name) ?? false;
  return loopbackNames.has(name) || own;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || host.startsWith("127.");
}
