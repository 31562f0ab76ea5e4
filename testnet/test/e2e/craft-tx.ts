/**
 * Transactions as somebody makes them who wants to know what a node does with them: encoded by
 * cosmjs-types, right by default, and wrong in exactly what is asked for.
 */
import { bytesFromHex, concatBytes, hexFromBytes } from "@pyralog/chain/base";
import { keccak256 } from "@pyralog/chain/crypto";
import { fetchAccount, type Rpc } from "@pyralog/wallet-cli/client";
import { accountFromPhrase, loadCrypto } from "@pyralog/wallet-cli/keystore";
import { MsgSend } from "cosmjs-types/cosmos/bank/v1beta1/tx";
import { PubKey } from "cosmjs-types/cosmos/crypto/secp256k1/keys";
import { AuthInfo, SignDoc, TxBody, TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";

export interface Crafter {
  readonly address: string;
  craft(wrong?: Wrong): Uint8Array;
}

/** What differs from a transaction that the chain would take. */
export interface Wrong {
  readonly amount?: string;
  readonly fee?: string;
  readonly signChainId?: string;
  readonly highS?: boolean;
  /** Appended to the encoded part, before it is signed where it is signed. */
  readonly bodyTail?: readonly number[];
  readonly authInfoTail?: readonly number[];
  readonly messageTail?: readonly number[];
  readonly rawTail?: readonly number[];
  /** The body stands in the raw transaction twice. */
  readonly bodyTwice?: boolean;
}

/** Of secp256k1: the number of points. */
const groupOrder = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const gasLimit = 200_000n;
const feeDefault = (gasLimit * 1_000_000_000n).toString();
const denom = "apyr";

export async function createCrafter(
  rpc: Rpc,
  from: { readonly address: string; readonly mnemonic: string; readonly chainId: string },
): Promise<Crafter> {
  const { address, mnemonic, chainId } = from;
  const crypto = await loadCrypto();
  const { secretKey, publicKey } = await accountFromPhrase({ words: mnemonic, index: 0 }, crypto);
  const account = await fetchAccount(rpc, address);
  const { accountNumber = 0n, sequence = 0n } = account ?? {};
  return {
    address,
    craft(wrong = {}) {
      const bodyBytes = bodyOf(address, wrong);
      const authInfoBytes = authInfoOf({ publicKey, sequence, wrong });
      const signDoc = { bodyBytes, authInfoBytes, accountNumber };
      const signBytes = SignDoc.encode({
        ...signDoc,
        chainId: wrong.signChainId ?? chainId,
      }).finish();
      const digest = keccak256(signBytes);
      const signature = crypto.signSecp256k1Digest({ secretKey, digest });
      const signatures = [wrong.highS === true ? withHighS(signature) : signature];
      const raw = TxRaw.encode({ bodyBytes, authInfoBytes, signatures }).finish();
      const again = wrong.bodyTwice === true ? TxRaw.encode({ ...empty, bodyBytes }).finish() : [];
      return Uint8Array.from([...again, ...raw, ...(wrong.rawTail ?? [])]);
    },
  };
}

const empty = { authInfoBytes: new Uint8Array(0), signatures: [] };

function bodyOf(address: string, wrong: Wrong): Uint8Array {
  const amount = [{ denom, amount: wrong.amount ?? "1" }];
  const message = MsgSend.encode({ fromAddress: address, toAddress: address, amount }).finish();
  const value = Uint8Array.from([...message, ...(wrong.messageTail ?? [])]);
  const messages = [{ typeUrl: "/cosmos.bank.v1beta1.MsgSend", value }];
  const body = TxBody.encode(TxBody.fromPartial({ messages })).finish();
  return Uint8Array.from([...body, ...(wrong.bodyTail ?? [])]);
}

function authInfoOf(parts: {
  readonly publicKey: Uint8Array;
  readonly sequence: bigint;
  readonly wrong: Wrong;
}): Uint8Array {
  const value = PubKey.encode({ key: parts.publicKey }).finish();
  const info = AuthInfo.fromPartial({
    signerInfos: [
      {
        publicKey: { typeUrl: "/cosmos.evm.crypto.v1.ethsecp256k1.PubKey", value },
        modeInfo: { single: { mode: 1 } },
        sequence: parts.sequence,
      },
    ],
    fee: { amount: [{ denom, amount: parts.wrong.fee ?? feeDefault }], gasLimit },
  });
  return Uint8Array.from([...AuthInfo.encode(info).finish(), ...(parts.wrong.authInfoTail ?? [])]);
}

/** The other signature of the same digest, which every chain since 2016 refuses. */
function withHighS(signature: Uint8Array): Uint8Array {
  const s = BigInt(`0x${hexFromBytes(signature.subarray(32))}`);
  const high = (groupOrder - s).toString(16).padStart(64, "0");
  return concatBytes([signature.subarray(0, 32), bytesFromHex(high)]);
}
