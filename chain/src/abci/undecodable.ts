import type { CheckTxResponse } from "./application.ts";

/**
 * Whether the application says that the bytes are no transaction, in the words that every Cosmos
 * application has for it. Unlike any other refusal it depends on no state, so that nobody who
 * checks what he relays ever relays such bytes.
 */
export function isUndecodable({ code, codespace }: CheckTxResponse): boolean {
  return code === 2 && codespace === "sdk";
}
