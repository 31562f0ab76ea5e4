import { waitForTx } from "#client";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import { answerFromFound, lineFromFound } from "./tx-answer.ts";

/** Answers when a block holds the transaction. @throws CommandError `NOT_FINAL`, `TX_FAILED` */
export async function awaitTx(
  context: Context,
  options: { readonly hash: string; readonly timeoutMs: number },
): Promise<void> {
  const { output, rpc } = context;
  const { hash, timeoutMs } = options;
  const found = await waitForTx(rpc, { hash, timeoutMs });
  if (found === undefined) {
    const json = { hash, height: null, code: 0, codespace: "", gasUsed: null, log: "" };
    output.answer({ json, text: hash });
    throw new CommandError({
      code: "NOT_FINAL",
      message:
        `no block holds ${hash} after ${timeoutMs / 1000} s; ` +
        `look again with \`pyralog tx wait ${hash}\``,
      facts: { hash },
    });
  }
  output.answer({ json: answerFromFound(found), text: lineFromFound(found) });
  if (found.code === 0) return;
  const { code, codespace, log } = found;
  throw new CommandError({
    code: "TX_FAILED",
    message: `the transaction failed in block ${found.height}: ${log}; its fee is paid`,
    facts: { hash, appCode: code, codespace },
  });
}
