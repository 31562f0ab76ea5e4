import {
  consensusParamsDefault,
  createHeight,
  createPower,
  validatorAddress,
  type GenesisDocument,
} from "@pyralog/chain/types";
import { chainId, startTime, type Signer } from "../../../chain/test/types/values.ts";

/** With these validators, all alike, and a bank that gives each of two accounts 50. */
export function aGenesis(signers: readonly Signer[]): GenesisDocument {
  const coins = [{ denom: "apyr", amount: "50" }];
  const balances = ["a", "b"].map((address) => ({ address, coins }));
  return {
    genesisTime: startTime,
    chainId,
    initialHeight: createHeight(1n),
    consensusParams: consensusParamsDefault,
    validators: signers.map(({ publicKey }) => ({
      address: validatorAddress(publicKey),
      publicKey,
      power: createPower(10n),
      name: "",
    })),
    appHash: new Uint8Array(0),
    appState: JSON.stringify({ bank: { balances } }),
  };
}
