/** Accounts of a genesis, and their transactions signed before the clock runs. */
import { bytesFromText, base64FromBytes } from "@pyralog/chain/base";
import type { Any } from "@pyralog/chain/codec";
import { bech32FromBytes, createNativeCrypto, ethAddress, sha256 } from "@pyralog/chain/crypto";
import { sendMessage, signTx } from "@pyralog/wallet-cli/client";

const crypto = createNativeCrypto();
const denom = "apyr";
const gasLimit = 100_000n;
const gasPrice = 1_000_000_000n;
/** What each send costs its sender: the fee, and one base unit. */
export const sendCost = gasLimit * gasPrice + 1n;

export interface Sender {
  readonly secretKey: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly address: string;
}

export function createSenders(count: number): readonly Sender[] {
  return Array.from({ length: count }, (_, index) => {
    const secretKey = sha256(bytesFromText(`bench sender ${index}`));
    const publicKey = crypto.secp256k1PublicKey(secretKey);
    const bytes = ethAddress(crypto.decompressSecp256k1(publicKey));
    return { secretKey, publicKey, address: bech32FromBytes({ prefix: "pyr", bytes }) };
  });
}

/** A merge patch that gives every sender enough, in place of the operators and their stake. */
export function genesisPatch(senders: readonly Sender[]): object {
  const coins = [{ denom, amount: (10n ** 24n).toString() }];
  const balances = senders.map(({ address }) => ({ address, coins }));
  return { app_state: { bank: { balances }, staking: null } };
}

/** What is signed for beside the messages. */
export interface Place {
  readonly chainId: string;
  readonly accountNumber: bigint;
  readonly sequence: bigint;
}

/** The bytes of a `TxRaw` that pays one base unit. */
export function signSend(sender: Sender, send: Place & { readonly to: string }): Uint8Array {
  const amount = [{ denom, amount: 1n }];
  const message = sendMessage({ from: sender.address, to: send.to, amount });
  return signMessage(sender, { ...send, message, gasLimit });
}

/** One message and its fee. */
export function signMessage(
  sender: Sender,
  send: Place & { readonly message: Any; readonly gasLimit: bigint },
): Uint8Array {
  const { publicKey, secretKey } = sender;
  const { message, gasLimit: limit, sequence, chainId, accountNumber } = send;
  const fee = [{ denom, amount: limit * gasPrice }];
  const draft = { messages: [message], memo: "", fee, gasLimit: limit, sequence, publicKey };
  return signTx(draft, { secretKey, crypto, chainId, accountNumber });
}

/** Round by round, so that each sender's transactions stand in their order: base64 of `TxRaw`. */
export function signSends(
  senders: readonly Sender[],
  options: {
    readonly chainId: string;
    readonly rounds: number;
    readonly accountNumberOf: (address: string) => bigint;
  },
): readonly string[] {
  const { chainId, rounds, accountNumberOf } = options;
  const txs: string[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const [index, sender] of senders.entries()) {
      const to = senders[(index + 1) % senders.length]?.address ?? "";
      const accountNumber = accountNumberOf(sender.address);
      const send = { to, chainId, accountNumber, sequence: BigInt(round) };
      txs.push(base64FromBytes(signSend(sender, send)));
    }
  }
  return txs;
}
