/** The RPC without a socket: requests as texts, answers as values. */
import assert from "node:assert/strict";
import type { RpcBackend, RpcSettings } from "#rpc";
import { noMetrics, type Clock, type Log, type Timers } from "#ports";
import { Dispatcher } from "../../src/rpc/dispatcher.ts";
import { limits } from "../../src/rpc/limits.ts";
import { takeFromQuery } from "../../src/rpc/params.ts";
import { requestFromJson } from "../../src/rpc/request.ts";
import { answerToText, errorToText } from "../../src/rpc/response.ts";
import { createRoutes } from "../../src/rpc/routes.ts";
import { Subscriptions, type Client } from "../../src/rpc/subscriptions.ts";

export const settings: RpcSettings = {
  listen: { host: "127.0.0.1", port: 0 },
  corsAllowedOrigins: [],
  bodyBytesMax: 1_000_000,
  batchRequestsMax: 100,
  subscriptionClientsMax: 100,
  subscriptionsPerClientMax: 5,
  broadcastCommitTimeoutMs: 10_000,
};

export const stillClock: Clock = { now: () => 0n, monotonicMs: () => 0 };
const silentLog: Log = { write: () => undefined };

/** Timers that a test lets run out by hand. */
class HandTimers implements Timers {
  readonly waiting = new Map<() => void, number>();

  after(delayMs: number, callback: () => void): () => void {
    this.waiting.set(callback, delayMs);
    return () => this.waiting.delete(callback);
  }

  pause(): Promise<void> {
    return Promise.resolve();
  }

  runOut(): void {
    for (const callback of this.waiting.keys()) {
      this.waiting.delete(callback);
      callback();
    }
  }
}

export class TestClient implements Client {
  readonly remote = "test";
  readonly texts: string[] = [];
  room = Number.POSITIVE_INFINITY;
  cut = "";

  deliver(text: string): boolean {
    if (this.texts.length >= this.room) return false;
    this.texts.push(text);
    return true;
  }

  cutOff(reason: string): void {
    this.cut = reason;
  }

  /** What came since the last call. */
  take(): readonly unknown[] {
    return this.texts.splice(0).map((text): unknown => JSON.parse(text));
  }
}

export class Door {
  readonly timers = new HandTimers();
  readonly subscriptions: Subscriptions;
  readonly #dispatcher: Dispatcher;

  constructor(backend: RpcBackend, changed: Partial<RpcSettings> = {}) {
    const all = { ...settings, ...changed, queryBytesMax: limits.queryBytesMax };
    const { timers } = this;
    this.subscriptions = new Subscriptions({ node: backend.node, timers, limits: all });
    const { subscriptions } = this;
    const routes = createRoutes({ backend, subscriptions, timers, ...all });
    this.#dispatcher = new Dispatcher({
      routes,
      clock: stillClock,
      log: silentLog,
      metrics: noMetrics,
    });
  }

  async post(request: unknown, client?: Client): Promise<unknown> {
    const text = typeof request === "string" ? request : JSON.stringify(request);
    const parsed = requestFromJson(text);
    if (parsed.kind === "refused") return JSON.parse(errorToText(undefined, parsed.error));
    const reply = await this.#dispatcher.reply(parsed.value, { remote: "test", client });
    return reply === undefined ? undefined : JSON.parse(reply.text);
  }

  /** The result of a method, which must not refuse. */
  async result(method: string, params: unknown = {}): Promise<unknown> {
    const answer = await this.post({ jsonrpc: "2.0", id: 1, method, params });
    assert.ok(isRecord(answer) && "result" in answer, JSON.stringify(answer));
    return answer["result"];
  }

  /** The refusal's number and data. */
  async refusal(method: string, params: unknown = {}): Promise<unknown> {
    return errorOf(await this.post({ jsonrpc: "2.0", id: 1, method, params }));
  }

  async get(uri: string): Promise<unknown> {
    const [path = "", query = ""] = uri.slice(1).split("?");
    const route = this.#dispatcher.routes.get(path);
    assert.ok(route !== undefined);
    const caller = { remote: "test", id: "-1", client: undefined };
    const take = takeFromQuery(query);
    const reply = await this.#dispatcher.runUri({ method: path, route }, { take, caller });
    if (reply.kind === "failure") return JSON.parse(errorToText("-1", reply.error));
    return JSON.parse(answerToText("-1", reply.answer));
  }
}

/** Until everything that waits on no timer is done. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

/** Code and data of an answer that must be an error. */
export function errorOf(answer: unknown): unknown {
  assert.ok(isRecord(answer) && isRecord(answer["error"]), JSON.stringify(answer));
  return [answer["error"]["code"], answer["error"]["data"]];
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
