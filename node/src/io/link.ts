/**
 * One connection to one peer: three streams out, three in, each with its frames. It is usable,
 * and reported, once all six are there. Small messages of one turn travel in one write, since
 * every write costs an encrypted frame of its own (10 to 20 times the price).
 */
import type { Channel, PeerId } from "#ports";
import { SendQueue } from "./frames.ts";
import { Inbox, type PausableStream } from "./inbox.ts";
import type { WireLimits } from "./wire-limits.ts";

/** What a link asks of a libp2p connection. */
export interface Connection {
  readonly id: string;
  readonly remotePeer: { toString(): string };
  readonly remoteAddr: { toString(): string };
  readonly direction: "inbound" | "outbound";
  newStream(protocol: string, options: { readonly signal: AbortSignal }): Promise<Stream>;
  close(options: { readonly signal: AbortSignal }): Promise<void>;
  abort(error: Error): void;
  addEventListener(type: "close", listener: () => void): void;
}

/** What a link asks of a libp2p stream. */
export interface Stream extends PausableStream {
  readonly writableNeedsDrain: boolean;
  send(chunk: Uint8Array): boolean;
  abort(error: Error): void;
  addEventListener(type: "message", listener: (event: { readonly data: Chunk }) => void): void;
  addEventListener(type: "drain" | "close" | "remoteCloseWrite", listener: () => void): void;
}

interface Chunk {
  readonly byteLength: number;
  subarray(): Uint8Array;
}

/** In the order in which they may use the wire. */
export const channels: readonly Channel[] = ["consensus", "evidence", "transactions", "sync"];

const chunkBytes = 64 * 1024;
/** Bytes that one channel writes in one turn: 1 ms of encryption. */
const turnBytesMax = 4 * chunkBytes;
const heartbeat = new Uint8Array(0);

export interface LinkEvents {
  ready(link: Link): void;
  received(link: Link, message: { readonly channel: Channel; readonly bytes: Uint8Array }): void;
  /** The peer broke the rules of the stream. */
  misbehaved(link: Link, reason: string): void;
  closed(link: Link, reason: string): void;
  /** Part of a message is held, and the rest has yet to come. */
  holding(): void;
  /** Whether so many bytes more may wait, beyond what each peer may have waiting anyhow. */
  mayQueue(bytes: number): boolean;
}

interface LinkOptions {
  readonly connection: Connection;
  readonly limits: WireLimits;
  readonly protocolOf: (channel: Channel) => string;
  readonly events: LinkEvents;
  readonly nowMs: () => number;
}

