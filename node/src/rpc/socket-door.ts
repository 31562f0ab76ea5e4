/**
 * Requests over a WebSocket: one after the other for each client, which is not read from while one
 * is carried out. A client that sends nothing for too long, too much at once, or that does not take
 * what it asked for, is cut off.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import type { Clock, Log, Timers } from "#ports";
import type { Dispatcher } from "./dispatcher.ts";
import { firstJsonValue } from "./go-json.ts";
import { remoteOf } from "./http-door.ts";
import { limits } from "./limits.ts";
import { parseError, requestFromJson } from "./request.ts";
import { errorToText } from "./response.ts";
import { SocketMemory, type SocketHolder } from "./socket-memory.ts";
import type { Client, Subscriptions } from "./subscriptions.ts";

/** Pings and pongs travel only while less than this waits to be sent. */
const controlBufferBytesMax = 64 * 1024;
/** How long a client that is cut off may take to say goodbye. */
const farewellMs = 1000;
const policyViolation = 1008;
const goingAway = 1001;

interface SocketDoorOptions {
  readonly dispatcher: Dispatcher;
  readonly subscriptions: Subscriptions;
  readonly bodyBytesMax: number;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

export class SocketDoor {
  readonly #options: SocketDoorOptions;
  readonly #server: WebSocketServer;
  readonly #clients = new Set<SocketClient>();
  readonly #memory = new SocketMemory({
    unsentBytesMax: limits.socketBuffersBytesMax,
    unreadBytesMax: limits.socketUnreadBytesMax,
  });
  #stopPinging: () => void;

  constructor(options: SocketDoorOptions) {
    this.#options = options;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      // A message of a kilobyte could unpack to a gigabyte.
      perMessageDeflate: false,
      maxPayload: options.bodyBytesMax,
      autoPong: false,
    });
    this.#stopPinging = options.timers.after(limits.pingIntervalMs, () => this.#ping());
  }

  upgrade(request: IncomingMessage, { socket, head }: { socket: Duplex; head: Buffer }): void {
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const client = new SocketClient(webSocket, {
        ...this.#options,
        remote: remoteOf(request),
        memory: this.#memory,
        closed: () => {
          this.#clients.delete(client);
          this.#memory.delete(client);
          this.#options.subscriptions.drop(client);
        },
      });
      this.#clients.add(client);
      this.#memory.add(client);
      // Before the socket's own listener, which tells of what the bytes complete.
      socket.prependListener("data", (bytes: Buffer) => client.hears(bytes.length));
    });
  }

  stop(): void {
    this.#stopPinging();
    for (const client of this.#clients) client.close(goingAway, "the node stops");
  }

  #ping(): void {
    for (const client of this.#clients) client.ping();
    this.#stopPinging = this.#options.timers.after(limits.pingIntervalMs, () => this.#ping());
  }
}

interface SocketClientOptions extends SocketDoorOptions {
  readonly remote: string;
  readonly memory: SocketMemory;
  readonly closed: () => void;
}

class SocketClient implements Client, SocketHolder {
  readonly remote: string;
  readonly #socket: WebSocket;
  readonly #options: SocketClientOptions;
  readonly #requests: string[] = [];
  unreadBytes = 0;
  #busy = false;
  #heardMs: number;

  constructor(socket: WebSocket, options: SocketClientOptions) {
    this.#socket = socket;
    this.#options = options;
    this.remote = options.remote;
    this.#heardMs = options.clock.monotonicMs();
    socket.on("message", (frame: Buffer) => this.#take(frame));
    socket.on("ping", (payload: Buffer) => {
      this.#hear();
      if (socket.bufferedAmount < controlBufferBytesMax) socket.pong(payload);
    });
    socket.on("pong", () => this.#hear());
    socket.on("error", (error) => options.log.write("debug", "A client broke off.", { error }));
    socket.on("close", options.closed);
  }

  get unsentBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /** So many bytes more have come; `#take` is told once they are a message. */
  hears(bytes: number): void {
    this.unreadBytes += bytes;
    this.#options.memory.reading();
  }

  deliver(text: string): boolean {
    if (this.#socket.readyState !== WebSocket.OPEN) return true;
    if (this.#socket.bufferedAmount > limits.socketBufferBytesMax) return false;
    this.#socket.send(text);
    // What the system takes at once never waits here.
    if (this.#socket.bufferedAmount > 0) this.#options.memory.sending();
    return true;
  }

  cutOff(reason: string): void {
    this.close(policyViolation, reason);
  }

  close(code: number, reason: string): void {
    this.#requests.length = 0;
    this.#socket.close(code, reason);
    this.#options.timers.after(farewellMs, () => this.#socket.terminate());
  }

  ping(): void {
    const silentMs = this.#options.clock.monotonicMs() - this.#heardMs;
    if (silentMs > limits.silenceMaxMs) this.#socket.terminate();
    else if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping();
  }

  #hear(): void {
    this.#heardMs = this.#options.clock.monotonicMs();
  }

  #take(frame: Buffer): void {
    this.#hear();
    this.unreadBytes = 0;
    if (this.#requests.length >= limits.socketRequestsQueuedMax) {
      this.cutOff("too many requests at once");
      return;
    }
    this.#requests.push(new TextDecoder("utf-8", { ignoreBOM: true }).decode(frame));
    if (!this.#busy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    this.#socket.pause();
    for (let text = this.#requests.shift(); text !== undefined; text = this.#requests.shift()) {
      const reply = await this.#replyTo(text);
      if (reply !== undefined && !this.deliver(reply)) this.cutOff("answers are not read");
      if (this.#requests.length > 0) await this.#options.timers.pause();
    }
    this.#busy = false;
    this.#socket.resume();
  }

  async #replyTo(text: string): Promise<string | undefined> {
    const first = firstJsonValue(text);
    if ("fault" in first) return errorToText(undefined, parseError(first.fault));
    const request = requestFromJson(first.raw);
    if (request.kind === "refused") return errorToText(undefined, request.error);
    const caller = { remote: this.remote, client: this };
    return (await this.#options.dispatcher.reply(request.value, caller))?.text;
  }
}
