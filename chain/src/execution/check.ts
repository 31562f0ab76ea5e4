/** CheckTx: the ante chain on the pool's own overlay, and what the pool wants to know of it. */
import type { CheckTxRequest, CheckTxResponse, LoudFailure } from "#abci";
import type { ChainEvent, EventAttribute } from "#types";
import { coinsToText } from "./coins.ts";
import type { Environment } from "./environment.ts";
import { isPoison } from "./failures.ts";
import type { BlockFacts } from "./module.ts";
import type { Overlay } from "./overlay.ts";
import { refusals, TxError } from "./refusals.ts";
import { failed, noGas } from "./results.ts";
import type { Ran, TxLimits } from "./runner.ts";
import { hashTx } from "./transaction-cache.ts";

export interface Pool {
  readonly environment: Environment;
  readonly overlay: Overlay;
  /** The first block that a transaction of the pool can stand in. */
  readonly block: BlockFacts;
  readonly limits: TxLimits;
}

export function checkTransaction(request: CheckTxRequest, pool: Pool): CheckTxResponse {
  const { result, transaction, isAdmitted } = check(request, pool);
  const { code, data, log, info, gasWanted, gasUsed, codespace } = result;
  const events =
    isAdmitted && transaction !== undefined ? [poolEvent(transaction, pool.block)] : [];
  return { code, data, log, info, gasWanted, gasUsed, codespace, events };
}

/** A transaction on which checking had to stop is refused here: this node's pool is its own. */
function check({ tx, kind }: CheckTxRequest, pool: Pool): Ran {
  const { environment, overlay, block, limits } = pool;
  const mark = overlay.mark();
  const loud: LoudFailure[] = [];
  const mode = kind === "new" ? "check" : "recheck";
  try {
    return environment.runner.check(hashTx(tx), { overlay, block, mode, limits, loud });
  } catch (error) {
    if (!isPoison(error)) throw error;
    overlay.revert(mark);
    const result = failed({ error: new TxError(refusals.INTERNAL), gas: noGas, events: [] });
    return { result, isAdmitted: false, responses: [], transaction: undefined };
  }
}

type PoolTransaction = Exclude<Ran["transaction"], undefined>;

/** Lets the pool order by sequence and cap by sender. */
function poolEvent({ signers, signerInfos, fee }: PoolTransaction, block: BlockFacts): ChainEvent {
  const [sender] = signers;
  const [info] = signerInfos;
  return {
    type: "mempool",
    attributes: [
      unindexed("sender", sender === undefined ? "" : block.addresses.text(sender)),
      unindexed("sequence", String(info?.sequence ?? 0n)),
      unindexed("fee", coinsToText(fee.coins)),
    ],
  };
}

function unindexed(key: string, value: string): EventAttribute {
  return { key, value, index: false };
}
