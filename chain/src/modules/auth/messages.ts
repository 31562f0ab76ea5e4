/** The wire names and amino forms of auth's messages. */
import type { AuthParams } from "#codec";
import { aminoNumber, type AminoValue } from "#execution";

export const updateParamsAmino = "cosmos-sdk/x/auth/MsgUpdateParams";

export function paramsToAmino(params: AuthParams): AminoValue {
  return {
    max_memo_characters: aminoNumber(params.maxMemoCharacters),
    sig_verify_cost_ed25519: aminoNumber(params.sigVerifyCostEd25519),
    sig_verify_cost_secp256k1: aminoNumber(params.sigVerifyCostSecp256k1),
    tx_sig_limit: aminoNumber(params.txSigLimit),
    tx_size_cost_per_byte: aminoNumber(params.txSizeCostPerByte),
  };
}
