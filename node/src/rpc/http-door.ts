/**
 * Requests over plain HTTP: JSON-RPC in a body, and methods as paths. Bodies are bounded one by one
 * and all together. What goes wrong before a method runs is answered as CometBFT's handlers do.
 */
import type { IncomingMessage } from "node:http";
import type { Clock, Timers } from "#ports";
import type { RpcBackend } from "./backend.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { endpointsPage } from "./endpoints-page.ts";
import { readinessOf } from "./health.ts";
import { limits, type RpcSettings } from "./limits.ts";
import { takeFromQuery } from "./params.ts";
import { requestsFromBody } from "./request.ts";
import { answerToText, errorToText } from "./response.ts";
import type { Route } from "./route.ts";
import { RpcError } from "./rpc-error.ts";

export interface HttpReply {
  readonly status: number;
  readonly type?: string;
  readonly body: string;
  readonly cacheable?: boolean;
  /** The rest of the request was not read. */
  readonly close?: boolean;
}

/** Answers of the URI form have no id to repeat. */
const uriId = "-1";
const json = "application/json";
const plainText = "text/plain; charset=utf-8";

const notFound: HttpReply = { status: 404, type: plainText, body: "404 page not found\n" };

export class HttpDoor {
  readonly #backend: RpcBackend;
  readonly #dispatcher: Dispatcher;
  readonly #settings: RpcSettings;
  readonly #clock: Clock;
  readonly #timers: Timers;
  #bodyBytes = 0;

  constructor(options: {
    readonly backend: RpcBackend;
    readonly dispatcher: Dispatcher;
    readonly settings: RpcSettings;
    readonly clock: Clock;
    readonly timers: Timers;
  }) {
    this.#backend = options.backend;
    this.#dispatcher = options.dispatcher;
    this.#settings = options.settings;
    this.#clock = options.clock;
    this.#timers = options.timers;
  }

  async reply(request: IncomingMessage): Promise<HttpReply> {
    const [path = "/", ...queries] = (request.url ?? "/").split("?");
    if (path === "/livez") return { status: 200, type: plainText, body: "ok\n" };
    if (path === "/readyz") return await this.#readiness();
    if (path === "/websocket") return { status: 400, type: plainText, body: "Bad Request\n" };
    const method = path.slice(1);
    const route = this.#dispatcher.routes.get(method);
    if (path !== "/" && route === undefined) return notFound;
    const body = await this.#bodyOf(request);
    if (typeof body !== "string") return body;
    const caller = { remote: remoteOf(request), client: undefined };
    if (route !== undefined) {
      const query = [queries.join("?"), formOf(request, body)].join("&");
      return await this.#replyToUri({ method, route }, { query, caller });
    }
    if (body === "") return this.#page(request.headers.host ?? "");
    return await this.#replyToBody(body, caller);
  }

  async #replyToBody(
    body: string,
    caller: { readonly remote: string; readonly client: undefined },
  ): Promise<HttpReply> {
    const requests = requestsFromBody(body, this.#settings.batchRequestsMax);
    if (requests.kind === "refused") {
      // A body that breaks a limit is answered like any other, one that cannot be read is not.
      const status = requests.error.code === "PARSE" ? 500 : 200;
      return { status, type: json, body: errorToText(undefined, requests.error) };
    }
    const texts: string[] = [];
    let cacheable = true;
    for (const [index, request] of requests.value.entries()) {
      if (index > 0) await this.#timers.pause();
      const reply = await this.#dispatcher.reply(request, caller);
      if (reply === undefined) continue;
      texts.push(reply.text);
      cacheable &&= reply.cacheable;
    }
    if (texts.length === 0) return { status: 200, body: "" };
    const [only = ""] = texts;
    const text = texts.length === 1 ? only : `[${texts.join(",")}]`;
    return { status: 200, type: json, body: text, cacheable };
  }

  async #replyToUri(
    { method, route }: { readonly method: string; readonly route: Route },
    asked: {
      readonly query: string;
      readonly caller: { readonly remote: string; readonly client: undefined };
    },
  ): Promise<HttpReply> {
    if (route.socketOnly === true) {
      const unknown = new RpcError({ code: "METHOD_UNKNOWN", message: "" });
      return { status: 404, type: json, body: errorToText(uriId, unknown) };
    }
    const take = takeFromQuery(asked.query);
    const caller = { ...asked.caller, id: uriId };
    const outcome = await this.#dispatcher.runUri({ method, route }, { take, caller });
    if (outcome.kind === "failure") {
      return { status: 500, type: json, body: errorToText(uriId, outcome.error) };
    }
    const body = answerToText(uriId, outcome.answer);
    return { status: 200, type: json, body, cacheable: outcome.cacheable };
  }

  #page(host: string): HttpReply {
    return { status: 200, type: "text/html", body: endpointsPage(this.#dispatcher.routes, host) };
  }

  async #readiness(): Promise<HttpReply> {
    const readiness = await readinessOf(this.#backend, this.#clock);
    if (readiness.kind === "ready") return { status: 200, type: json, body: '{"ready":true}' };
    const body = JSON.stringify({ ready: false, reasons: readiness.reasons });
    return { status: 503, type: json, body };
  }

  /** The body as text, or the reply to one that is too large. */
  async #bodyOf(request: IncomingMessage): Promise<string | HttpReply> {
    const { "content-length": length, "transfer-encoding": encoding } = request.headers;
    if (length === undefined && encoding === undefined) return "";
    const chunks: Uint8Array[] = [];
    let size = 0;
    try {
      for await (const chunk of request) {
        if (!(chunk instanceof Uint8Array)) continue;
        size += chunk.length;
        this.#bodyBytes += chunk.length;
        if (size > this.#settings.bodyBytesMax) return tooLarge;
        if (this.#bodyBytes > limits.bodyBytesInFlightMax) return busy;
        chunks.push(chunk);
      }
      return textOf(chunks);
    } finally {
      this.#bodyBytes -= size;
    }
  }
}

const tooLarge: HttpReply = {
  status: 400,
  type: json,
  body: errorToText(
    undefined,
    new RpcError({
      code: "REQUEST_INVALID",
      message: "error reading request body: http: request body too large",
    }),
  ),
  close: true,
};

const busy: HttpReply = {
  status: 503,
  type: plainText,
  body: "Too many requests are being read at this moment. Try again.\n",
  close: true,
};

/** Bytes that are no UTF-8 are replaced, as Go does inside JSON strings. */
function textOf(chunks: readonly Uint8Array[]): string {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join("") + decoder.decode();
}

/** Arguments may also come as a form. */
function formOf({ headers }: IncomingMessage, body: string): string {
  const isForm = headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;
  return isForm ? body : "";
}

export function remoteOf({ socket }: IncomingMessage): string {
  return `${socket.remoteAddress ?? ""}:${String(socket.remotePort ?? 0)}`;
}
