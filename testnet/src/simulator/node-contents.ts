/** What a node holds, read back piece by piece: for the checkers of supply, memory and sameness. */
import { bytesFromText, concatBytes } from "@pyralog/chain/base";
import type { CommittedState, VersionedState } from "@pyralog/chain/merkle";
import { createHeight, encodeValidatorSet } from "@pyralog/chain/types";
import type { Node } from "@pyralog/node/drivers";
import type { WirePeer } from "@pyralog/node/ports";
import type { CountedCoins, Measured, Pieces } from "#checkers";
import { simDenom } from "./sim-genesis.ts";

const supplyPrefix = bytesFromText("bank/\u0000");
const balancesPrefix = bytesFromText("bank/\u0002");
const denom = bytesFromText(simDenom);
const poolTxsMax = 5_000;
const poolBytesMax = 64 * 1024 * 1024;
const engineInputsMax = 20_000;
const roundsMax = 1_000;
/** Of four channels. */
const peerMessagesMax = 40_000;

/** Read from the committed state itself, past the modules whose sums are in question. */
export function coinsOf(state: CommittedState): CountedCoins {
  const balances: bigint[] = [];
  for (const [, value] of state.scan({ prefix: balancesPrefix })) balances.push(amountOf(value));
  const supply = state.get(concatBytes([supplyPrefix, denom]));
  return { height: state.version, balances, supply: supply === undefined ? 0n : amountOf(supply) };
}

/** Big-endian. */
function amountOf(bytes: Uint8Array): bigint {
  let amount = 0n;
  for (const byte of bytes) amount = (amount << 8n) | BigInt(byte);
  return amount;
}

export function measuresOf(node: Node, peers: readonly WirePeer[]): readonly Measured[] {
  const { pool } = node.mempool;
  const rounds = node.consensus.roundState?.rounds.length ?? 0;
  return [
    { name: "transactions in the pool", size: pool.size, max: poolTxsMax },
    { name: "bytes in the pool", size: pool.bytes, max: poolBytesMax },
    { name: "inputs of the engine", size: node.consensus.waiting, max: engineInputsMax },
    { name: "rounds of a height", size: rounds, max: roundsMax },
    ...peers.map(({ queued }) => ({
      name: "messages to a peer",
      size: queued,
      max: peerMessagesMax,
    })),
  ];
}

/** Everything of a height that all nodes must hold alike. */
export async function piecesOfHeight(node: Node, height: bigint): Promise<Pieces> {
  const { blockStore, stateStore } = node;
  const at = createHeight(height);
  const pieces = new Map<string, Uint8Array | undefined>();
  const meta = await blockStore.loadMeta(at);
  pieces.set("block hash", meta?.blockId.hash);
  for (let index = 0; index < (meta?.blockId.parts.total ?? 0); index++) {
    const part = await blockStore.loadPart(at, index);
    pieces.set(`part ${index}`, part?.bytes);
  }
  pieces.set("results", stateStore.loadEncodedResults(at));
  const validators = await stateStore.loadValidators(createHeight(height + 1n));
  const encoded = validators === undefined ? undefined : encodeValidatorSet(validators);
  pieces.set("next validators", encoded);
  return pieces;
}

/** Every pair of the application's state, where that version is still kept. */
export function piecesOfState(state: VersionedState, version: bigint): Pieces | undefined {
  const kept = state.at(version);
  if (kept === undefined) return undefined;
  const pieces = new Map<string, Uint8Array | undefined>([["root", kept.root]]);
  for (const [key, value] of kept.scan({ prefix: new Uint8Array(0) })) {
    pieces.set(String.fromCharCode(...key), value);
  }
  return pieces;
}
