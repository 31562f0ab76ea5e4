/** The parameters of auth: what a transaction may hold and what its checks cost. */
import { authParamsWire, type AuthParams } from "#codec";
import { refusals, remembering, TxError, type GenesisNode, type Store } from "#execution";
import { paramsKey } from "./state-keys.ts";

const codec = remembering(authParamsWire);

const paramsDefault: AuthParams = {
  maxMemoCharacters: 256n,
  txSigLimit: 7n,
  txSizeCostPerByte: 10n,
  sigVerifyCostEd25519: 590n,
  sigVerifyCostSecp256k1: 1000n,
};

/** More would let one transaction hold a block for seconds, or cost nothing. */
const paramMax = 1_000_000n;

export function readParams(store: Store): AuthParams {
  return store.read(paramsKey, codec) ?? paramsDefault;
}

/** @throws TxError `INVALID_REQUEST` on a zero or an absurd value. */
export function writeParams(store: Store, params: AuthParams): void {
  for (const [name, value] of Object.entries(params)) {
    if (value >= 1n && value <= paramMax) continue;
    throw new TxError(refusals.INVALID_REQUEST, `invalid ${name}: ${value}`);
  }
  store.write(paramsKey, { codec, value: params });
}

export function paramsFromGenesis(node: GenesisNode): AuthParams {
  const read = (name: string, otherwise: bigint): bigint => {
    const value = node.at(name).whole(otherwise);
    return value >= 1n && value <= paramMax
      ? value
      : node.at(name).refuse(`write 1 to ${paramMax}`);
  };
  return {
    maxMemoCharacters: read("max_memo_characters", paramsDefault.maxMemoCharacters),
    txSigLimit: read("tx_sig_limit", paramsDefault.txSigLimit),
    txSizeCostPerByte: read("tx_size_cost_per_byte", paramsDefault.txSizeCostPerByte),
    sigVerifyCostEd25519: read("sig_verify_cost_ed25519", paramsDefault.sigVerifyCostEd25519),
    sigVerifyCostSecp256k1: read("sig_verify_cost_secp256k1", paramsDefault.sigVerifyCostSecp256k1),
  };
}
