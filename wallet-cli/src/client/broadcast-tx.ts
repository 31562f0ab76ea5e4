import { base64FromBytes } from "@pyralog/chain/base";
import { ClientError } from "./client-error.ts";
import { numberAt, textAt, textOrEmptyAt } from "./json.ts";
import type { Rpc } from "./rpc.ts";

/**
 * Sends the transaction into the node's pool; `async` does not wait for its answer. That a pool
 * holds it already is no refusal.
 * @throws ClientError `TX_REFUSED` with the application's code, or `RPC_REFUSED`.
 */
export async function broadcastTx(
  rpc: Rpc,
  options: { readonly tx: Uint8Array; readonly mode: "sync" | "async" },
): Promise<void> {
  const { tx, mode } = options;
  try {
    const answer = await rpc.call(`broadcast_tx_${mode}`, { tx: base64FromBytes(tx) });
    const code = numberAt(answer, "code");
    if (code === 0) return;
    const codespace = textOrEmptyAt(answer, "codespace");
    throw new ClientError({
      code: "TX_REFUSED",
      message: textAt(answer, "log"),
      facts: { appCode: code, codespace },
    });
  } catch (error) {
    if (!isKnownAlready(error)) throw error;
  }
}

function isKnownAlready(error: unknown): boolean {
  return error instanceof ClientError && error.message.includes("tx already exists in cache");
}
