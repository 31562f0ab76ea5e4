/** The forms in which a transaction's fate is told: ABCI results and the data inside them. */
import { emptyBytes } from "#base";
import { txMsgDataWire, type Any } from "#codec";
import type { ChainEvent, TxResult } from "#types";
import type { TxError } from "./refusals.ts";

export interface Gas {
  readonly wanted: bigint;
  readonly used: bigint;
}

export const noGas: Gas = { wanted: 0n, used: 0n };

export function succeeded(outcome: {
  readonly gas: Gas;
  readonly events: readonly ChainEvent[];
  readonly responses: readonly Any[];
}): TxResult {
  const { gas, events, responses } = outcome;
  return {
    code: 0,
    data: txMsgDataWire.encode({ msgResponses: responses }),
    log: "",
    info: "",
    gasWanted: gas.wanted,
    gasUsed: gas.used,
    events,
    codespace: "",
  };
}

export function failed(outcome: {
  readonly error: TxError;
  readonly gas: Gas;
  readonly events: readonly ChainEvent[];
}): TxResult {
  const { error, gas, events } = outcome;
  return {
    code: error.number,
    data: emptyBytes,
    log: error.message,
    info: "",
    gasWanted: gas.wanted,
    gasUsed: gas.used,
    events,
    codespace: error.codespace,
  };
}
