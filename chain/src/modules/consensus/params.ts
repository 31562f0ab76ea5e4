/** Consensus parameters in the application's state: the engine follows what blocks return. */
import { defined } from "#base";
import { remembering, type ConsensusKeeper, type Store } from "#execution";
import { decodeConsensusParams, encodeConsensusParams, type ConsensusParams } from "#types";
import { paramsKey } from "./state-keys.ts";

const codec = remembering({ encode: encodeConsensusParams, decode: decodeConsensusParams });

export function readParams(store: Store): ConsensusParams {
  return defined(store.read(paramsKey, codec), "genesis sets consensus parameters");
}

export function writeParams(store: Store, params: ConsensusParams): void {
  store.write(paramsKey, { codec, value: params });
}

export const consensusKeeper: ConsensusKeeper = { params: readParams };

/** CometBFT's default, and the greatest block that nodes hand one another whole when they sync. */
export const blockBytesCarried = 22_020_096n;

/** Whether nodes that are behind can fetch every block that these parameters allow. */
export function isCarried({ block }: ConsensusParams): boolean {
  return block.maxBytes > 0n && block.maxBytes <= blockBytesCarried;
}
