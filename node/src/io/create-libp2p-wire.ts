/**
 * The `Wire` port over libp2p: TCP, noise, yamux. Of two connections that two peers opened to each
 * other at once, both keep the one that the smaller id dialled. Protocol names hold the chain id,
 * so a node of another chain is refused before a message is read.
 */
import { generateKeyPairFromSeed } from "@libp2p/crypto/keys";
import { noise } from "@chainsafe/libp2p-noise";
import { yamux } from "@chainsafe/libp2p-yamux";
import { peerIdFromPrivateKey, peerIdFromString } from "@libp2p/peer-id";
import { tcp } from "@libp2p/tcp";
import { createLibp2p, type Libp2p } from "libp2p";
import { assert } from "@pyralog/chain/base";
import {
  messageBytesMax,
  PortError,
  type Channel,
  type Log,
  type ObservedWire,
  type PeerId,
  type WireHandler,
  type WirePeer,
} from "#ports";
import { Dialer } from "./dialer.ts";
import { addressOf, Gatekeeper } from "./gatekeeper.ts";
import { channels, givesWay, Link, type Connection, type LinkEvents, type Stream } from "./link.ts";
import { listenAddressFrom, peerAddressFrom, type PeerAddress } from "./peer-address.ts";
import { assertWireLimits, wireLimitsDefault, type WireLimits } from "./wire-limits.ts";

export interface Libp2pWireOptions {
  /** The ed25519 seed of the node key, 32 bytes. */
  readonly secretKey: Uint8Array;
  readonly chainId: string;
  /** `tcp://host:port`, `host:port` or a multiaddr. */
  readonly listen: string;
  /** Persistent peers: `peerId@host:port` or multiaddrs that end in `/p2p/…`. */
  readonly peers: readonly string[];
  readonly log: Log;
  readonly limits?: Partial<WireLimits>;
}

/** Two connections this close together are two peers dialling each other at once. */
const simultaneousMs = 3_000;

/** The peer id that belongs to a node key. */
export async function peerIdFromSecretKey(secretKey: Uint8Array): Promise<PeerId> {
  const key = await generateKeyPairFromSeed("Ed25519", secretKey);
  return peerIdFromPrivateKey(key).toString();
}

/** Nothing listens or dials before `start`. @throws AddressError on a malformed address. */
export async function createLibp2pWire(options: Libp2pWireOptions): Promise<ObservedWire> {
  const limits: WireLimits = { ...wireLimitsDefault, ...options.limits };
  assertWireLimits(limits);
  const targets = options.peers.map(peerAddressFrom);
  const links = new Map<PeerId, Link>();
  const gatekeeper = new Gatekeeper({
    limits,
    persistent: new Set(targets.map(({ peer }) => peer)),
    inboundCount: () => countInbound(links),
  });
  const libp2p = await createNode({ options, limits, gatekeeper, persistentCount: targets.length });
  return new Libp2pWire({ options, limits, libp2p, gatekeeper, targets, links });
}

async function createNode(parts: {
  readonly options: Libp2pWireOptions;
  readonly limits: WireLimits;
  readonly gatekeeper: Gatekeeper;
  readonly persistentCount: number;
}): Promise<Libp2p> {
  const { options, limits } = parts;
  const connectionsMax = limits.inboundMax + 2 * parts.persistentCount + limits.handshakesMax;
  return createLibp2p({
    start: false,
    privateKey: await generateKeyPairFromSeed("Ed25519", options.secretKey),
    addresses: { listen: [listenAddressFrom(options.listen)] },
    transports: [tcp({ maxConnections: connectionsMax })],
    connectionEncrypters: [noise()],
    streamMuxers: [
      yamux({
        maxInboundStreams: 2 * channels.length,
        maxOutboundStreams: 2 * channels.length,
        streamOptions: { maxStreamWindowSize: limits.windowBytes },
      }),
    ],
    connectionGater: parts.gatekeeper.gater(),
    // Heartbeats on the consensus stream tell a dead peer sooner, in both directions.
    connectionMonitor: { enabled: false },
    connectionManager: {
      maxConnections: connectionsMax,
      maxIncomingPendingConnections: limits.handshakesMax,
      inboundConnectionThreshold: limits.inboundPerSecondMax,
      inboundUpgradeTimeout: limits.handshakeMs,
      reconnectRetries: 0,
    },
  });
}

