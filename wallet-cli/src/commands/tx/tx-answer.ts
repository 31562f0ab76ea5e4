import type { FoundTx } from "#client";
import { plain, type JsonValue } from "#render";

/** The stable object that `--json` prints of every transaction. */
export interface TxAnswer {
  readonly [name: string]: JsonValue;
  readonly hash: string;
  /** Nothing while no block holds it. */
  readonly height: number | null;
  readonly code: number;
  readonly codespace: string;
  readonly gasUsed: number | null;
  readonly log: string;
}

export function answerFromFound(found: FoundTx): TxAnswer {
  const { hash, height, code, codespace, gasUsed, log } = found;
  return { hash, height: Number(height), code, codespace, gasUsed: Number(gasUsed), log };
}

export function lineFromFound(found: FoundTx): string {
  const outcome =
    found.code === 0 ? "done" : `failed: ${plain(found.log)} (${found.codespace} ${found.code})`;
  const gas = `${found.gasUsed} of ${found.gasWanted} gas`;
  return `${found.hash}  height ${found.height}  ${gas}  ${outcome}`;
}
