import { base64FromBytes } from "@pyralog/chain/base";
import { bech32FromBytes } from "@pyralog/chain/crypto";
import { moduleAddress } from "@pyralog/chain/execution";
import type { Address, JsonObject } from "@pyralog/chain/types";

/** What a genesis of this network is made from. */
export interface GenesisParts {
  readonly prefix: string;
  /** The base denomination, such as `apyr`; the token is called so without the first letter. */
  readonly denom: string;
  readonly decimals: number;
  readonly dev: boolean;
  /** Base units per gas. */
  readonly gasPriceMin: bigint;
  readonly powerReduction: bigint;
  readonly accounts: readonly { readonly address: string; readonly amount: bigint }[];
  readonly validators: readonly {
    readonly name: string;
    /** The account that bonds the stake and runs the validator. */
    readonly operator: Address;
    /** 32 bytes of ed25519. */
    readonly publicKey: Uint8Array;
    /** Voting power; the stake is this many times the power reduction. */
    readonly power: bigint;
  }[];
}

/** The `app_state` of a new network: funded accounts, validators, and their stake. */
export function genesisAppState(parts: GenesisParts): JsonObject {
  const { prefix, denom, dev, gasPriceMin, powerReduction, accounts, validators } = parts;
  const staked = validators.reduce((sum, { power }) => sum + power * powerReduction, 0n);
  const pool = bech32FromBytes({ prefix, bytes: moduleAddress("bonded_tokens_pool") });
  const holders = staked === 0n ? accounts : [...accounts, { address: pool, amount: staked }];
  return {
    pyralog: {
      bech32_prefix: prefix,
      denom,
      dev,
      gas_price_min: gasPriceMin.toString(),
      power_reduction: powerReduction.toString(),
    },
    auth: {
      accounts: accounts.map(({ address }) => ({
        "@type": "/cosmos.auth.v1beta1.BaseAccount",
        address,
        pub_key: null,
        sequence: "0",
      })),
    },
    bank: {
      balances: holders.map(({ address, amount }) => ({
        address,
        coins: [{ denom, amount: amount.toString() }],
      })),
      denom_metadata: [metadata(parts)],
    },
    staking: staking(parts),
  };
}

function metadata({ denom, decimals }: GenesisParts): JsonObject {
  const display = denom.slice(1);
  return {
    description: "Pays for transactions and stakes validators.",
    denom_units: [
      { denom, exponent: 0, aliases: [] },
      { denom: display, exponent: decimals, aliases: [] },
    ],
    base: denom,
    display,
    name: "Pyralog",
    symbol: display.toUpperCase(),
  };
}

function staking({ prefix, denom, powerReduction, validators }: GenesisParts): JsonObject {
  const operatorText = (bytes: Address): string =>
    bech32FromBytes({ prefix: `${prefix}valoper`, bytes });
  return {
    params: { bond_denom: denom },
    validators: validators.map(({ name, operator, publicKey, power }) => ({
      operator_address: operatorText(operator),
      consensus_pubkey: {
        "@type": "/cosmos.crypto.ed25519.PubKey",
        key: base64FromBytes(publicKey),
      },
      status: "BOND_STATUS_BONDED",
      tokens: (power * powerReduction).toString(),
      description: { moniker: name },
    })),
    delegations: validators.map(({ operator, power }) => ({
      delegator_address: bech32FromBytes({ prefix, bytes: operator }),
      validator_address: operatorText(operator),
      shares: (power * powerReduction).toString(),
    })),
  };
}
