import { ChainError } from "@pyralog/chain/base";

/**
 * - `AMOUNT_INVALID`: a text that is no amount, has too many decimals, or is too large.
 * - `DENOM_UNKNOWN`: a unit that this chain does not have.
 * - `ADDRESS_INVALID`: a text that is no address of this chain.
 */
export type RenderErrorCode = "AMOUNT_INVALID" | "DENOM_UNKNOWN" | "ADDRESS_INVALID";

export class RenderError extends ChainError<RenderErrorCode> {}