export class Link {
  readonly peer: PeerId;
  readonly connection: Connection;
  readonly openedMs: number;
  readonly #options: LinkOptions;
  readonly #outbound = new Map<Channel, Stream>();
  readonly #inbound = new Map<Channel, Stream>();
  readonly #inboxes: Inbox[] = [];
  readonly #queues: ReadonlyMap<Channel, SendQueue>;
  #state: "opening" | "ready" | "closed" = "opening";
  #wasReady = false;
  #flush: NodeJS.Immediate | undefined;
  #bytesReceived = 0;
  #bytesSent = 0;
  lastReceivedMs: number;
  /** Channels on which something waits of which nothing was taken, and since when. */
  readonly #stalledSinceMs = new Map<Channel, number>();
  /** Channels that were written to since the last tick. */
  readonly #written = new Set<Channel>();
  #received = false;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.connection = options.connection;
    this.peer = options.connection.remotePeer.toString();
    this.openedMs = options.nowMs();
    this.lastReceivedMs = this.openedMs;
    this.#queues = new Map(
      channels.map((channel) => [channel, new SendQueue(options.limits.queues[channel])]),
    );
    this.connection.addEventListener("close", () => this.#end("connection closed"));
  }

  get ready(): boolean {
    return this.#state === "ready";
  }

  /** Whether the link was ever ready, and so reported. */
  get wasReady(): boolean {
    return this.#wasReady;
  }

  get traffic(): {
    readonly bytesReceived: number;
    readonly bytesSent: number;
    readonly queued: number;
  } {
    let queued = 0;
    for (const queue of this.#queues.values()) queued += queue.length;
    return { bytesReceived: this.#bytesReceived, bytesSent: this.#bytesSent, queued };
  }

  get queuedBytes(): number {
    let bytes = 0;
    for (const queue of this.#queues.values()) bytes += queue.bytes;
    return bytes;
  }

  /** Memory that messages take which have not arrived whole. */
  get unfinishedBytes(): number {
    let bytes = 0;
    for (const inbox of this.#inboxes) bytes += inbox.unfinishedBytes;
    return bytes;
  }

  /** Since when the oldest of these has been arriving. */
  get unfinishedSinceMs(): number | undefined {
    const since = this.#inboxes.map((inbox) => inbox.unfinishedSinceMs);
    const begun = since.filter((sinceMs) => sinceMs !== undefined);
    return begun.length === 0 ? undefined : Math.min(...begun);
  }

  /** Opens the three streams to the peer; a peer of another chain refuses them. */
  async open(): Promise<void> {
    try {
      await Promise.all(channels.map((channel) => this.#openStream(channel)));
      this.#readyWhenWhole();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const isForeign = error instanceof Error && error.name === "UnsupportedProtocolError";
      if (isForeign) this.#options.events.misbehaved(this, `another chain: ${reason}`);
      else this.close(`streams refused: ${reason}`);
    }
  }

  async #openStream(channel: Channel): Promise<void> {
    const signal = AbortSignal.timeout(this.#options.limits.handshakeMs);
    const stream = await this.connection.newStream(this.#options.protocolOf(channel), { signal });
    this.#outbound.set(channel, stream);
    stream.addEventListener("drain", () => this.#flushSoon());
    stream.addEventListener("close", () => this.close(`${channel} stream closed`));
  }

  /** A stream from the peer. What it carries waits in the stream until the link is ready. */
  accept(channel: Channel, stream: Stream): void {
    if (this.#state === "closed" || this.#inbound.has(channel)) {
      stream.abort(new Error("unexpected stream"));
      return;
    }
    this.#inbound.set(channel, stream);
    stream.addEventListener("close", () => this.close(`${channel} stream closed`));
    stream.addEventListener("remoteCloseWrite", () => this.close(`${channel} stream ended`));
    this.#readyWhenWhole();
  }

  #readyWhenWhole(): void {
    const whole = this.#outbound.size === channels.length && this.#inbound.size === channels.length;
    if (!whole || this.#state !== "opening") return;
    this.#state = "ready";
    this.#wasReady = true;
    this.#options.events.ready(this);
    for (const [channel, stream] of this.#inbound) this.#listen(channel, stream);
  }

  #listen(channel: Channel, stream: Stream): void {
    const { limits, nowMs, events } = this.#options;
    const inbox = new Inbox({ channel, stream, limits, nowMs });
    this.#inboxes.push(inbox);
    stream.addEventListener("message", ({ data }) => {
      if (this.#state !== "ready") return;
      this.#received = true;
      this.#bytesReceived += data.byteLength;
      for (const bytes of this.#messagesOf(inbox, data.subarray())) {
        // The handler of one message may have banned the peer.
        if (!this.ready) return;
        if (bytes.length > 0) events.received(this, { channel, bytes });
      }
      if (inbox.unfinishedBytes > 0) events.holding();
    });
  }

  #messagesOf(inbox: Inbox, chunk: Uint8Array): readonly Uint8Array[] {
    try {
      return inbox.push(chunk);
    } catch (error) {
      this.#options.events.misbehaved(this, error instanceof Error ? error.message : "bad frame");
      return [];
    }
  }

  /** False where the queue is full or the link not ready: the message was not taken. */
  send(channel: Channel, bytes: Uint8Array): boolean {
    const queue = this.#queues.get(channel);
    if (this.#state !== "ready" || queue === undefined) return false;
    const isMore = queue.bytes + bytes.length > this.#options.limits.queuedBytesAlways;
    if (isMore && !this.#options.events.mayQueue(bytes.length)) return false;
    if (!queue.push(bytes)) return false;
    this.#flushSoon();
    return true;
  }

  /** Once a heartbeat: notes life, or takes it for granted, and keeps an idle link alive. */
  tick(nowMs: number, isAlive: boolean): void {
    if (this.#received || isAlive) this.lastReceivedMs = nowMs;
    this.#received = false;
    this.#noteStalls(nowMs, isAlive);
    if (this.#written.size === 0) this.send("consensus", heartbeat);
    this.#written.clear();
  }

  #noteStalls(nowMs: number, isAlive: boolean): void {
    for (const [channel, queue] of this.#queues) {
      const moves = isAlive || queue.length === 0 || this.#written.has(channel);
      if (moves) this.#stalledSinceMs.delete(channel);
      else if (!this.#stalledSinceMs.has(channel)) this.#stalledSinceMs.set(channel, nowMs);
    }
  }

  /** What the peer does not do that peers do, as of the last tick. */
  faultAt(nowMs: number): string | undefined {
    const { silenceMs, stalledMs, messageMs } = this.#options.limits;
    if (nowMs - this.lastReceivedMs > silenceMs) return "silent";
    const stalled = [...this.#stalledSinceMs.values()];
    if (stalled.some((sinceMs) => nowMs - sinceMs > stalledMs)) return "takes nothing";
    if (nowMs - (this.unfinishedSinceMs ?? nowMs) > messageMs) return "a message does not end";
    return undefined;
  }

  #flushSoon(): void {
    if (this.#flush !== undefined || this.#state !== "ready") return;
    this.#flush = setImmediate(() => {
      this.#flush = undefined;
      for (const channel of channels) this.#flushChannel(channel);
    });
  }

  #flushChannel(channel: Channel): void {
    const stream = this.#outbound.get(channel);
    const queue = this.#queues.get(channel);
    if (stream === undefined || queue === undefined) return;
    let written = 0;
    while (this.#state === "ready" && queue.length > 0 && !stream.writableNeedsDrain) {
      if (written >= turnBytesMax) return this.#flushSoon();
      this.#written.add(channel);
      written += this.#write(stream, queue.take(chunkBytes));
    }
  }

  #write(stream: Stream, chunk: Uint8Array): number {
    this.#bytesSent += chunk.length;
    try {
      stream.send(chunk);
    } catch (error) {
      this.close(`write failed: ${error instanceof Error ? error.message : String(error)}`);
    }
    return chunk.length;
  }

  close(reason: string): void {
    if (this.#state === "closed") return;
    this.#end(reason);
    this.connection.abort(new Error(reason));
  }

  /** Says goodbye instead of resetting, and waits a moment for it. */
  async closeGently(): Promise<void> {
    if (this.#state === "closed") return;
    this.#end("stopping");
    try {
      await this.connection.close({ signal: AbortSignal.timeout(300) });
    } catch (error) {
      this.connection.abort(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #end(reason: string): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    if (this.#flush !== undefined) clearImmediate(this.#flush);
    for (const inbox of this.#inboxes) inbox.end();
    this.#options.events.closed(this, reason);
  }
}

/** Whose unfinished message has been arriving longest, where those of all take too much. */
export function givesWay(links: readonly Link[], bytesMax: number): Link | undefined {
  const bytes = links.reduce((sum, link) => sum + link.unfinishedBytes, 0);
  if (bytes <= bytesMax) return undefined;
  const sinceMs = (link: Link): number => link.unfinishedSinceMs ?? Infinity;
  return links.toSorted((one, other) => sinceMs(one) - sinceMs(other))[0];
}
