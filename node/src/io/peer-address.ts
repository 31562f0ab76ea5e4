/** The two spellings of an address: `peerId@host:port`, as operators write it, and multiaddrs. */
import { multiaddr, type Multiaddr } from "@multiformats/multiaddr";
import { peerIdFromString } from "@libp2p/peer-id";
import { ChainError } from "@pyralog/chain/base";
import type { PeerId } from "#ports";

/** - `ADDRESS_MALFORMED`: neither `peerId@host:port` nor a multiaddr over TCP. */
export class AddressError extends ChainError<"ADDRESS_MALFORMED"> {}

export interface PeerAddress {
  readonly peer: PeerId;
  readonly address: Multiaddr;
}

const hostPortPattern =
  /^(?:tcp:\/\/)?(?:\[(?<v6>[0-9a-fA-F:.]+)\]|(?<host>[^\s/:@]+)):(?<port>\d{1,5})$/;
const v4Pattern = /^(?:\d{1,3}\.){3}\d{1,3}$/;
const portMax = 65_535;

/** @throws AddressError */
export function peerAddressFrom(text: string): PeerAddress {
  try {
    if (text.startsWith("/")) return peerAddressFromMultiaddr(text);
    const at = text.indexOf("@");
    const peer = peerIdFromString(text.slice(0, Math.max(0, at))).toString();
    const address = `${hostPort(text.slice(at + 1), "dns")}/p2p/${peer}`;
    return { peer, address: multiaddr(address) };
  } catch (error) {
    throw malformed(text, error);
  }
}

/** @throws AddressError */
export function listenAddressFrom(text: string): string {
  try {
    return text.startsWith("/") ? multiaddr(text).toString() : hostPort(text, "ip");
  } catch (error) {
    throw malformed(text, error);
  }
}

function peerAddressFromMultiaddr(text: string): PeerAddress {
  const address = multiaddr(text);
  const peer = address.getComponents().findLast((component) => component.name === "p2p")?.value;
  if (peer === undefined) throw new RangeError("no /p2p/ part names the peer");
  return { peer: peerIdFromString(peer).toString(), address };
}

function hostPort(text: string, names: "dns" | "ip"): string {
  const groups = hostPortPattern.exec(text)?.groups;
  const port = Number(groups?.["port"]);
  if (groups === undefined || port > portMax) throw new RangeError("no host and port");
  const v6 = groups["v6"];
  if (v6 !== undefined) return `/ip6/${v6}/tcp/${port}`;
  const host = groups["host"] ?? "";
  if (v4Pattern.test(host)) return `/ip4/${host}/tcp/${port}`;
  if (host === "localhost") return `/ip4/127.0.0.1/tcp/${port}`;
  if (names === "ip") throw new RangeError("a name cannot be listened on");
  return `/dns/${host}/tcp/${port}`;
}

function malformed(text: string, cause: unknown): AddressError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AddressError({ code: "ADDRESS_MALFORMED", facts: { text, reason }, cause });
}
