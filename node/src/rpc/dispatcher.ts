/**
 * One call after another: finds the method, takes its arguments, runs it, measures it, and makes
 * of every failure an answer. What is thrown that nobody foresaw is logged, and answered in
 * general words; the process goes on.
 */
import { ChainError } from "@pyralog/chain/base";
import type { Clock, Log, Metrics } from "#ports";
import { takeFromJson } from "./params.ts";
import type { RpcRequest } from "./request.ts";
import { answerToText, errorToText, type Answer } from "./response.ts";
import type { Call, Caller, Route, Routes, Take } from "./route.ts";
import { numberOfCode, RpcError } from "./rpc-error.ts";

export type Door = "post" | "socket";

export interface Reply {
  readonly text: string;
  readonly cacheable: boolean;
}

export type UriReply =
  | { readonly kind: "answer"; readonly answer: Answer; readonly cacheable: boolean }
  | { readonly kind: "failure"; readonly error: RpcError };

type RpcCall = Extract<RpcRequest, { kind: "call" }>;

export class Dispatcher {
  readonly routes: Routes;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #metrics: Metrics;

  constructor(options: {
    readonly routes: Routes;
    readonly clock: Clock;
    readonly log: Log;
    readonly metrics: Metrics;
  }) {
    this.routes = options.routes;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#metrics = options.metrics;
  }

  /** Nothing for a notification. */
  async reply(request: RpcRequest, from: Omit<Caller, "id">): Promise<Reply | undefined> {
    switch (request.kind) {
      case "notification":
        return undefined;
      case "invalid":
        return { text: errorToText(undefined, request.error), cacheable: false };
      case "call":
        return await this.#replyToCall(request, { ...from, id: request.id });
    }
  }

  async #replyToCall(request: RpcCall, caller: Caller): Promise<Reply> {
    const { id, method, params } = request;
    const door: Door = caller.client === undefined ? "post" : "socket";
    const route = this.#routeOf(method, door);
    if (route === undefined) {
      const unknown = new RpcError({ code: "METHOD_UNKNOWN", message: "" });
      return { text: errorToText(id, unknown), cacheable: false };
    }
    const bound = this.#bound({ route, params }, door);
    if (bound.kind === "failure") return { text: errorToText(id, bound.error), cacheable: false };
    const outcome = await this.run({ method, call: bound.call }, caller);
    const { cacheable } = bound.call;
    if (outcome.kind === "failure") return { text: errorToText(id, outcome.error), cacheable };
    return { text: answerToText(id, outcome.answer), cacheable };
  }

  #routeOf(method: string, door: Door): Route | undefined {
    const route = this.routes.get(method);
    return route?.socketOnly === true && door === "post" ? undefined : route;
  }

  /** Wrong arguments have a code of their own, but not over a WebSocket. */
  #bound(
    { route, params }: { readonly route: Route; readonly params: string | undefined },
    door: Door,
  ):
    | { readonly kind: "bound"; readonly call: Call }
    | { readonly kind: "failure"; error: RpcError } {
    try {
      return { kind: "bound", call: route.bind(takeFromJson(params, route)) };
    } catch (error) {
      const reason = this.#errorFrom(error, "arguments");
      const code = door === "socket" ? "INTERNAL" : reason.code;
      const message = `error converting json params to arguments: ${reason.message}`;
      return { kind: "failure", error: new RpcError({ code, message }) };
    }
  }

  /** A call whose arguments are in a URI. */
  async runUri(
    { method, route }: { readonly method: string; readonly route: Route },
    { take, caller }: { readonly take: Take; readonly caller: Caller },
  ): Promise<UriReply> {
    let call: Call;
    try {
      call = route.bind(take);
    } catch (error) {
      const { code, message } = this.#errorFrom(error, method);
      const data = `error converting http params to arguments: ${message}`;
      return { kind: "failure", error: new RpcError({ code, message: data }) };
    }
    const outcome = await this.run({ method, call }, caller);
    return outcome.kind === "failure" ? outcome : { ...outcome, cacheable: call.cacheable };
  }

  async run(
    { method, call }: { readonly method: string; readonly call: Call },
    caller: Caller,
  ): Promise<
    | { readonly kind: "answer"; readonly answer: Answer }
    | { readonly kind: "failure"; readonly error: RpcError }
  > {
    const startedMs = this.#clock.monotonicMs();
    try {
      const answer = await call.run(caller);
      this.#measure(method, { code: 0, startedMs });
      return { kind: "answer", answer };
    } catch (error) {
      const failure = this.#errorFrom(error, method);
      this.#measure(method, { code: numberOfCode(failure.code), startedMs });
      return { kind: "failure", error: failure };
    }
  }

  #measure(method: string, call: { readonly code: number; readonly startedMs: number }): void {
    const value = (this.#clock.monotonicMs() - call.startedMs) / 1000;
    const labels = { method, code: String(call.code) };
    this.#metrics.observe("rpc_request_duration_seconds", { value, labels });
  }

  #errorFrom(error: unknown, method: string): RpcError {
    if (error instanceof RpcError) return error;
    // A typed failure tells its code; of anything else the client learns that it happened.
    const code = error instanceof ChainError ? error.code : "UNEXPECTED";
    this.#log.write("error", "A method failed.", { method, code, err: error });
    const message = error instanceof ChainError ? error.message : "the node failed to answer";
    return new RpcError({ code: "INTERNAL", message, cause: error });
  }
}
