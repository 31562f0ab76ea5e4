/** bank's own refusals: the SDK's x/bank/types/errors.go. */
import type { Refusal } from "@pyralog/chain/execution";

/**
 * - `NO_INPUTS`, `NO_OUTPUTS`: a multi-send without a payer, or without a payee.
 * - `INPUT_OUTPUT_MISMATCH`: what goes in is not what comes out.
 * - `SEND_DISABLED`: the denomination may not be sent.
 * - `MULTIPLE_SENDERS`: a multi-send has one payer.
 */
export const bankRefusals = {
  NO_INPUTS: bank("NO_INPUTS", { number: 2, text: "no inputs to send transaction" }),
  NO_OUTPUTS: bank("NO_OUTPUTS", { number: 3, text: "no outputs to send transaction" }),
  INPUT_OUTPUT_MISMATCH: bank("INPUT_OUTPUT_MISMATCH", {
    number: 4,
    text: "sum inputs != sum outputs",
  }),
  SEND_DISABLED: bank("SEND_DISABLED", { number: 5, text: "send transactions are disabled" }),
  MULTIPLE_SENDERS: bank("MULTIPLE_SENDERS", { number: 9, text: "multiple senders not allowed" }),
} as const;

function bank(code: string, rest: { readonly number: number; readonly text: string }): Refusal {
  return { code, codespace: "bank", ...rest };
}
