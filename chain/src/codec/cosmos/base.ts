/** google.protobuf.Any and proto/cosmos/base: coins, pages, and what a block says of its txs. */
import { eventWire } from "../comet-types.ts";
import {
  bool,
  bytes,
  int64,
  message,
  optional,
  repeated,
  string,
  uint32,
  uint64,
  type Message,
  type MessageValue,
} from "../wire/index.ts";

export const anyWire = message("google.protobuf.Any", { typeUrl: string(1), value: bytes(2) });
export type Any = MessageValue<typeof anyWire>;

/** The amount is a whole number in decimal digits. */
export const coinWire = message("cosmos.base.v1beta1.Coin", {
  denom: string(1),
  amount: string(2),
});
export type CoinMessage = MessageValue<typeof coinWire>;

export const pageRequestWire = message("cosmos.base.query.v1beta1.PageRequest", {
  key: bytes(1),
  offset: uint64(2),
  limit: uint64(3),
  countTotal: bool(4),
  reverse: bool(5),
});
export type PageRequest = MessageValue<typeof pageRequestWire>;

export const pageResponseWire = message("cosmos.base.query.v1beta1.PageResponse", {
  nextKey: bytes(1),
  total: uint64(2),
});
export type PageResponse = MessageValue<typeof pageResponseWire>;

export const gasInfoWire = message("cosmos.base.abci.v1beta1.GasInfo", {
  gasWanted: uint64(1),
  gasUsed: uint64(2),
});

export const txMsgDataWire = message("cosmos.base.abci.v1beta1.TxMsgData", {
  msgResponses: repeated(2, anyWire),
});

export const resultWire = message("cosmos.base.abci.v1beta1.Result", {
  data: bytes(1),
  log: string(2),
  events: repeated(3, eventWire),
  msgResponses: repeated(4, anyWire),
});

export const txResponseWire = message("cosmos.base.abci.v1beta1.TxResponse", {
  height: int64(1),
  txhash: string(2),
  codespace: string(3),
  code: uint32(4),
  data: string(5),
  rawLog: string(6),
  info: string(8),
  gasWanted: int64(9),
  gasUsed: int64(10),
  tx: optional(11, anyWire),
  timestamp: string(12),
  events: repeated(13, eventWire),
});
export type TxResponse = MessageValue<typeof txResponseWire>;

/** The response of a message that answers nothing, under its own name. */
export function emptyResponseWire(name: string): Message<Readonly<Record<never, never>>> {
  return message(name, {});
}
