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
    data: dataOf(responses),
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

const dataMax = 256;
const remembered = new Map<string, Uint8Array>();

/** Most transactions hold one message that answers nothing: their data is made once. */
function dataOf(responses: readonly Any[]): Uint8Array {
  const [only, ...others] = responses;
  if (only === undefined || others.length > 0 || only.value.length > 0) {
    return txMsgDataWire.encode({ msgResponses: responses });
  }
  const known = remembered.get(only.typeUrl);
  if (known !== undefined) return known;
  const data = txMsgDataWire.encode({ msgResponses: responses });
  if (remembered.size < dataMax) remembered.set(only.typeUrl, data);
  return data;
}
