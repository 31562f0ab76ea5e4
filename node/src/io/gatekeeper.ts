/** Who may connect: banned peers never, others while there is room. */
import type { Libp2pOptions } from "libp2p";
import type { PeerId } from "#ports";
import type { WireLimits } from "./wire-limits.ts";

type Gater = NonNullable<Libp2pOptions["connectionGater"]>;

export class Gatekeeper {
  readonly #limits: WireLimits;
  readonly #persistent: ReadonlySet<PeerId>;
  readonly #inboundCount: () => number;
  readonly #addresses = new Map<string, number>();
  readonly #bannedUntilMs = new Map<PeerId, number>();

  constructor(options: {
    readonly limits: WireLimits;
    readonly persistent: ReadonlySet<PeerId>;
    /** Established links that the other side dialled. */
    readonly inboundCount: () => number;
  }) {
    this.#limits = options.limits;
    this.#persistent = options.persistent;
    this.#inboundCount = options.inboundCount;
  }

  ban(peer: PeerId): void {
    const [oldest] = this.#bannedUntilMs.keys();
    if (this.#bannedUntilMs.size >= this.#limits.bansMax && oldest !== undefined) {
      this.#bannedUntilMs.delete(oldest);
    }
    this.#bannedUntilMs.set(peer, performance.now() + this.#limits.banMs);
  }

  isBanned(peer: PeerId): boolean {
    const until = this.#bannedUntilMs.get(peer);
    if (until === undefined) return false;
    if (until > performance.now()) return true;
    this.#bannedUntilMs.delete(peer);
    return false;
  }

  gater(): Gater {
    return {
      denyDialPeer: (peer) => this.isBanned(peer.toString()),
      denyDialMultiaddr: () => false,
      denyInboundConnection: (connection) => {
        const { host } = addressOf(connection.remoteAddr.toString());
        const count = this.#addresses.get(host) ?? 0;
        if (count >= this.#limits.inboundPerAddressMax) return true;
        this.#addresses.set(host, count + 1);
        connection.addEventListener("close", () => this.#forget(host));
        return false;
      },
      denyInboundEncryptedConnection: (peer) => this.#refuses(peer.toString()),
      denyOutboundEncryptedConnection: (peer) => this.isBanned(peer.toString()),
    };
  }

  #refuses(peer: PeerId): boolean {
    if (this.isBanned(peer)) return true;
    return !this.#persistent.has(peer) && this.#inboundCount() >= this.#limits.inboundMax;
  }

  #forget(host: string): void {
    const count = (this.#addresses.get(host) ?? 1) - 1;
    if (count > 0) this.#addresses.set(host, count);
    else this.#addresses.delete(host);
  }
}

/** `/ip4/1.2.3.4/tcp/26656/…` → host and `host:port`. */
export function addressOf(multiaddrText: string): { readonly host: string; readonly text: string } {
  const [, , host = "", , port = ""] = multiaddrText.split("/");
  return { host, text: host.includes(":") ? `[${host}]:${port}` : `${host}:${port}` };
}
