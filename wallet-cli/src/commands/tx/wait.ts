import { usage } from "../command-error.ts";
import type { Context } from "../context.ts";
import { awaitTx } from "./await-tx.ts";
import { hashFromText } from "./hash-from-text.ts";

/** Waits until a block holds the transaction. */
export async function waitTx(
  context: Context,
  options: { readonly hash: string; readonly timeout: string },
): Promise<void> {
  const hash = hashFromText(options.hash);
  if (!/^\d{1,6}$/.test(options.timeout)) {
    throw usage(`--timeout ${options.timeout} cannot be; write seconds, such as 30`);
  }
  await awaitTx(context, { hash, timeoutMs: Number(options.timeout) * 1000 });
}
