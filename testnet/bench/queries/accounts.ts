/** The accounts of a large chain: those that pay, in genesis, and those that are only paid. */
import { bytesFromText, hexFromBytes } from "@pyralog/chain/base";
import { bech32FromBytes, sha256 } from "@pyralog/chain/crypto";
import {
  consensusParamsDefault,
  consensusParamsToJson,
  createAddress,
  type Address,
} from "@pyralog/chain/types";
import { genesisAppState } from "@pyralog/node/app";
import { validatorPublicKeyJson, type ValidatorKey } from "@pyralog/node/config";
import { createSenders, type Sender } from "../network/senders.ts";

export const denom = "apyr";
const prefix = "pyr";
/** What each sender has at the beginning; the first of them, what all recipients get on top. */
export const funds = 10n ** 24n;

const addressStep = 4_000;

export interface Accounts {
  readonly senders: readonly Sender[];
  /** How many there are that are only paid; the first one is a merchant whom many pay. */
  readonly recipients: number;
}

export function createAccounts(count: {
  readonly senders: number;
  readonly all: number;
}): Accounts {
  return { senders: createSenders(count.senders), recipients: count.all - count.senders };
}

/** Spread over all addresses, and upwards: making keys in their order costs the generator less. */
export function recipientBytes(index: number): Address {
  const bytes = sha256(bytesFromText(`bench recipient ${index}`)).slice(0, 20);
  new DataView(bytes.buffer).setUint32(0, index * addressStep);
  return createAddress(bytes);
}

export function recipient(index: number): string {
  return bech32FromBytes({ prefix, bytes: recipientBytes(index) });
}

/** One validator, and the senders with what they will spend. */
export function genesisText(
  { senders }: Accounts,
  chain: { readonly chainId: string; readonly validator: ValidatorKey },
): string {
  const { chainId, validator } = chain;
  const document = {
    genesis_time: new Date().toISOString(),
    chain_id: chainId,
    initial_height: "1",
    consensus_params: consensusParamsToJson({
      ...consensusParamsDefault,
      block: { ...consensusParamsDefault.block, maxGas: -1n },
    }),
    validators: [
      {
        address: hexFromBytes(validator.address).toUpperCase(),
        pub_key: validatorPublicKeyJson(validator),
        power: "100",
        name: "",
      },
    ],
    app_hash: "",
    app_state: genesisAppState({
      prefix,
      denom,
      decimals: 18,
      dev: true,
      gasPriceMin: 10n ** 9n,
      powerReduction: 10n ** 18n,
      accounts: senders.map(({ address }, index) => ({
        address,
        amount: index === 0 ? funds * 1_000_000n : funds,
      })),
      validators: [],
    }),
  };
  return JSON.stringify(document);
}
