/** Cosmos transactions in their parts: what is signed (SIGN_MODE_DIRECT), and what is sent. */
import { keccak256, sha256, type Crypto } from "@pyralog/chain/crypto";
import { hexFromBytes } from "@pyralog/chain/base";
import {
  authInfoWire,
  keyWire,
  msgSendWire,
  signDocWire,
  signMode,
  txBodyWire,
  txRawWire,
  type Any,
} from "@pyralog/chain/codec";
import type { Coin } from "./fetch-balances.ts";

/** Everything about a transaction but its signature. */
export interface TxDraft {
  readonly messages: readonly Any[];
  readonly memo: string;
  readonly fee: readonly Coin[];
  readonly gasLimit: bigint;
  readonly sequence: bigint;
  /** Compressed, 33 bytes. */
  readonly publicKey: Uint8Array;
}

export interface Signer {
  readonly secretKey: Uint8Array;
  readonly chainId: string;
  readonly accountNumber: bigint;
  readonly crypto: Crypto;
}

const keyType = "/cosmos.evm.crypto.v1.ethsecp256k1.PubKey";

/** The bytes of a `TxRaw`, ready to be sent. */
export function signTx(draft: TxDraft, signer: Signer): Uint8Array {
  const bodyBytes = bodyBytesOf(draft);
  const authInfoBytes = authInfoBytesOf(draft, signMode.direct);
  const { chainId, accountNumber, secretKey, crypto } = signer;
  const signBytes = signDocWire.encode({ bodyBytes, authInfoBytes, chainId, accountNumber });
  const signature = crypto.signSecp256k1Digest({ secretKey, digest: keccak256(signBytes) });
  return txRawWire.encode({ bodyBytes, authInfoBytes, signatures: [signature] });
}

/** With one empty signature, as a node takes it to estimate gas. */
export function simulatedTx(draft: TxDraft): Uint8Array {
  return txRawWire.encode({
    bodyBytes: bodyBytesOf(draft),
    authInfoBytes: authInfoBytesOf(draft, signMode.unspecified),
    signatures: [new Uint8Array(0)],
  });
}

/** Upper-case hex of sha256, as explorers and CosmJS write it. */
export function txHashOf(tx: Uint8Array): string {
  return hexFromBytes(sha256(tx)).toUpperCase();
}

export function sendMessage(send: {
  readonly from: string;
  readonly to: string;
  readonly amount: readonly Coin[];
}): Any {
  const value = msgSendWire.encode({
    fromAddress: send.from,
    toAddress: send.to,
    amount: coinsToWire(send.amount),
  });
  return { typeUrl: "/cosmos.bank.v1beta1.MsgSend", value };
}

function bodyBytesOf(draft: TxDraft): Uint8Array {
  return txBodyWire.encode({
    ...txBodyWire.empty(),
    messages: draft.messages,
    memo: draft.memo,
  });
}

function authInfoBytesOf(draft: TxDraft, mode: number): Uint8Array {
  const publicKey = { typeUrl: keyType, value: keyWire.encode({ key: draft.publicKey }) };
  return authInfoWire.encode({
    signerInfos: [
      {
        publicKey,
        modeInfo: { single: { mode }, multi: undefined },
        sequence: draft.sequence,
      },
    ],
    fee: {
      amount: coinsToWire(draft.fee),
      gasLimit: draft.gasLimit,
      payer: "",
      granter: "",
    },
    tip: undefined,
  });
}

function coinsToWire(
  coins: readonly Coin[],
): readonly { readonly denom: string; readonly amount: string }[] {
  return coins.map(({ denom, amount }) => ({ denom, amount: amount.toString() }));
}
