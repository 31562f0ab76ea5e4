/**
 * From bytes to a transaction whose parts are decoded, whose messages passed their stateless
 * checks and whose signers are known. ADR-027 makes TxRaw strict; body and auth info are held to
 * the same rules, so that bytes have one reading for every wallet that shows them. Only fields of
 * the body from 1024 on whose eleventh bit is set may be unknown (ADR-020).
 */
import { ChainError, equalBytes, latin1FromBytes } from "#base";
import {
  anyWire,
  authInfoWire,
  CodecError,
  Reader,
  txBodyWire,
  txRawWire,
  type Any,
  type AuthInfo,
  type CoinMessage,
  type ModeInfo,
  type TxBody,
} from "#codec";
import type { Crypto } from "#crypto";
import type { Address } from "#types";
import { accountKeyFromAny, addressOfKey, type AccountKey } from "./account-key.ts";
import type { Addresses } from "./addresses.ts";
import { someCoinsFromMessage, type Coins } from "./coins.ts";
import { limits } from "./limits.ts";
import type { BoundMessage, MessageType } from "./module.ts";
import { refusals, TxError } from "./refusals.ts";
import { TransactionMemo } from "./transaction-memo.ts";

export interface Signer {
  readonly publicKey: AccountKey | undefined;
  /** The address that the key derives, found once. @throws TxError `INVALID_PUBKEY` */
  readonly keyAddress: () => Address | undefined;
  readonly modeInfo: ModeInfo | undefined;
  readonly sequence: bigint;
}

interface Fee {
  readonly coins: Coins;
  /** As it was signed: a coin of zero is shown, but not paid. */
  readonly shown: readonly CoinMessage[];
  readonly gasLimit: bigint;
  readonly payer: Address;
  readonly payerText: string;
  readonly granterText: string;
}

export interface Transaction {
  readonly size: number;
  readonly bodyBytes: Uint8Array;
  readonly authInfoBytes: Uint8Array;
  readonly signatures: readonly Uint8Array[];
  readonly messages: readonly BoundMessage[];
  readonly memo: string;
  readonly timeoutHeight: bigint;
  readonly fee: Fee;
  /** Whose signatures it needs: the messages' signers in order, then the fee payer. */
  readonly signers: readonly Address[];
  readonly signerInfos: readonly Signer[];
  readonly extensionOptions: number;
  /** What checking it has found out so far. */
  readonly found: TransactionMemo;
  /** Options or unknown fields that amino JSON cannot show to its signer. */
  readonly isBeyondAmino: boolean;
}

export interface TransactionDecoder {
  readonly crypto: Crypto;
  readonly addresses: Addresses;
  readonly messages: ReadonlyMap<string, MessageType>;
}

const rules = { strict: true, depthMax: limits.depthMax, itemsMax: limits.itemsMax } as const;

/** @throws TxError: `TX_DECODE`, or what the stateless checks refuse. */
export function decodeTransaction(bytes: Uint8Array, decoder: TransactionDecoder): Transaction {
  if (bytes.length === 0) throw new TxError(refusals.TX_DECODE, "tx bytes are empty");
  if (bytes.length > limits.txBytesMax) {
    throw new TxError(refusals.TX_TOO_LARGE, `${bytes.length} bytes, at most ${limits.txBytesMax}`);
  }
  return decodedOr(() => decodeParts(bytes, decoder));
}

/** Malformed bytes are `TX_DECODE`, wherever in the transaction they are. */
function decodedOr(decode: () => Transaction): Transaction {
  try {
    return decode();
  } catch (error) {
    if (error instanceof CodecError) throw new TxError(refusals.TX_DECODE, codecText(error));
    throw error;
  }
}

function codecText(error: CodecError): string {
  return error.code === "NESTING_TOO_DEEP" ? "recursion limit exceeded" : error.message;
}

function decodeParts(bytes: Uint8Array, decoder: TransactionDecoder): Transaction {
  const raw = txRawWire.decode(bytes, { ...rules, unknown: "reject" });
  const { body, hasUnknown } = decodeBody(raw.bodyBytes);
  const authInfo = authInfoWire.decode(raw.authInfoBytes, { ...rules, unknown: "reject" });
  if (authInfo.signerInfos.length > limits.signersMax) {
    throw new TxError(refusals.TX_DECODE, `more than ${limits.signersMax} signers`);
  }
  const messages = bindMessages(body.messages, decoder);
  const signers = signersOf(messages);
  const fee = feeOf(authInfo, { signers, addresses: decoder.addresses });
  const allSigners = signers.some((signer) => equalBytes(signer, fee.payer))
    ? signers
    : [...signers, fee.payer];
  if (allSigners.length > limits.signersMax) {
    throw new TxError(refusals.TX_DECODE, `more than ${limits.signersMax} signers`);
  }
  return {
    size: bytes.length,
    bodyBytes: raw.bodyBytes,
    authInfoBytes: raw.authInfoBytes,
    signatures: raw.signatures,
    messages,
    memo: body.memo,
    timeoutHeight: body.timeoutHeight,
    fee,
    signers: allSigners,
    signerInfos: authInfo.signerInfos.map((info) => signerOf(info, decoder.crypto)),
    found: new TransactionMemo(raw.signatures),
    extensionOptions: body.extensionOptions.length,
    isBeyondAmino: hasUnknown || body.nonCriticalExtensionOptions.length > 0,
  };
}

