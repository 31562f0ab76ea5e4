/**
 * Why a transaction or a query is refused, with the numbers and texts of the Cosmos SDK
 * (types/errors/errors.go), which clients show and match. A module adds its own codespace by
 * declaring more `Refusal`s; nothing else decides what a client sees.
 */
import { ChainError } from "#base";

/** One registered failure: what the SDK calls a root error. */
export interface Refusal {
  readonly code: string;
  readonly codespace: string;
  readonly number: number;
  readonly text: string;
}

/**
 * - `INTERNAL`: a handler failed in a way that no rule foresees.
 * - `TX_DECODE`: the bytes are no transaction.
 * - `UNAUTHORIZED`: a signature, a signer or an authority is not what it must be.
 * - `INSUFFICIENT_FUNDS`: the account holds less than it would spend.
 * - `UNKNOWN_REQUEST`: a message, path or query that this chain does not have.
 * - `INVALID_ADDRESS`: not an address of this chain.
 * - `INVALID_PUBKEY`: a public key that is malformed, of another account, or of a refused kind.
 * - `UNKNOWN_ADDRESS`: no account there.
 * - `INVALID_COINS`: amounts that are no sorted, unique, positive whole numbers.
 * - `OUT_OF_GAS`: the transaction's or the block's gas is spent.
 * - `MEMO_TOO_LARGE`, `TX_TOO_LARGE`, `TOO_MANY_SIGNATURES`: a limit of the chain.
 * - `INSUFFICIENT_FEE`: the fee is below gas times the minimum price.
 * - `NO_SIGNATURES`: nobody signed.
 * - `INVALID_REQUEST`: a request that contradicts itself or the chain's rules.
 * - `KEY_NOT_FOUND`: a query found nothing.
 * - `INVALID_HEIGHT`: a query names a height that cannot be.
 * - `TX_TIMEOUT_HEIGHT`: the transaction's last height has passed.
 * - `UNKNOWN_EXTENSION_OPTIONS`: a critical option that this chain does not know.
 * - `WRONG_SEQUENCE`: the account's sequence is another.
 * - `NOT_SUPPORTED`: a feature that this chain has not.
 * - `INVALID_GAS_LIMIT`: no gas, or more than a block holds.
 */
export const refusals = {
  INTERNAL: { code: "INTERNAL", codespace: "undefined", number: 1, text: "internal" },
  TX_DECODE: sdk("TX_DECODE", { number: 2, text: "tx parse error" }),
  UNAUTHORIZED: sdk("UNAUTHORIZED", { number: 4, text: "unauthorized" }),
  INSUFFICIENT_FUNDS: sdk("INSUFFICIENT_FUNDS", { number: 5, text: "insufficient funds" }),
  UNKNOWN_REQUEST: sdk("UNKNOWN_REQUEST", { number: 6, text: "unknown request" }),
  INVALID_ADDRESS: sdk("INVALID_ADDRESS", { number: 7, text: "invalid address" }),
  INVALID_PUBKEY: sdk("INVALID_PUBKEY", { number: 8, text: "invalid pubkey" }),
  UNKNOWN_ADDRESS: sdk("UNKNOWN_ADDRESS", { number: 9, text: "unknown address" }),
  INVALID_COINS: sdk("INVALID_COINS", { number: 10, text: "invalid coins" }),
  OUT_OF_GAS: sdk("OUT_OF_GAS", { number: 11, text: "out of gas" }),
  MEMO_TOO_LARGE: sdk("MEMO_TOO_LARGE", { number: 12, text: "memo too large" }),
  INSUFFICIENT_FEE: sdk("INSUFFICIENT_FEE", { number: 13, text: "insufficient fee" }),
  TOO_MANY_SIGNATURES: sdk("TOO_MANY_SIGNATURES", {
    number: 14,
    text: "maximum number of signatures exceeded",
  }),
  NO_SIGNATURES: sdk("NO_SIGNATURES", { number: 15, text: "no signatures supplied" }),
  INVALID_REQUEST: sdk("INVALID_REQUEST", { number: 18, text: "invalid request" }),
  TX_TOO_LARGE: sdk("TX_TOO_LARGE", { number: 21, text: "tx too large" }),
  KEY_NOT_FOUND: sdk("KEY_NOT_FOUND", { number: 22, text: "key not found" }),
  INVALID_HEIGHT: sdk("INVALID_HEIGHT", { number: 26, text: "invalid height" }),
  TX_TIMEOUT_HEIGHT: sdk("TX_TIMEOUT_HEIGHT", { number: 30, text: "tx timeout height" }),
  UNKNOWN_EXTENSION_OPTIONS: sdk("UNKNOWN_EXTENSION_OPTIONS", {
    number: 31,
    text: "unknown extension options",
  }),
  WRONG_SEQUENCE: sdk("WRONG_SEQUENCE", { number: 32, text: "incorrect account sequence" }),
  NOT_SUPPORTED: sdk("NOT_SUPPORTED", { number: 37, text: "feature not supported" }),
  INVALID_GAS_LIMIT: sdk("INVALID_GAS_LIMIT", { number: 41, text: "invalid gas limit" }),
} as const;

function sdk(code: string, rest: { readonly number: number; readonly text: string }): Refusal {
  return { code, codespace: "sdk", ...rest };
}

/** What ends a transaction, or one of its messages, with a code that a client can act on. */
export class TxError extends ChainError {
  readonly codespace: string;
  readonly number: number;

  constructor(refusal: Refusal, detail?: string) {
    const message = detail === undefined ? refusal.text : `${detail}: ${refusal.text}`;
    super({ code: refusal.code, message });
    this.codespace = refusal.codespace;
    this.number = refusal.number;
  }

  /** The same failure, told from further outside. */
  within(detail: string): TxError {
    const { code, codespace, number } = this;
    return new TxError({ code, codespace, number, text: this.message }, detail);
  }
}
