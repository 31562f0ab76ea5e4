/**
 * What a proposer puts into a block, and what a validator accepts of another's. A transaction on
 * which execution has to stop is left out and named, and a block that holds one is refused, so
 * that no crafted transaction stops everybody at a decided block (DESIGN §4).
 */
import type { Work } from "#base";
import type { BlockRun } from "./block-run.ts";
import { isPoison } from "./failures.ts";
import { limits } from "./limits.ts";
import type { HashedTx } from "./transaction-cache.ts";

export interface Selection {
  readonly run: BlockRun;
  readonly txs: readonly HashedTx[];
  readonly poisonous: readonly Uint8Array[];
}

/**
 * Takes what fits, in order; leaves out what the ante chain refuses.
 * @yields a pause
 */
export function* selectTransactions(
  txs: readonly HashedTx[],
  block: { readonly create: () => BlockRun; readonly txBytesMax: bigint },
): Work<Selection> {
  const selection = yield* select(txs, { ...block, isCareful: false });
  if (isSound(selection.run)) return selection;
  // One of them breaks an invariant: find out which, at the price of checking after each.
  return yield* select(txs, { ...block, isCareful: true });
}

function* select(
  txs: readonly HashedTx[],
  block: {
    readonly create: () => BlockRun;
    readonly txBytesMax: bigint;
    readonly isCareful: boolean;
  },
): Work<Selection> {
  const run = block.create();
  const taken: HashedTx[] = [];
  const poisonous: Uint8Array[] = [];
  let size = 0n;
  for (const [index, tx] of txs.entries()) {
    if (index % limits.txsPerTurn === limits.txsPerTurn - 1) yield undefined;
    const grown = size + BigInt(sizeInBlock(tx.bytes));
    if (grown > block.txBytesMax) continue;
    const fate = tryDeliver(run, { tx, isCareful: block.isCareful });
    if (fate === "poisonous") poisonous.push(tx.bytes);
    if (fate !== "taken") continue;
    taken.push(tx);
    size = grown;
  }
  return { run, txs: taken, poisonous };
}

function tryDeliver(
  run: BlockRun,
  attempt: { readonly tx: HashedTx; readonly isCareful: boolean },
): "taken" | "refused" | "poisonous" {
  const mark = run.overlay.mark();
  const before = run.results.length;
  try {
    const { isAdmitted } = run.deliver(attempt.tx);
    if (isAdmitted && attempt.isCareful) run.checkInvariants();
    if (isAdmitted && !run.isOverGas) return "taken";
    run.undo({ mark, results: before });
    return "refused";
  } catch (error) {
    if (!isPoison(error)) throw error;
    run.undo({ mark, results: before });
    return "poisonous";
  }
}

/**
 * Whether every transaction may stand in a block, and the block leaves every invariant whole.
 * @yields a pause
 */
export function* acceptsTransactions(txs: readonly HashedTx[], run: BlockRun): Work<boolean> {
  for (const [index, tx] of txs.entries()) {
    if (index % limits.txsPerTurn === limits.txsPerTurn - 1) yield undefined;
    if (tryDeliver(run, { tx, isCareful: false }) !== "taken") return false;
  }
  return isSound(run);
}

function isSound(run: BlockRun): boolean {
  try {
    run.checkInvariants();
    return true;
  } catch (error) {
    if (isPoison(error)) return false;
    throw error;
  }
}

/** As a `repeated bytes` field of the block's data takes it. */
function sizeInBlock(tx: Uint8Array): number {
  let size = 1 + tx.length;
  for (let rest = tx.length; rest > 0; rest = Math.floor(rest / 128)) size++;
  return size;
}
