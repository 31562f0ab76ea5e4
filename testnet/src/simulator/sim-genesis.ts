/** The genesis of a simulated chain, and the keys behind it. */
import { bytesFromText } from "@pyralog/chain/base";
import { bech32FromBytes, ethAddress, sha256, type Crypto } from "@pyralog/chain/crypto";
import {
  consensusParamsDefault,
  createHeight,
  createPower,
  createTime,
  validatorAddress,
  type GenesisDocument,
  type PublicKey,
} from "@pyralog/chain/types";

export interface SimAccount {
  readonly secretKey: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly address: string;
}

export const simChainId = "simulated-1";
export const simDenom = "apyr";
const fundsOfAccount = 10n ** 24n;
const powerOfValidator = 10n;
const prefix = "pyr";

export function validatorSecret(index: number): Uint8Array {
  return sha256(bytesFromText(`validator ${index}`));
}

export function simAccounts(count: number, crypto: Crypto): readonly SimAccount[] {
  return Array.from({ length: count }, (_, index) => {
    const secretKey = sha256(bytesFromText(`account ${index}`));
    const publicKey = crypto.secp256k1PublicKey(secretKey);
    const bytes = ethAddress(crypto.decompressSecp256k1(publicKey));
    return { secretKey, publicKey, address: bech32FromBytes({ prefix, bytes }) };
  });
}

export function simGenesis(options: {
  readonly nodes: number;
  readonly accounts: readonly SimAccount[];
  readonly crypto: Crypto;
  readonly timeNs: bigint;
}): GenesisDocument {
  const { nodes, accounts, crypto } = options;
  const coins = [{ denom: simDenom, amount: fundsOfAccount.toString() }];
  return {
    genesisTime: createTime(options.timeNs),
    chainId: simChainId,
    initialHeight: createHeight(1n),
    consensusParams: consensusParamsDefault,
    validators: Array.from({ length: nodes }, (_, index) => {
      const bytes = crypto.ed25519PublicKey(validatorSecret(index));
      const publicKey: PublicKey = { type: "ed25519", bytes };
      const address = validatorAddress(publicKey);
      const power = createPower(powerOfValidator + BigInt(index % 2));
      return { publicKey, address, power, name: `n${index}` };
    }),
    appHash: new Uint8Array(0),
    appState: JSON.stringify({
      pyralog: { bech32_prefix: prefix, denom: simDenom, dev: true },
      bank: { balances: accounts.map(({ address }) => ({ address, coins })) },
    }),
  };
}