function decodeBody(bytes: Uint8Array): { readonly body: TxBody; readonly hasUnknown: boolean } {
  try {
    const body = txBodyWire.decode(bytes, { ...rules, unknown: "reject" });
    return { body: known(body), hasUnknown: false };
  } catch (error) {
    if (!(error instanceof CodecError && error.code === "FIELD_UNKNOWN")) throw error;
  }
  const body = txBodyWire.decode(bytes, { ...rules, unknown: "reject-critical" });
  refuseUnknownInside(bytes);
  return { body: known(body), hasUnknown: true };
}

/** What this chain's clients never send, and what must not be overlooked silently. */
function known(body: TxBody): TxBody {
  if (body.unordered || body.timeoutTimestamp !== undefined) {
    throw new TxError(refusals.NOT_SUPPORTED, "unordered transactions");
  }
  if (body.messages.length === 0) {
    throw new TxError(refusals.INVALID_REQUEST, "must contain at least one message");
  }
  if (body.messages.length > limits.messagesMax) {
    throw new TxError(refusals.TX_DECODE, `more than ${limits.messagesMax} messages`);
  }
  return body;
}

/** The body alone may carry unknown fields: the Any values in it may not. */
function refuseUnknownInside(bytes: Uint8Array): void {
  const reader = new Reader(bytes);
  while (!reader.atEnd) {
    const tag = reader.tag();
    if ([1, 1023, 2047].includes(Math.floor(tag / 8))) {
      anyWire.decode(reader.bytes(), { ...rules, unknown: "reject" });
    } else {
      reader.skip(tag % 8);
    }
  }
}

function bindMessages(
  messages: readonly Any[],
  decoder: TransactionDecoder,
): readonly BoundMessage[] {
  return messages.map(({ typeUrl, value }) => {
    const type = decoder.messages.get(typeUrl);
    if (type === undefined) {
      const detail = `unable to resolve type URL ${typeUrl.slice(0, 128)}`;
      throw new TxError(refusals.TX_DECODE, detail);
    }
    return type.bind(value, decoder.addresses);
  });
}

function signersOf(messages: readonly BoundMessage[]): readonly Address[] {
  const signers = new Map<string, Address>();
  for (const message of messages) {
    for (const signer of message.signers) {
      const key = latin1FromBytes(signer);
      if (!signers.has(key)) signers.set(key, signer);
    }
  }
  return [...signers.values()];
}

function feeOf(
  authInfo: AuthInfo,
  context: { readonly signers: readonly Address[]; readonly addresses: Addresses },
): Fee {
  const { fee, tip } = authInfo;
  const { signers, addresses } = context;
  if (tip !== undefined) throw new TxError(refusals.NOT_SUPPORTED, "tips");
  if (fee === undefined) throw new TxError(refusals.INVALID_REQUEST, "fee is missing");
  const [first] = signers;
  if (first === undefined) throw new TxError(refusals.NO_SIGNATURES);
  const payer = fee.payer === "" ? first : addresses.require(fee.payer, "fee payer");
  return {
    coins: feeCoins(fee.amount),
    shown: fee.amount,
    gasLimit: fee.gasLimit,
    payer,
    payerText: fee.payer,
    granterText: fee.granter,
  };
}

function feeCoins(amount: readonly CoinMessage[]): Coins {
  if (amount.length > limits.coinsMax) {
    throw new TxError(refusals.TX_DECODE, `more than ${limits.coinsMax} coins of fee`);
  }
  try {
    return someCoinsFromMessage(amount.filter((coin) => coin.amount !== "0"));
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    throw new TxError(refusals.INSUFFICIENT_FEE, `invalid fee provided: ${error.message}`);
  }
}

function signerOf(info: AuthInfo["signerInfos"][number], crypto: Crypto): Signer {
  const publicKey = info.publicKey === undefined ? undefined : accountKeyFromAny(info.publicKey);
  let found: Address | undefined;
  return {
    publicKey,
    keyAddress() {
      if (publicKey !== undefined) found ??= addressOfKey(publicKey, crypto);
      return found;
    },
    modeInfo: info.modeInfo,
    sequence: info.sequence,
  };
}
