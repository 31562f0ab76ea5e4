/** A method: the names of its arguments, whether its answers may be kept, and what it does. */
import type { Argument } from "./argument.ts";
import type { Awaitable } from "./backend.ts";
import type { Answer } from "./response.ts";
import type { Client } from "./subscriptions.ts";

/** Who calls, and whether over a connection that events can be sent on. */
export interface Caller {
  readonly remote: string;
  /** As JSON. */
  readonly id: string;
  readonly client: Client | undefined;
}

export interface Call {
  /** Whether the answer is the same for ever, given these arguments. */
  readonly cacheable: boolean;
  run(caller: Caller): Awaitable<Answer>;
}

/** Takes one argument from wherever they are. @throws RpcError `PARAMS_INVALID` */
export type Take = <Value>(name: string, argument: Argument<Value>) => Value;

export interface Route {
  readonly names: readonly string[];
  /** Only over a WebSocket. */
  readonly socketOnly?: true;
  readonly bind: (take: Take) => Call;
}

export type Routes = ReadonlyMap<string, Route>;
