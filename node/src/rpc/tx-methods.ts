/** Transactions on their way: checking, submitting, waiting for a block, what still waits. */
import { base64FromBytes } from "@pyralog/chain/base";
import type { CheckTxResponse } from "@pyralog/chain/abci";
import {
  hexToJson,
  txHash,
  txResultToJson,
  type Json,
  type JsonObject,
  type TxResult,
} from "@pyralog/chain/types";
import { optionalCount, tx as txArgument } from "./argument.ts";
import type { RpcBackend } from "./backend.ts";
import { perPageFrom } from "./heights.ts";
import type { Caller, Route } from "./route.ts";
import { refusal } from "./rpc-error.ts";
import type { Subscriptions } from "./subscriptions.ts";

export interface TxMethodOptions {
  readonly backend: RpcBackend;
  readonly subscriptions: Subscriptions;
  readonly broadcastCommitTimeoutMs: number;
}

const noResult: TxResult = {
  code: 0,
  data: new Uint8Array(0),
  log: "",
  info: "",
  gasWanted: 0n,
  gasUsed: 0n,
  events: [],
  codespace: "",
};

export function txMethods(options: TxMethodOptions): Readonly<Record<string, Route>> {
  const { backend } = options;
  return {
    check_tx: ofTx(async (tx) => txResultToJson(await backend.application.check(tx))),
    broadcast_tx_async: ofTx(async (tx) => {
      await submitted(backend, tx);
      return broadcastToJson(tx, noResult);
    }),
    broadcast_tx_sync: ofTx(async (tx) => broadcastToJson(tx, await submitted(backend, tx))),
    broadcast_tx_commit: ofTx((tx, caller) => broadcastCommit(options, { tx, caller })),
    unconfirmed_txs: {
      names: ["limit"],
      bind: (take) => {
        const limit = perPageFrom(take("limit", optionalCount));
        return { cacheable: false, run: () => unconfirmed(backend, limit) };
      },
    },
    num_unconfirmed_txs: {
      names: [],
      bind: () => ({ cacheable: false, run: () => unconfirmed(backend, undefined) }),
    },
  };
}

function ofTx(run: (tx: Uint8Array, caller: Caller) => Promise<Json>): Route {
  return {
    names: ["tx"],
    bind: (take) => {
      const tx = take("tx", txArgument);
      return { cacheable: false, run: (caller) => run(tx, caller) };
    },
  };
}

/** @throws RpcError `INTERNAL` in the pool's words, where it does not take the transaction. */
async function submitted({ pool }: RpcBackend, tx: Uint8Array): Promise<CheckTxResponse> {
  const { outcome } = await pool.submit(tx);
  if (outcome.kind === "refused") throw refusal(outcome.error.message);
  return outcome.value;
}

function broadcastToJson(tx: Uint8Array, response: CheckTxResponse): JsonObject {
  return {
    code: response.code,
    data: hexToJson(response.data),
    log: response.log,
    codespace: response.codespace,
    hash: hexToJson(txHash(tx)),
  };
}

async function broadcastCommit(
  { backend, subscriptions, broadcastCommitTimeoutMs }: TxMethodOptions,
  { tx, caller }: { readonly tx: Uint8Array; readonly caller: Caller },
): Promise<Json> {
  const waiting = subscriptions.awaitTx({ tx, client: caller.client }, broadcastCommitTimeoutMs);
  try {
    const { outcome } = await backend.pool.submit(tx);
    if (outcome.kind === "refused") {
      throw refusal(`error on broadcastTxCommit: ${outcome.error.message}`);
    }
    const checked = outcome.value;
    const committed = checked.code === 0 ? await waiting.outcome : undefined;
    if (checked.code === 0 && committed === undefined) {
      throw refusal("timed out waiting for tx to be included in a block");
    }
    return {
      check_tx: txResultToJson(checked),
      tx_result: txResultToJson(committed?.result ?? noResult),
      hash: hexToJson(txHash(tx)),
      height: String(committed?.height ?? 0),
    };
  } finally {
    waiting.cancel();
  }
}

function unconfirmed({ pool }: RpcBackend, limit: number | undefined): Json {
  const total = pool.count();
  const txs = limit === undefined ? undefined : pool.txs(limit);
  return {
    n_txs: String(txs?.length ?? total),
    total: String(total),
    total_bytes: String(pool.bytes()),
    txs: txs?.map(base64FromBytes) ?? null,
  };
}
