import { ChainError } from "@pyralog/chain/base";

/**
 * - `NODE_ENDED`: a node ended although nobody had told it to.
 * - `BLOCK_FORGED`: a node answers with a block that does not hash to the id that it gives.
 * - `TX_LOST`: a transaction for which a height was answered is not there, or is there otherwise.
 * - `EVIDENCE_FOUND`: a block holds evidence against a validator.
 * - `DAMAGE_SILENT`: something is read otherwise than it was written, and nothing said so.
 * - `CUT_LEAKS`: a node that was cut off took part all the same, so that nothing was tried.
 */
export type ScenarioErrorCode =
  "NODE_ENDED" | "BLOCK_FORGED" | "TX_LOST" | "EVIDENCE_FOUND" | "CUT_LEAKS" | "DAMAGE_SILENT";

export class ScenarioError extends ChainError<ScenarioErrorCode> {}
