/** proto/cosmos/tx/v1beta1/service.proto: the methods that this project answers. */
import {
  gasInfoWire,
  pageRequestWire,
  pageResponseWire,
  resultWire,
  txResponseWire,
} from "./base.ts";
import { txWire } from "./tx.ts";
import { blockIdWire, blockWire } from "../comet-types.ts";
import {
  bytes,
  enumeration,
  int64,
  message,
  optional,
  repeated,
  string,
  strings,
  uint64,
} from "../wire/index.ts";

const name = (method: string): string => `cosmos.tx.v1beta1.${method}`;

export const txServiceWires = {
  Simulate: {
    /** `tx` is the deprecated form: the same bytes as `txBytes`, as a message. */
    request: message(name("SimulateRequest"), { tx: bytes(1), txBytes: bytes(2) }),
    response: message(name("SimulateResponse"), {
      gasInfo: optional(1, gasInfoWire),
      result: optional(2, resultWire),
    }),
  },
  GetTx: {
    request: message(name("GetTxRequest"), { hash: string(1) }),
    response: message(name("GetTxResponse"), {
      tx: optional(1, txWire),
      txResponse: optional(2, txResponseWire),
    }),
  },
  GetTxsEvent: {
    request: message(name("GetTxsEventRequest"), {
      events: strings(1),
      pagination: optional(2, pageRequestWire),
      orderBy: enumeration(3),
      page: uint64(4),
      limit: uint64(5),
      query: string(6),
    }),
    response: message(name("GetTxsEventResponse"), {
      txs: repeated(1, txWire),
      txResponses: repeated(2, txResponseWire),
      pagination: optional(3, pageResponseWire),
      total: uint64(4),
    }),
  },
  GetBlockWithTxs: {
    request: message(name("GetBlockWithTxsRequest"), {
      height: int64(1),
      pagination: optional(2, pageRequestWire),
    }),
    response: message(name("GetBlockWithTxsResponse"), {
      txs: repeated(1, txWire),
      blockId: optional(2, blockIdWire),
      block: optional(3, blockWire),
      pagination: optional(4, pageResponseWire),
    }),
  },
};
