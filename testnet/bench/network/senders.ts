/** Accounts of a genesis, and their transactions signed before the clock runs. */
import { bytesFromText, base64FromBytes } from "@pyralog/chain/base";
import { bech32FromBytes, createNativeCrypto, ethAddress, sha256 } from "@pyralog/chain/crypto";
import { sendMessage, signTx } from "@pyralog/wallet-cli/client";

const crypto = createNativeCrypto();
const denom = "apyr";
const gasLimit = 100_000n;
const fee = [{ denom, amount: gasLimit * 1_000_000_000n }];

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

/** Round by round, so that each sender's transactions stand in their order: base64 of `TxRaw`. */
export function signSends(
  senders: readonly Sender[],
  options: {
    readonly chainId: string;
    readonly rounds: number;
    readonly accountNumberOf: (address: string) => bigint;
  },
): readonly string[] {
  const txs: string[] = [];
  for (let round = 0; round < options.rounds; round++) {
    for (const [index, sender] of senders.entries()) {
      const to = senders[(index + 1) % senders.length]?.address ?? "";
      const message = sendMessage({ from: sender.address, to, amount: [{ denom, amount: 1n }] });
      const { publicKey, secretKey, address } = sender;
      const draft = { messages: [message], memo: "", fee, gasLimit, sequence: BigInt(round) };
      const signer = {
        secretKey,
        crypto,
        chainId: options.chainId,
        accountNumber: options.accountNumberOf(address),
      };
      txs.push(base64FromBytes(signTx({ ...draft, publicKey }, signer)));
    }
  }
  return txs;
}
