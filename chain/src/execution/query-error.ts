import { ChainError } from "#base";
import { refusals, TxError, type Refusal } from "./refusals.ts";

/** The codes of gRPC that query services answer with. */
export type GrpcCode = "NotFound" | "InvalidArgument" | "Unimplemented" | "Unknown";

const refusalOf: Readonly<Record<GrpcCode, Refusal>> = {
  NotFound: refusals.KEY_NOT_FOUND,
  InvalidArgument: refusals.INVALID_REQUEST,
  Unimplemented: refusals.UNKNOWN_REQUEST,
  Unknown: refusals.UNKNOWN_REQUEST,
};

/** What a query service refuses; its text is what gRPC clients of the SDK match. */
export class QueryError extends ChainError<GrpcCode> {
  constructor(code: GrpcCode, description: string) {
    super({ code, message: `rpc error: code = ${code} desc = ${description}` });
  }

  /** As the SDK answers it through `abci_query`. */
  toTxError(): TxError {
    return new TxError(refusalOf[this.code], this.message);
  }
}