class Libp2pWire implements ObservedWire, LinkEvents {
  readonly self: PeerId;
  readonly #options: Libp2pWireOptions;
  readonly #limits: WireLimits;
  readonly #libp2p: Libp2p;
  readonly #gatekeeper: Gatekeeper;
  readonly #dialer: Dialer;
  /** The one link that is used with each peer, ready or not yet. */
  readonly #links: Map<PeerId, Link>;
  #handler: WireHandler | undefined;
  #ticker: NodeJS.Timeout | undefined;
  #tickedMs = 0;

  constructor(parts: {
    readonly options: Libp2pWireOptions;
    readonly limits: WireLimits;
    readonly libp2p: Libp2p;
    readonly gatekeeper: Gatekeeper;
    readonly targets: readonly PeerAddress[];
    readonly links: Map<PeerId, Link>;
  }) {
    this.#options = parts.options;
    this.#limits = parts.limits;
    this.#libp2p = parts.libp2p;
    this.#gatekeeper = parts.gatekeeper;
    this.#links = parts.links;
    this.self = parts.libp2p.peerId.toString();
    this.#dialer = new Dialer({
      libp2p: parts.libp2p,
      limits: parts.limits,
      log: parts.options.log,
      targets: parts.targets.filter(({ peer }) => peer !== this.self),
      isLinked: (peer) => this.#links.has(peer),
      isBanned: (peer) => this.#gatekeeper.isBanned(peer),
    });
  }

  async start(handler: WireHandler): Promise<void> {
    assert(this.#handler === undefined, "a wire starts once");
    this.#handler = handler;
    for (const channel of channels) await this.#serve(channel);
    this.#libp2p.addEventListener("connection:open", ({ detail }) => this.#admit(detail));
    try {
      await this.#libp2p.start();
    } catch (error) {
      const facts = { address: this.#options.listen, reason: reasonOf(error) };
      throw new PortError({ code: "LISTEN_FAILED", facts, cause: error });
    }
    this.#tickedMs = performance.now();
    this.#ticker = setInterval(() => this.#tick(), this.#limits.heartbeatMs);
    this.#dialer.start();
  }

  async stop(): Promise<void> {
    this.#dialer.stop();
    clearInterval(this.#ticker);
    await Promise.all([...this.#links.values()].map((link) => link.closeGently()));
    await this.#libp2p.stop();
  }

  send(message: {
    readonly peer: PeerId;
    readonly channel: Channel;
    readonly bytes: Uint8Array;
  }): boolean {
    const { peer, channel, bytes } = message;
    assert(bytes.length > 0, "no message is empty");
    assert(bytes.length <= messageBytesMax[channel], `a ${channel} message is within its limit`);
    return this.#links.get(peer)?.send(channel, bytes) ?? false;
  }

  ban(peer: PeerId, reason: string): void {
    this.#options.log.write("warn", "peer banned", { peer, reason });
    this.#gatekeeper.ban(peer);
    this.#links.get(peer)?.close(`banned: ${reason}`);
  }

  peers(): readonly WirePeer[] {
    const nowMs = performance.now();
    return [...this.#links.values()]
      .filter((link) => link.ready)
      .map((link) => ({
        peer: link.peer,
        address: addressOf(link.connection.remoteAddr.toString()).text,
        direction: link.connection.direction,
        connectedMs: Math.round(nowMs - link.openedMs),
        ...link.traffic,
      }));
  }

  ready(link: Link): void {
    const { peer } = link;
    this.#dialer.reached(peer);
    const address = addressOf(link.connection.remoteAddr.toString()).text;
    this.#options.log.write("info", "peer connected", { peer, address });
    this.#handler?.connected(peer);
  }

  received(link: Link, message: { readonly channel: Channel; readonly bytes: Uint8Array }): void {
    this.#handler?.received({ peer: link.peer, ...message });
  }

  misbehaved(link: Link, reason: string): void {
    this.ban(link.peer, reason);
  }

  /** Where unfinished messages fill the memory for them, whose began first gives way. */
  holding(): void {
    const links = [...this.#links.values()];
    givesWay(links, this.#limits.unfinishedBytesMax)?.close("too many messages do not end");
  }

  mayQueue(bytes: number): boolean {
    let queued = bytes;
    for (const link of this.#links.values()) queued += link.queuedBytes;
    return queued <= this.#limits.queuedBytesMax;
  }

  /** Called once a link; `ready` still tells whether the peer was ever reported. */
  closed(link: Link, reason: string): void {
    const { peer } = link;
    if (this.#links.get(peer) === link) this.#links.delete(peer);
    this.#options.log.write(link.wasReady ? "info" : "debug", "peer disconnected", {
      peer,
      reason,
    });
    if (link.wasReady) this.#handler?.disconnected(peer);
    this.#dialer.lost(peer);
    void this.#forget(peer);
  }

  /** libp2p remembers everybody it ever spoke to; strangers come with any number of names. */
  async #forget(peer: PeerId): Promise<void> {
    try {
      await this.#libp2p.peerStore.delete(peerIdFromString(peer));
    } catch (error) {
      this.#options.log.write("debug", "peer not forgotten", { peer, reason: reasonOf(error) });
    }
  }

  async #serve(channel: Channel): Promise<void> {
    const accept = (stream: Stream, connection: Connection): void => {
      const link = this.#links.get(connection.remotePeer.toString());
      if (link?.connection.id === connection.id) link.accept(channel, stream);
      else stream.abort(new Error("another connection is used"));
    };
    const limits = { maxInboundStreams: 1, maxOutboundStreams: 1 };
    await this.#libp2p.handle(this.#protocolOf(channel), accept, limits);
  }

  #protocolOf(channel: Channel): string {
    return `/pyralog/${this.#options.chainId}/${channel}/1`;
  }

  #admit(connection: Connection): void {
    const peer = connection.remotePeer.toString();
    const current = this.#links.get(peer);
    if (current !== undefined && this.#keeps(current, connection)) {
      connection.abort(new Error("another connection is used"));
      return;
    }
    current?.close("replaced by a newer connection");
    const link = new Link({
      connection,
      limits: this.#limits,
      protocolOf: (channel) => this.#protocolOf(channel),
      events: this,
      nowMs: () => performance.now(),
    });
    this.#links.set(peer, link);
    void link.open();
  }

  /**
   * Both ends must choose alike whichever of two connections each saw first. Long after the first
   * one, a peer that dials has lost it, whatever we believe.
   */
  #keeps(current: Link, candidate: Connection): boolean {
    if (current.connection.direction === candidate.direction) return false;
    const candidateIsPreferred = (candidate.direction === "outbound") === this.self < current.peer;
    if (candidateIsPreferred) return false;
    const simultaneous = performance.now() - current.openedMs < simultaneousMs;
    return simultaneous || candidate.direction === "outbound";
  }

  #tick(): void {
    const nowMs = performance.now();
    // After a pause of our own process, everyone seems silent: ask again before judging.
    const slept = nowMs - this.#tickedMs > 2 * this.#limits.heartbeatMs;
    this.#tickedMs = nowMs;
    for (const link of this.#links.values()) {
      if (link.ready) this.#tickLink(link, { nowMs, slept });
      else if (nowMs - link.openedMs > this.#limits.handshakeMs) link.close("handshake timed out");
    }
  }

  #tickLink(link: Link, turn: { readonly nowMs: number; readonly slept: boolean }): void {
    link.tick(turn.nowMs, turn.slept);
    const fault = link.faultAt(turn.nowMs);
    if (fault !== undefined) link.close(fault);
  }
}

function countInbound(links: ReadonlyMap<PeerId, Link>): number {
  let count = 0;
  for (const link of links.values()) if (link.connection.direction === "inbound") count++;
  return count;
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join("; ");
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${reasonOf(error.cause)}`;
}
