/** The grammars of single values: addresses to listen on, peers, gas prices, log levels. */
import { ChainError, ok, refused, type Result } from "@pyralog/chain/base";
import { gasPricesFromText, type GasPrices } from "@pyralog/chain/execution";
import { isPeerId } from "./peer-id.ts";

/** A TCP address. An empty host never occurs; port 0 lets the system choose. */
export interface TcpAddress {
  readonly host: string;
  readonly port: number;
}

/** A peer that is dialled until it answers: `peerId@host:port`. */
export interface PeerAddress extends TcpAddress {
  readonly peerId: string;
}

const portMax = 65_535;

/** `tcp://127.0.0.1:26657`, with or without the scheme, IPv6 in brackets. */
export function tcpAddressFromText(text: string): Result<TcpAddress, string> {
  const match = /^(?:tcp:\/\/)?(?:\[([0-9a-fA-F:]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text);
  if (match === null) return refused("is not an address of the form tcp://HOST:PORT");
  const [, six, name, digits] = match;
  const port = Number(digits);
  if (port > portMax) return refused(`has a port above ${portMax}`);
  return ok({ host: six ?? name ?? "", port });
}

/** @returns nothing for an empty text, where the setting may be left empty. */
export function tcpAddressOrNoneFromText(text: string): Result<TcpAddress | undefined, string> {
  return text === "" ? ok(undefined) : tcpAddressFromText(text);
}

export function textFromTcpAddress(address: TcpAddress): string {
  return address.host.includes(":")
    ? `[${address.host}]:${address.port}`
    : `${address.host}:${address.port}`;
}

export function isLoopback(address: TcpAddress): boolean {
  return address.host === "localhost" || address.host === "::1" || address.host.startsWith("127.");
}

/** `peerId@host:port`. */
export function textFromPeerAddress(peer: PeerAddress): string {
  return `${peer.peerId}@${textFromTcpAddress(peer)}`;
}

/** Comma-separated `peerId@host:port`, as CometBFT's `persistent_peers`. */
export function peersFromText(text: string): Result<readonly PeerAddress[], string> {
  const peers: PeerAddress[] = [];
  for (const piece of text.split(",").map((part) => part.trim())) {
    if (piece === "") continue;
    const [id = "", place = "", ...rest] = piece.split("@");
    const address = tcpAddressFromText(place);
    if (address.kind === "refused" || rest.length > 0) {
      return refused(`holds "${piece}", which is not NODE_ID@HOST:PORT`);
    }
    if (!isPeerId(id)) return refused(`holds "${id}", which is not a node id`);
    peers.push({ peerId: id, ...address.value });
  }
  return ok(peers);
}

/** `1000000000apyr`, `0.025uatom,0.1stake`: Cosmos' DecCoins, each denomination once. */
export function gasPricesFromConfig(text: string): Result<GasPrices, string> {
  try {
    const prices = gasPricesFromText(text);
    const twice = prices.find(({ denom }, index) =>
      prices.slice(0, index).some((earlier) => earlier.denom === denom),
    );
    return twice === undefined ? ok(prices) : refused(`names ${twice.denom} twice`);
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    return refused(`holds "${String(error.facts["value"])}"`);
  }
}

const levels: ReadonlySet<string> = new Set(["debug", "info", "warn", "error"]);

/** `info`, or `consensus:debug,*:info` as in CometBFT; the text itself is the value. */
export function logLevelsFromText(text: string): Result<string, string> {
  for (const piece of text.split(",")) {
    const [module = "", level = "", ...rest] = piece.includes(":")
      ? piece.split(":")
      : ["*", piece];
    if (module === "" || !levels.has(level) || rest.length > 0) return refused(`holds "${piece}"`);
  }
  return ok(text);
}
