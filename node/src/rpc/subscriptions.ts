/**
 * Who listens to which events. Events wait in a queue and are matched in slices, so that a block
 * with thousands of transactions does not hold up the loop; who cannot take them as fast as they
 * come is cut off, and nobody else waits for it.
 */
import { equalBytes } from "@pyralog/chain/base";
import { matchesQuery, parseQuery, queryToText, type Query } from "@pyralog/chain/query";
import type { Height, TxResult } from "@pyralog/chain/types";
import type { Timers } from "#ports";
import type { NodeAccess, NodeEvent } from "./backend.ts";
import { publishedFrom, type Published } from "./events.ts";
import { limits } from "./limits.ts";
import { answerToText, errorToText, JsonText } from "./response.ts";
import { refusal, RpcError } from "./rpc-error.ts";

/** One connection that events can be sent on. */
export interface Client {
  readonly remote: string;
  /** False if it has too much waiting already: the text was not taken. */
  deliver(text: string): boolean;
  /** Ends the connection. */
  cutOff(reason: string): void;
}

interface Subscription {
  readonly client: Client;
  readonly query: Query;
  /** Its canonical spelling: one client has it once. */
  readonly name: string;
  /** As the client wrote it, which is how events name it. */
  readonly text: string;
  /** The id of the request, as JSON: every event carries it. */
  readonly id: string;
}

export interface CommittedTx {
  readonly height: Height;
  readonly result: TxResult;
}

interface Waiter {
  readonly tx: Uint8Array;
  readonly done: (outcome: CommittedTx | undefined) => void;
}

export interface SubscriptionLimits {
  readonly subscriptionClientsMax: number;
  readonly subscriptionsPerClientMax: number;
  readonly queryBytesMax: number;
}

const { eventsQueuedMax, eventBytesQueuedMax } = limits;
/** Matches between two breaths of the event loop. */
const matchesPerSlice = 500;
const slowReason = "client is not pulling messages fast enough";

export class Subscriptions {
  readonly #node: NodeAccess;
  readonly #timers: Timers;
  readonly #limits: SubscriptionLimits;
  readonly #clients = new Map<Client, Map<string, Subscription>>();
  readonly #waiters = new Set<Waiter>();
  readonly #queue: NodeEvent[] = [];
  #queuedBytes = 0;
  #draining = false;
  #unsubscribe: (() => void) | undefined;

  constructor(options: {
    readonly node: NodeAccess;
    readonly timers: Timers;
    readonly limits: SubscriptionLimits;
  }) {
    this.#node = options.node;
    this.#timers = options.timers;
    this.#limits = options.limits;
  }

  /** @throws RpcError `INTERNAL` over a limit, or where the text is no query. */
  subscribe(client: Client, request: { readonly id: string; readonly query: string }): void {
    const own = this.#clients.get(client);
    this.#refuseOverLimits(own?.size ?? 0);
    const { queryBytesMax } = this.#limits;
    if (new TextEncoder().encode(request.query).length > queryBytesMax) {
      throw refusal("maximum query length exceeded");
    }
    const query = parsed(request.query);
    const name = queryToText(query);
    if (own?.has(name) === true) throw refusal("already subscribed");
    const subscription = { client, query, name, text: request.query, id: request.id };
    this.#clients.set(client, (own ?? new Map()).set(name, subscription));
    this.#listen();
  }

  /** @throws RpcError `INTERNAL` where there is no such subscription. */
  unsubscribe(client: Client, query: string): void {
    const name = queryToText(parsed(query));
    const own = this.#clients.get(client);
    if (own?.delete(name) !== true) throw refusal("subscription not found");
    if (own.size === 0) this.drop(client);
  }

