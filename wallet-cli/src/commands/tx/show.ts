import { findTx } from "#client";
import { displayFromAmount } from "#render";
import { describeTx } from "./describe-tx.ts";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import { hashFromText } from "./hash-from-text.ts";
import { answerFromFound, lineFromFound } from "./tx-answer.ts";

/** A transaction that a block holds: its outcome, and in plain words what it did. */
export async function showTx(context: Context, text: string): Promise<void> {
  const hash = hashFromText(text);
  const [found, { denominations }] = await Promise.all([
    findTx(context.rpc, hash),
    context.chain(),
  ]);
  if (found === undefined) {
    throw new CommandError({
      code: "TX_UNKNOWN",
      message: `no block holds ${hash}; if it was sent just now, \`pyralog tx wait ${hash}\``,
      facts: { hash },
    });
  }
  const lines = describeTx(found.tx, (coin) => displayFromAmount(coin, denominations));
  context.output.answer({
    json: answerFromFound(found),
    text: [lineFromFound(found), ...lines].join("\n"),
  });
}
