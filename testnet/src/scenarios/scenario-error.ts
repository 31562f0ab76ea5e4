import { ChainError } from "@pyralog/chain/base";

/**
 * - `NODE_ENDED`: a node ended although nobody had told it to.
 * - `BLOCK_FORGED`: a node answers with a block that does not hash to the id that it gives.
 * - `TX_LOST`: a transaction for which a height was answered is not there, or is there otherwise.
 * - `EVIDENCE_FOUND`: a block holds evidence against a validator.
 * - `DAMAGE_SILENT`: something is read otherwise than it was written, and nothing said so.
 * - `CUT_LEAKS`: a node that was cut off took part all the same, so that nothing was tried.
 * - `TOO_SLOW`: a node that is behind gains too little on the chain.
 */
export type ScenarioErrorCode =
  | "NODE_ENDED"
  | "BLOCK_FORGED"
  | "TX_LOST"
  | "EVIDENCE_FOUND"
  | "DAMAGE_SILENT"
  | "CUT_LEAKS"
  | "TOO_SLOW";

export class ScenarioError extends ChainError<ScenarioErrorCode> {}
