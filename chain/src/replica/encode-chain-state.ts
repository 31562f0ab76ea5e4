/** The chain state as one record of the disk: the state store keeps it under one key. */
import { bytes, int64, message, string } from "#codec";
import {
  createHeight,
  createTime,
  decodeBlockId,
  decodeConsensusParams,
  decodeValidatorSet,
  encodeBlockId,
  encodeConsensusParams,
  encodeValidatorSet,
} from "#types";
import type { ChainState } from "./chain-state.ts";

const chainStateWire = message("pyralog.replica.v1.ChainState", {
  chainId: string(1),
  initialHeight: int64(2),
  lastBlockHeight: int64(3),
  lastBlockId: bytes(4),
  lastBlockTime: int64(5),
  validators: bytes(6),
  nextValidators: bytes(7),
  /** Empty before the first block. */
  lastValidators: bytes(8),
  lastHeightValidatorsChanged: int64(9),
  consensusParams: bytes(10),
  lastHeightParamsChanged: int64(11),
  lastResultsHash: bytes(12),
  appHash: bytes(13),
});

export function encodeChainState(state: ChainState): Uint8Array {
  const { lastValidators } = state;
  return chainStateWire.encode({
    ...state,
    lastBlockId: encodeBlockId(state.lastBlockId),
    validators: encodeValidatorSet(state.validators),
    nextValidators: encodeValidatorSet(state.nextValidators),
    lastValidators:
      lastValidators === undefined ? new Uint8Array(0) : encodeValidatorSet(lastValidators),
    consensusParams: encodeConsensusParams(state.consensusParams),
  });
}

/** @throws CodecError | TypesError on bytes that `encodeChainState` did not write. */
export function decodeChainState(record: Uint8Array): ChainState {
  const wire = chainStateWire.decode(record);
  return {
    ...wire,
    initialHeight: createHeight(wire.initialHeight),
    lastBlockHeight: createHeight(wire.lastBlockHeight),
    lastBlockId: decodeBlockId(wire.lastBlockId),
    lastBlockTime: createTime(wire.lastBlockTime),
    validators: decodeValidatorSet(wire.validators),
    nextValidators: decodeValidatorSet(wire.nextValidators),
    lastValidators:
      wire.lastValidators.length === 0 ? undefined : decodeValidatorSet(wire.lastValidators),
    lastHeightValidatorsChanged: createHeight(wire.lastHeightValidatorsChanged),
    consensusParams: decodeConsensusParams(wire.consensusParams),
    lastHeightParamsChanged: createHeight(wire.lastHeightParamsChanged),
  };
}
