/**
 * The listener that clients of the chain talk to: JSON-RPC over POST, methods as paths, WebSocket,
 * and the two health checks. It decides nothing; every answer is the backend's.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { noMetrics, type Clock, type Log, type Metrics, type Timers } from "#ports";
import type { RpcBackend } from "./backend.ts";
import { Dispatcher } from "./dispatcher.ts";
import { HttpDoor, type HttpReply } from "./http-door.ts";
import { limits, type RpcSettings } from "./limits.ts";
import { closed, listening } from "./listening.ts";
import { corsHeaders, isOwnHost, isPreflight } from "./origins.ts";
import { createRoutes } from "./routes.ts";
import { isLarge, sendPieces } from "./send-pieces.ts";
import { SocketDoor } from "./socket-door.ts";
import { Subscriptions } from "./subscriptions.ts";

export interface RpcServer {
  /** The port it listens on, once it does. @throws the system's error where it cannot listen. */
  start(): Promise<number>;
  /** Ends every connection; answers that are under way are lost. */
  stop(): Promise<void>;
}

export interface RpcServerOptions {
  readonly backend: RpcBackend;
  readonly settings: RpcSettings;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly metrics?: Metrics;
}

const busy: HttpReply = {
  status: 503,
  type: "text/plain; charset=utf-8",
  body: "Too many answers wait for clients that do not take them. Try again.\n",
  close: true,
};

const forbidden: HttpReply = {
  status: 403,
  type: "text/plain; charset=utf-8",
  body: "This node does not answer to that host name.\n",
  close: true,
};

export function createRpcServer(options: RpcServerOptions): RpcServer {
  const { backend, settings, clock, timers, log, metrics = noMetrics } = options;
  const subscriptions = new Subscriptions({
    node: backend.node,
    timers,
    limits: { ...settings, queryBytesMax: limits.queryBytesMax },
  });
  const routes = createRoutes({
    backend,
    subscriptions,
    timers,
    queryBytesMax: limits.queryBytesMax,
    broadcastCommitTimeoutMs: settings.broadcastCommitTimeoutMs,
  });
  const dispatcher = new Dispatcher({ routes, clock, log, metrics });
  const http = new HttpDoor({ backend, dispatcher, settings, clock, timers });
  const { bodyBytesMax } = settings;
  const sockets = new SocketDoor({
    dispatcher,
    subscriptions,
    bodyBytesMax,
    clock,
    timers,
    log,
  });
  const server = createHttpServer();
  const replies = { bytes: 0 };
  server.on("request", (request, response) => {
    void answer({ request, response, options, http, replies });
  });
  server.on("upgrade", (request, ...[socket, head]) => {
    upgrade(request, { socket, head, settings, sockets });
  });
  return {
    start: () => listening(server, settings.listen),
    stop: async () => {
      subscriptions.stop();
      sockets.stop();
      await closed(server);
    },
  };
}

function createHttpServer(): Server {
  const server = createServer({
    maxHeaderSize: limits.headerBytesMax,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: 1000,
  });
  server.maxConnections = limits.connectionsMax;
  // Whoever does not take its answer is not waited for.
  server.setTimeout(limits.keepAliveMs);
  return server;
}

async function answer(exchange: {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly options: RpcServerOptions;
  readonly http: HttpDoor;
  readonly replies: { bytes: number };
}): Promise<void> {
  const { request, response, options, http, replies } = exchange;
  const { settings, clock, timers, log } = options;
  response.on("error", (error) => log.write("debug", "An answer was not taken.", { error }));
  const asked = {
    origin: request.headers.origin,
    method: request.method ?? "GET",
    requestMethod: request.headers["access-control-request-method"],
    requestHeaders: request.headers["access-control-request-headers"],
  };
  for (const [name, value] of Object.entries(corsHeaders(asked, settings))) {
    response.setHeader(name, value);
  }
  response.setHeader("X-Server-Time", String(clock.now() / 1_000_000_000n));
  try {
    if (!isOwnHost(request.headers.host, settings)) send(response, forbidden);
    else if (isPreflight(asked) && settings.corsAllowedOrigins.length > 0) {
      send(response, { status: 204, body: "" });
    } else await sendBounded(response, { reply: await http.reply(request), replies, timers });
  } catch (error) {
    // The client went away while it was still sending, or something nobody foresaw.
    log.write("debug", "A request was not answered.", { err: error });
    response.destroy();
  }
}

/** Answers that nobody reads stay in memory until their connection times out. */
async function sendBounded(
  response: ServerResponse,
  answered: {
    readonly reply: HttpReply;
    readonly replies: { bytes: number };
    readonly timers: Timers;
  },
): Promise<void> {
  const { reply, replies, timers } = answered;
  const { length } = reply.body;
  const isWaiting = replies.bytes > 0 && length > limits.replyBytesAlways;
  if (isWaiting && replies.bytes + length > limits.replyBytesInFlightMax) {
    send(response, busy);
    return;
  }
  replies.bytes += length;
  response.once("close", () => {
    replies.bytes -= length;
  });
  if (!isLarge(reply.body)) {
    send(response, reply);
    return;
  }
  begin(response, reply);
  await sendPieces(response, { text: reply.body, timers });
}

function send(response: ServerResponse, reply: HttpReply): void {
  begin(response, reply);
  response.end(reply.body);
}

function begin(response: ServerResponse, reply: HttpReply): void {
  response.statusCode = reply.status;
  if (reply.type !== undefined) response.setHeader("Content-Type", reply.type);
  if (reply.cacheable === true) response.setHeader("Cache-Control", "public, max-age=86400");
  if (reply.close === true) response.setHeader("Connection", "close");
}

function upgrade(
  request: IncomingMessage,
  door: {
    readonly socket: Duplex;
    readonly head: Buffer;
    readonly settings: RpcSettings;
    readonly sockets: SocketDoor;
  },
): void {
  const { socket, head, settings, sockets } = door;
  socket.on("error", () => socket.destroy());
  if (!isOwnHost(request.headers.host, settings)) {
    socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n");
  } else if (request.url?.split("?")[0] === "/websocket") {
    sockets.upgrade(request, { socket, head });
  } else socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
}
