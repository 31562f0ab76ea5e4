/**
 * The wires of all nodes. Between two nodes there is at most one connection, and on it, for each
 * direction and channel, messages arrive whole and in order, late by latency and size. A cut holds
 * them back like lost packets; whoever hears nothing for too long drops the connection, and the two
 * meet again once they can. Stress beyond the contract (loss, repetition, disorder) is optional.
 */
import { assert, type Prng } from "@pyralog/chain/base";
import {
  messageBytesMax,
  type Channel,
  type ObservedWire,
  type PeerId,
  type WireHandler,
  type WirePeer,
} from "@pyralog/node/ports";
import type { EventQueue } from "./event-queue.ts";
import { networkRulesDefault, type LinkLimits, type NetworkRules } from "./network-rules.ts";
import type { SimProcess } from "./sim-process.ts";
import { SimStream } from "./sim-stream.ts";

interface Message {
  readonly channel: Channel;
  readonly bytes: Uint8Array;
}

interface Cut {
  readonly sinceMs: number;
  /** Who cut it and has not healed it. */
  count: number;
}

interface Way {
  readonly from: PeerId;
  readonly to: PeerId;
}

interface Endpoint {
  readonly process: SimProcess;
  readonly handler: WireHandler;
}

interface Connection {
  /** The one that dialled first. */
  readonly ends: readonly [Endpoint, Endpoint];
  readonly madeMs: number;
  /** By `from→to channel`. */
  readonly streams: Map<string, SimStream<Message>>;
  isOpen: boolean;
}

const queueBytesMax: Readonly<Record<Channel, number>> = {
  consensus: 8 * 1024 * 1024,
  transactions: 4 * 1024 * 1024,
  sync: 48 * 1024 * 1024,
  evidence: 1024 * 1024,
};

export class SimNetwork {
  readonly rules: NetworkRules = { ...networkRulesDefault };
  readonly #queue: EventQueue;
  readonly #prng: Prng;
  readonly #endpoints = new Map<PeerId, Endpoint>();
  readonly #connections = new Map<string, Connection>();
  /** By `from→to`: directions in which nothing gets through. */
  readonly #cuts = new Map<string, Cut>();
  readonly #narrow = new Map<string, LinkLimits>();
  readonly #past = new Map<string, Message[]>();
  readonly #bansUntilMs = new Map<string, number>();
  #links: (one: PeerId, other: PeerId) => boolean = () => true;

  constructor(queue: EventQueue, prng: Prng) {
    this.#queue = queue;
    this.#prng = prng;
  }

  /** Who dials whom, before anybody does; by default everybody everybody. */
  shape(links: (one: PeerId, other: PeerId) => boolean): void {
    this.#links = links;
  }

  /** Nothing gets from one to the other any more; the way back is another cut. */
  cut(from: PeerId, to: PeerId): void {
    const known = this.#cuts.get(wayOf(from, to));
    if (known !== undefined) {
      known.count++;
      return;
    }
    const cut: Cut = { sinceMs: this.#queue.nowMs, count: 1 };
    this.#cuts.set(wayOf(from, to), cut);
    this.#queue.after(this.rules.silenceMs, () => {
      const connection = this.#connections.get(pairOf(from, to));
      const isOlder = connection !== undefined && connection.madeMs <= cut.sinceMs;
      if (isOlder && this.#cuts.get(wayOf(from, to)) === cut) this.#close(connection);
    });
  }

  /** Takes one cut back; what was cut twice is healed twice. */
  heal(from: PeerId, to: PeerId): void {
    const cut = this.#cuts.get(wayOf(from, to));
    if (cut !== undefined && --cut.count === 0) this.#cuts.delete(wayOf(from, to));
  }

  /** One direction carries less from now on; no limits make it as wide as the others again. */
  narrow({ from, to }: Way, limits: LinkLimits): void {
    this.#narrow.set(wayOf(from, to), limits);
  }

  healAll(): void {
    this.#cuts.clear();
    this.#narrow.clear();
  }

