/** What executing a block gave: its transactions' results, and all that FinalizeBlock answered. */
import { execTxResultWire, responseFinalizeBlockWire, type MessageValue } from "#codec";
import { createPower } from "./create.ts";
import type { ChainEvent, ConsensusParams, TxResult, ValidatorUpdate } from "./model.ts";
import { paramsFromWire, paramsToWire } from "./params.ts";
import { publicKeyFromWire, publicKeyToWire } from "./public-key.ts";

/** FinalizeBlock's answer, as it is kept. */
export interface BlockResults {
  readonly events: readonly ChainEvent[];
  readonly txResults: readonly TxResult[];
  readonly validatorUpdates: readonly ValidatorUpdate[];
  readonly consensusParamUpdates?: ConsensusParams;
  readonly appHash: Uint8Array;
}

export function encodeTxResult(result: TxResult): Uint8Array {
  return execTxResultWire.encode(result);
}

/** @throws CodecError */
export function decodeTxResult(bytes: Uint8Array): TxResult {
  return execTxResultWire.decode(bytes);
}

export function encodeBlockResults(results: BlockResults): Uint8Array {
  const { consensusParamUpdates: params } = results;
  return responseFinalizeBlockWire.encode({
    events: results.events,
    txResults: results.txResults,
    validatorUpdates: results.validatorUpdates.map(updateToWire),
    consensusParamUpdates: params === undefined ? undefined : paramsToWire(params),
    appHash: results.appHash,
  });
}

/** @throws CodecError | TypesError */
export function decodeBlockResults(bytes: Uint8Array): BlockResults {
  const wire = responseFinalizeBlockWire.decode(bytes);
  const { events, txResults, appHash } = wire;
  const validatorUpdates = wire.validatorUpdates.map(updateFromWire);
  const results = { events, txResults, validatorUpdates, appHash };
  if (wire.consensusParamUpdates === undefined) return results;
  return { ...results, consensusParamUpdates: paramsFromWire(wire.consensusParamUpdates) };
}

type UpdateWire = MessageValue<typeof responseFinalizeBlockWire>["validatorUpdates"][number];

function updateToWire({ publicKey, power }: ValidatorUpdate): UpdateWire {
  return { publicKey: publicKeyToWire(publicKey), power };
}

function updateFromWire({ publicKey, power }: UpdateWire): ValidatorUpdate {
  return { publicKey: publicKeyFromWire(publicKey), power: createPower(power) };
}
