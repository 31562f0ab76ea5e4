/** proto/cosmos/tx/v1beta1/tx.proto. */
import { anyWire, coinWire } from "./base.ts";
import { compactBitArrayWire, type CompactBitArray } from "./crypto.ts";
import {
  bool,
  bytes,
  byteStrings,
  enumeration,
  message,
  optional,
  repeated,
  string,
  uint64,
  type Message,
  type MessageValue,
} from "../wire/index.ts";
import { timestampWire } from "../comet-types.ts";

export const txRawWire = message("cosmos.tx.v1beta1.TxRaw", {
  bodyBytes: bytes(1),
  authInfoBytes: bytes(2),
  signatures: byteStrings(3),
});

export const signDocWire = message("cosmos.tx.v1beta1.SignDoc", {
  bodyBytes: bytes(1),
  authInfoBytes: bytes(2),
  chainId: string(3),
  accountNumber: uint64(4),
});

export const txBodyWire = message("cosmos.tx.v1beta1.TxBody", {
  messages: repeated(1, anyWire),
  memo: string(2),
  timeoutHeight: uint64(3),
  unordered: bool(4),
  timeoutTimestamp: optional(5, timestampWire),
  extensionOptions: repeated(1023, anyWire),
  nonCriticalExtensionOptions: repeated(2047, anyWire),
});
export type TxBody = MessageValue<typeof txBodyWire>;

/** A oneof: one signature's mode, or those of a multi-signature's members. */
export interface ModeInfo {
  readonly single: { readonly mode: number } | undefined;
  readonly multi:
    | { readonly bitarray: CompactBitArray | undefined; readonly modeInfos: readonly ModeInfo[] }
    | undefined;
}

const modeInfoInner: Message<ModeInfo> = {
  name: "cosmos.tx.v1beta1.ModeInfo",
  encode: (value) => modeInfoWire.encode(value),
  decode: (raw, rules) => modeInfoWire.decode(raw, rules),
  empty: () => modeInfoWire.empty(),
  write: (writer, value) => modeInfoWire.write(writer, value),
  read: (reader, context) => modeInfoWire.read(reader, context),
};

export const modeInfoWire: Message<ModeInfo> = message("cosmos.tx.v1beta1.ModeInfo", {
  single: optional(1, message("cosmos.tx.v1beta1.ModeInfo.Single", { mode: enumeration(1) })),
  multi: optional(
    2,
    message("cosmos.tx.v1beta1.ModeInfo.Multi", {
      bitarray: optional(1, compactBitArrayWire),
      modeInfos: repeated(2, modeInfoInner),
    }),
  ),
});

export const signerInfoWire = message("cosmos.tx.v1beta1.SignerInfo", {
  publicKey: optional(1, anyWire),
  modeInfo: optional(2, modeInfoWire),
  sequence: uint64(3),
});
export type SignerInfo = MessageValue<typeof signerInfoWire>;

export const feeWire = message("cosmos.tx.v1beta1.Fee", {
  amount: repeated(1, coinWire),
  gasLimit: uint64(2),
  payer: string(3),
  granter: string(4),
});

const tipWire = message("cosmos.tx.v1beta1.Tip", {
  amount: repeated(1, coinWire),
  tipper: string(2),
});

export const authInfoWire = message("cosmos.tx.v1beta1.AuthInfo", {
  signerInfos: repeated(1, signerInfoWire),
  fee: optional(2, feeWire),
  tip: optional(3, tipWire),
});
export type AuthInfo = MessageValue<typeof authInfoWire>;

/** The same bytes as TxRaw, with its parts decoded. */
export const txWire = message("cosmos.tx.v1beta1.Tx", {
  body: optional(1, txBodyWire),
  authInfo: optional(2, authInfoWire),
  signatures: byteStrings(3),
});

export const signMode = { unspecified: 0, direct: 1, textual: 2, legacyAminoJson: 127 } as const;