  /** @throws RpcError `INTERNAL` where there is none. */
  unsubscribeAll(client: Client): void {
    if (!this.#clients.has(client)) throw refusal("subscription not found");
    this.drop(client);
  }

  /** The connection is gone, or wants no more. */
  drop(client: Client): void {
    this.#clients.delete(client);
    this.#restWhenIdle();
  }

  /**
   * Calls back once with the result of this transaction, or with nothing when the time is up.
   * Whoever submits it begins to wait first. @throws RpcError `INTERNAL` over a limit.
   */
  awaitTx(
    wanted: { readonly tx: Uint8Array; readonly client: Client | undefined },
    timeoutMs: number,
  ): { readonly outcome: Promise<CommittedTx | undefined>; readonly cancel: () => void } {
    const { tx, client } = wanted;
    this.#refuseOverLimits(client === undefined ? 0 : (this.#clients.get(client)?.size ?? 0));
    const { promise: outcome, resolve } = Promise.withResolvers<CommittedTx | undefined>();
    const waiter: Waiter = {
      tx,
      done: (committed) => {
        stopTimer();
        this.#waiters.delete(waiter);
        this.#restWhenIdle();
        resolve(committed);
      },
    };
    const cancel = (): void => waiter.done(undefined);
    const stopTimer = this.#timers.after(timeoutMs, cancel);
    this.#waiters.add(waiter);
    this.#listen();
    return { outcome, cancel };
  }

  stop(): void {
    for (const waiter of this.#waiters) waiter.done(undefined);
    this.#clients.clear();
    this.#restWhenIdle();
  }

  #refuseOverLimits(own: number): void {
    const { subscriptionClientsMax, subscriptionsPerClientMax } = this.#limits;
    if (this.#clients.size + this.#waiters.size >= subscriptionClientsMax && own === 0) {
      throw refusal(`max_subscription_clients ${String(subscriptionClientsMax)} reached`);
    }
    if (own < subscriptionsPerClientMax) return;
    throw refusal(`max_subscriptions_per_client ${String(subscriptionsPerClientMax)} reached`);
  }

  #listen(): void {
    this.#unsubscribe ??= this.#node.subscribe((event) => this.#take(event));
  }

  #restWhenIdle(): void {
    if (this.#clients.size > 0 || this.#waiters.size > 0) return;
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#queue.length = 0;
    this.#queuedBytes = 0;
  }

  #take(event: NodeEvent): void {
    if (event.kind === "block-committed") this.#answerWaiters(event);
    if (this.#clients.size === 0) return;
    if (this.#queue.length >= eventsQueuedMax || this.#queuedBytes >= eventBytesQueuedMax) {
      for (const client of this.#clients.keys()) this.#cutOff(client);
      return;
    }
    this.#queue.push(event);
    this.#queuedBytes += bytesOf(event);
    if (!this.#draining) void this.#drain();
  }

  #answerWaiters({ block, results }: Extract<NodeEvent, { kind: "block-committed" }>): void {
    if (this.#waiters.size === 0) return;
    const { height } = block.header;
    for (const [index, tx] of block.txs.entries()) {
      const result = results.txResults[index];
      if (result === undefined) continue;
      for (const waiter of this.#waiters) {
        if (equalBytes(waiter.tx, tx)) waiter.done({ height, result });
      }
    }
  }

  /** Never on the stack of whoever tells of the event: consensus goes first. */
  async #drain(): Promise<void> {
    this.#draining = true;
    await this.#timers.pause();
    let matches = 0;
    for (let event = this.#queue.shift(); event !== undefined; event = this.#queue.shift()) {
      this.#queuedBytes -= bytesOf(event);
      for (const published of publishedFrom(event, this.#timers)) {
        matches += await this.#publish(published);
        if (matches < matchesPerSlice) continue;
        matches = 0;
        await this.#timers.pause();
      }
    }
    this.#draining = false;
  }

  /** Gives how many queries were asked. */
  async #publish(published: Published): Promise<number> {
    const all = this.#all();
    const wanting = all.filter(({ query }) => matchesQuery(query, published.flat));
    if (wanting.length === 0) return all.length;
    const body = await published.body();
    for (const subscription of wanting) this.#send(subscription, body);
    return all.length;
  }

  #all(): readonly Subscription[] {
    return [...this.#clients.values()].flatMap((subscriptions) => [...subscriptions.values()]);
  }

  #send(subscription: Subscription, body: string): void {
    const { client, name, text, id } = subscription;
    // Another event may have cut the client off, or it has ended the subscription meanwhile.
    if (this.#clients.get(client)?.get(name) !== subscription) return;
    const result = new JsonText(`{"query":${JSON.stringify(text)},${body}}`);
    if (!client.deliver(answerToText(id, result))) this.#cutOff(client);
  }

  #cutOff(client: Client): void {
    const subscriptions = this.#clients.get(client);
    this.drop(client);
    const error = new RpcError({
      code: "SERVER",
      message: `subscription was canceled (reason: ${slowReason})`,
    });
    for (const { id } of subscriptions?.values() ?? []) client.deliver(errorToText(id, error));
    client.cutOff(slowReason);
  }
}

/** What an event keeps in memory, roughly: its block's transactions. */
function bytesOf(event: NodeEvent): number {
  if (event.kind !== "block-committed") return 0;
  return event.block.txs.reduce((sum, tx) => sum + tx.length, 0);
}

function parsed(text: string): Query {
  const query = parseQuery(text);
  if (query.kind === "ok") return query.value;
  throw refusal(`failed to parse query: ${query.error.message}`);
}
