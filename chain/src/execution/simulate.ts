/**
 * `cosmos.tx.v1beta1.Service/Simulate`: a transaction run on a committed version, without its
 * signatures and fee, to learn what gas it takes.
 */
import { txMsgDataWire, txServiceWires } from "#codec";
import type { CommittedState } from "#merkle";
import { txLimits } from "./block-run.ts";
import type { Environment } from "./environment.ts";
import type { BlockFacts } from "./module.ts";
import { Overlay } from "./overlay.ts";
import { QueryError } from "./query-error.ts";
import { hashTx } from "./transaction-cache.ts";

export const simulatePath = "/cosmos.tx.v1beta1.Service/Simulate";

/** @throws QueryError with the transaction's own refusal and the gas that it had used. */
export function answerSimulate(
  data: Uint8Array,
  source: {
    readonly environment: Environment;
    readonly state: CommittedState;
    readonly block: BlockFacts;
  },
): Uint8Array {
  const { tx, txBytes } = txServiceWires.Simulate.request.decode(data);
  const bytes = txBytes.length > 0 ? txBytes : tx;
  if (bytes.length === 0) throw new QueryError("InvalidArgument", "empty txBytes is not allowed");
  const { environment, state, block } = source;
  const overlay = new Overlay(state);
  const { keepers } = environment.blocks;
  const { result, responses } = environment.runner.run(hashTx(bytes), {
    overlay,
    block,
    mode: "simulate",
    limits: txLimits(overlay, { block, keepers }),
    loud: [],
  });
  if (result.code !== 0) {
    throw new QueryError("Unknown", `${result.log} with gas used: '${result.gasUsed}'`);
  }
  return txServiceWires.Simulate.response.encode({
    gasInfo: { gasWanted: result.gasWanted, gasUsed: result.gasUsed },
    result: {
      data: txMsgDataWire.encode({ msgResponses: responses }),
      log: "",
      events: result.events,
      msgResponses: responses,
    },
  });
}
