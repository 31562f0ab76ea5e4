/** Every method of CometBFT v0.38's rpc/core/routes.go, by name. */
import type { Timers } from "#ports";
import type { RpcBackend } from "./backend.ts";
import { chainMethods } from "./chain-methods.ts";
import { nodeMethods, socketMethods } from "./node-methods.ts";
import type { Routes } from "./route.ts";
import { searchMethods } from "./search-methods.ts";
import type { Subscriptions } from "./subscriptions.ts";
import { txMethods } from "./tx-methods.ts";

export function createRoutes(options: {
  readonly backend: RpcBackend;
  readonly subscriptions: Subscriptions;
  readonly timers: Timers;
  readonly queryBytesMax: number;
  readonly broadcastCommitTimeoutMs: number;
}): Routes {
  return new Map(
    Object.entries({
      ...socketMethods(options.subscriptions),
      ...nodeMethods(options.backend),
      ...chainMethods(options),
      ...searchMethods(options),
      ...txMethods(options),
    }),
  );
}
