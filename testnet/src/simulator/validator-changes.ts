/**
 * Membership for simulated chains: an application of which a marked transaction changes the set of
 * validators, around production's application, which sees nothing of it. Each names the one height
 * that it is for, so it takes effect once at most; no other block may hold it.
 */
import type {
  Application,
  CheckTxResponse,
  CommitInfo,
  FinalizeBlockResponse,
} from "@pyralog/chain/abci";
import { bytesFromText, concatBytes, emptyBytes, equalBytes, type Work } from "@pyralog/chain/base";
import { sha256 } from "@pyralog/chain/crypto";
import {
  createPower,
  validatorAddress,
  type PublicKey,
  type TxResult,
  type ValidatorUpdate,
} from "@pyralog/chain/types";

const mark = bytesFromText("simulated validator change ");
const keyBytes = 32;
const checksumBytes = 8;
const numbersBytes = 24;
const changeBytes = mark.length + numbersBytes + keyBytes + checksumBytes;
const outdatedCode = 1;
/** A change is in force, and to be seen in the last commit, before the next one may come. */
export const changeEvery = 4n;

export interface ValidatorChange {
  /** Of the block that may hold it. */
  readonly height: bigint;
  readonly publicKey: Uint8Array;
  /** Zero removes the validator. */
  readonly power: bigint;
  /** It is not removed where fewer would be left: others may have gone since it was asked for. */
  readonly validatorsMin: number;
}

export function encodeChange(change: ValidatorChange): Uint8Array {
  const { height, publicKey, power, validatorsMin } = change;
  const numbers = new Uint8Array(numbersBytes);
  const view = new DataView(numbers.buffer);
  view.setBigUint64(0, height);
  view.setBigUint64(8, power);
  view.setBigUint64(16, BigInt(validatorsMin));
  const body = concatBytes([mark, numbers, publicKey]);
  return concatBytes([body, sha256(body).subarray(0, checksumBytes)]);
}

/** Nothing where the bytes are a transaction like any other. */
export function decodeChange(tx: Uint8Array): ValidatorChange | undefined {
  if (tx.length !== changeBytes) return undefined;
  if (mark.some((byte, place) => tx[place] !== byte)) return undefined;
  // In place of a signature: what a liar has changed on the way is no such transaction.
  const body = tx.subarray(0, -checksumBytes);
  const checksum = sha256(body).subarray(0, checksumBytes);
  if (!equalBytes(checksum, tx.subarray(-checksumBytes))) return undefined;
  const view = new DataView(tx.buffer, tx.byteOffset, tx.byteLength);
  return {
    height: view.getBigUint64(mark.length),
    power: view.getBigUint64(mark.length + 8),
    validatorsMin: Number(view.getBigUint64(mark.length + 16)),
    publicKey: body.slice(-keyBytes),
  };
}

export function withValidatorChanges(application: Application): Application {
  return {
    ...application,
    checkTx(request) {
      const change = decodeChange(request.tx);
      if (change === undefined) return application.checkTx(request);
      return checked(change.height > application.info().lastBlockHeight ? 0 : outdatedCode);
    },
    *prepareProposal(request) {
      const { marked, others } = separate(request.txs);
      const mine = marked.filter((tx) => isDue(tx, request.height)).slice(0, 1);
      const room = mine.reduce((left, tx) => left - BigInt(tx.length), request.txBytesMax);
      const inner = { ...request, txs: others, txBytesMax: room };
      const prepared = yield* application.prepareProposal(inner);
      return { ...prepared, txs: [...prepared.txs, ...mine] };
    },
    *processProposal(request) {
      const { marked, others } = separate(request.txs);
      if (marked.length > 1 || !marked.every((tx) => isDue(tx, request.height))) return false;
      return yield* application.processProposal({ ...request, txs: others });
    },
    *finalizeBlock(request): Work<FinalizeBlockResponse> {
      const { marked, others } = separate(request.txs);
      const response = yield* application.finalizeBlock({ ...request, txs: others });
      const results = [...response.txResults];
      const txResults = request.txs.map((tx) =>
        decodeChange(tx) === undefined ? (results.shift() ?? result) : result,
      );
      return {
        ...response,
        txResults,
        validatorUpdates: updatesOf(marked, request.decidedLastCommit),
      };
    },
  };
}

function separate(txs: readonly Uint8Array[]): {
  readonly marked: readonly Uint8Array[];
  readonly others: readonly Uint8Array[];
} {
  return {
    marked: txs.filter((tx) => decodeChange(tx) !== undefined),
    others: txs.filter((tx) => decodeChange(tx) === undefined),
  };
}

/** One at a time; who is no validator cannot be removed (CometBFT stops at such an update). */
function updatesOf(
  marked: readonly Uint8Array[],
  { votes }: CommitInfo,
): readonly ValidatorUpdate[] {
  const [tx = emptyBytes] = marked;
  const change = decodeChange(tx);
  if (change === undefined) return [];
  const publicKey: PublicKey = { type: "ed25519", bytes: change.publicKey };
  const address = validatorAddress(publicKey);
  const isKnown = votes.some(({ validator }) => equalBytes(validator.address, address));
  const mayLeave = isKnown && votes.length > change.validatorsMin;
  if (change.power === 0n && !mayLeave) return [];
  return [{ publicKey, power: createPower(change.power) }];
}

function isDue(tx: Uint8Array, height: bigint): boolean {
  return decodeChange(tx)?.height === height && height % changeEvery === 0n;
}

const result: TxResult = {
  code: 0,
  data: emptyBytes,
  log: "",
  info: "",
  gasWanted: 0n,
  gasUsed: 0n,
  events: [],
  codespace: "",
};

function checked(code: number): CheckTxResponse {
  return { ...result, code };
}
