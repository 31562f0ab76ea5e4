import { ChainError } from "@pyralog/chain/base";

/**
 * - `NODE_UNREACHABLE`: nothing that speaks CometBFT's RPC answers at the URL.
 * - `RPC_REFUSED`: the node answered with an error.
 * - `ANSWER_MALFORMED`: the node's answer lacks what it must hold.
 * - `QUERY_REFUSED`: the application answered a query with a code other than 0.
 * - `TX_REFUSED`: the node did not let the transaction into its pool.
 */
export type ClientErrorCode =
  "NODE_UNREACHABLE" | "RPC_REFUSED" | "ANSWER_MALFORMED" | "QUERY_REFUSED" | "TX_REFUSED";

export class ClientError extends ChainError<ClientErrorCode> {}