  /** The wire of one run of a node. */
  wire(process: SimProcess): ObservedWire {
    const { name: self } = process;
    return {
      self,
      start: async (handler) => {
        await process.answer(0, () => this.#join({ process, handler }));
      },
      send: ({ peer, channel, bytes }) => {
        assert(bytes.length > 0, "no message is empty");
        assert(bytes.length <= messageBytesMax[channel], "a message is within its limit");
        return process.isAlive && this.#send({ from: self, to: peer }, { channel, bytes });
      },
      ban: (peer, reason) => {
        process.note(`ban ${peer} ${reason}`);
        this.#bansUntilMs.set(wayOf(self, peer), this.#queue.nowMs + this.rules.banMs);
        this.#closeBetween(self, peer);
      },
      peers: () => this.#peersOf(self),
      stop: async () => {
        await process.answer(0, () => this.lose(self, { isSilent: false }));
      },
    };
  }

  /** The node is gone: its peers notice soon, or after the silence that a power cut leaves. */
  lose(peer: PeerId, how: { readonly isSilent: boolean }): void {
    this.#endpoints.delete(peer);
    for (const connection of this.#connectionsOf(peer)) {
      const delayMs = how.isSilent ? this.rules.silenceMs : this.#latencyMs();
      this.#queue.after(delayMs, () => this.#close(connection));
    }
  }

  /** The node says nothing any more, but lives: its peers drop it after the silence. */
  hush(peer: PeerId, isHushed: () => boolean): void {
    const connections = this.#connectionsOf(peer);
    this.#queue.after(this.rules.silenceMs, () => {
      if (isHushed()) for (const connection of connections) this.#close(connection);
    });
  }

  #join(endpoint: Endpoint): void {
    const { name } = endpoint.process;
    // What is left of the node's last run breaks at the first packet of this one.
    for (const connection of this.#connectionsOf(name)) this.#close(connection);
    this.#endpoints.set(name, endpoint);
    for (const peer of this.#endpoints.keys()) {
      if (peer !== name) this.#dialSoon(endpoint, peer);
    }
  }

  /** Tries until the two are connected or this run of the node is over. */
  #dialSoon(endpoint: Endpoint, peer: PeerId): void {
    const delayMs = this.#latencyMs() + this.#prng.below(this.rules.redialMs);
    this.#queue.after(delayMs, () => {
      const { name } = endpoint.process;
      const other = this.#endpoints.get(peer);
      if (!this.#isPresent(endpoint) || other === undefined) return;
      if (this.#connections.has(pairOf(name, peer)) || !this.#areLinked(name, peer)) return;
      if (this.#mayConnect(name, peer)) this.#connect(endpoint, other);
      else this.#dialSoon(endpoint, peer);
    });
  }

  #mayConnect(one: PeerId, other: PeerId): boolean {
    const ways = [wayOf(one, other), wayOf(other, one)];
    const isCut = ways.some((way) => this.#cuts.has(way));
    const isBanned = ways.some((way) => (this.#bansUntilMs.get(way) ?? 0) > this.#queue.nowMs);
    return !isCut && !isBanned;
  }

  #areLinked(one: PeerId, other: PeerId): boolean {
    return this.#links(one, other) || this.#links(other, one);
  }

  #connect(dialler: Endpoint, other: Endpoint): void {
    const ends = [dialler, other] as const;
    const connection: Connection = {
      ends,
      madeMs: this.#queue.nowMs,
      streams: new Map(),
      isOpen: true,
    };
    this.#connections.set(pairOf(dialler.process.name, other.process.name), connection);
    for (const end of ends) this.#tell(end, { connection, what: "connected" });
  }

  #close(connection: Connection): void {
    if (!connection.isOpen) return;
    connection.isOpen = false;
    const [one, other] = connection.ends;
    this.#connections.delete(pairOf(one.process.name, other.process.name));
    for (const stream of connection.streams.values()) stream.close();
    for (const end of connection.ends) this.#tell(end, { connection, what: "disconnected" });
    if (this.#isPresent(one) && this.#isPresent(other)) {
      this.#dialSoon(one, other.process.name);
    }
  }

  #tell(
    end: Endpoint,
    news: { readonly connection: Connection; readonly what: "connected" | "disconnected" },
  ): void {
    const peer = otherEnd(news.connection, end.process.name).process.name;
    end.process.after(0, () => {
      end.process.note(`${news.what} ${peer}`);
      end.handler[news.what](peer);
    });
  }

  #closeBetween(one: PeerId, other: PeerId): void {
    const connection = this.#connections.get(pairOf(one, other));
    if (connection !== undefined) this.#close(connection);
  }

  #send(way: Way, message: Message): boolean {
    const { from, to } = way;
    const connection = this.#connections.get(pairOf(from, to));
    if (connection === undefined) return false;
    const { rules } = this;
    const narrow = this.#narrow.size === 0 ? undefined : this.#narrow.get(wayOf(from, to));
    const stream = this.#streamOf(connection, { ...way, channel: message.channel });
    const bytes = message.bytes.length;
    if (stream.count >= (narrow?.queueMessagesMax ?? rules.queueMessagesMax)) return false;
    if (stream.bytes + bytes > queueBytesMax[message.channel]) return false;
    const copy = { channel: message.channel, bytes: message.bytes.slice() };
    const bytesPerMs = narrow?.bytesPerMs ?? rules.bytesPerMs;
    const times = this.#happens(rules.repeatPerMille) ? 2 : 1;
    for (let time = 0; time < times; time++) this.#push(stream, { message: copy, bytesPerMs });
    if (rules.pastMax > 0) this.#replay(way, copy);
    return true;
  }

  #push(
    stream: SimStream<Message>,
    travel: { readonly message: Message; readonly bytesPerMs: number },
  ): void {
    const { message, bytesPerMs } = travel;
    if (this.#happens(this.rules.lossPerMille)) return;
    stream.push(message, {
      bytes: message.bytes.length,
      latencyMs: this.#latencyMs() + this.#delayMs(),
      bytesPerMs,
      overtakes: this.#happens(this.rules.disorderPerMille),
    });
  }

  /** Remembers the message, and sometimes sends an old one of the same direction again. */
  #replay(way: Way, message: Message): void {
    const { rules } = this;
    const name = `${wayOf(way.from, way.to)} ${message.channel}`;
    const past = this.#past.get(name) ?? [];
    this.#past.set(name, past);
    if (past.length < rules.pastMax) past.push(message);
    else past[this.#prng.below(rules.pastMax)] = message;
    const old = past[this.#prng.below(past.length)];
    const connection = this.#connections.get(pairOf(way.from, way.to));
    if (connection === undefined || old === undefined) return;
    if (!this.#happens(rules.replayPerMille)) return;
    this.#streamOf(connection, { ...way, channel: old.channel }).push(old, {
      bytes: old.bytes.length,
      latencyMs: this.#latencyMs(),
      bytesPerMs: rules.bytesPerMs,
      overtakes: true,
    });
  }

  #streamOf(connection: Connection, way: Way & { readonly channel: Channel }): SimStream<Message> {
    const { from, to, channel } = way;
    const name = `${wayOf(from, to)} ${channel}`;
    let stream = connection.streams.get(name);
    if (stream !== undefined) return stream;
    const { process, handler } = otherEnd(connection, from);
    stream = new SimStream<Message>({
      queue: this.#queue,
      isBlocked: () => this.#cuts.has(wayOf(from, to)),
      deliver: (message) =>
        process.after(0, () => {
          if (!connection.isOpen) return;
          process.note(`from ${from} ${channel}`, message.bytes);
          handler.received({ peer: from, ...message });
        }),
    });
    connection.streams.set(name, stream);
    return stream;
  }

  #peersOf(name: PeerId): readonly WirePeer[] {
    return this.#connectionsOf(name).map((connection) => {
      const peer = otherEnd(connection, name).process.name;
      const [dialler] = connection.ends;
      let queued = 0;
      for (const [way, stream] of connection.streams) {
        if (way.startsWith(wayOf(name, peer))) queued += stream.count;
      }
      return {
        peer,
        address: `${peer}:26656`,
        direction: dialler.process.name === name ? "outbound" : "inbound",
        connectedMs: Math.round(this.#queue.nowMs - connection.madeMs),
        bytesReceived: 0,
        bytesSent: 0,
        queued,
      };
    });
  }

  #connectionsOf(name: PeerId): readonly Connection[] {
    return [...this.#connections.values()].filter(({ ends }) =>
      ends.some(({ process }) => process.name === name),
    );
  }

  #isPresent(endpoint: Endpoint): boolean {
    return this.#endpoints.get(endpoint.process.name) === endpoint;
  }

  #latencyMs(): number {
    const { latencyMsMin, latencyMsMax } = this.rules;
    return latencyMsMin + this.#prng.below((latencyMsMax - latencyMsMin) * 1_000 + 1) / 1_000;
  }

  /** Each further half-life with a chance of one half; whole numbers are alike everywhere. */
  #delayMs(): number {
    const { delayMeanMs, delayMsMax } = this.rules;
    if (delayMeanMs === 0) return 0;
    let halves = 0;
    while (halves < 10 && this.#prng.chance(1, 2)) halves++;
    const halfLifeUs = Math.round(delayMeanMs * 693);
    return Math.min(delayMsMax, ((halves + this.#prng.below(1_000) / 1_000) * halfLifeUs) / 1_000);
  }

  #happens(perMille: number): boolean {
    return perMille > 0 && this.#prng.chance(perMille, 1_000);
  }
}

function wayOf(from: PeerId, to: PeerId): string {
  return `${from}→${to}`;
}

function pairOf(one: PeerId, other: PeerId): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`;
}

function otherEnd({ ends }: Connection, name: PeerId): Endpoint {
  return ends[0].process.name === name ? ends[1] : ends[0];
}
