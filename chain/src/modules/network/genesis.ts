/** The `pyralog` section of genesis: what makes this chain this one. */
import type { ChainIdentity, GenesisNode } from "#execution";

const prefixPattern = /^[a-z][a-z0-9]{0,31}$/;
const powerReductionDefault = 10n ** 18n;
const gasPriceDefault = 1_000_000_000n;
const txGasDefault = 50_000_000n;

/** @throws GenesisError */
export function identityFromGenesis(genesis: GenesisNode, chainId: string): ChainIdentity {
  const section = genesis.at("pyralog");
  const prefix = section.at("bech32_prefix");
  const power = section.at("power_reduction");
  const gas = section.at("tx_gas_max");
  const bech32Prefix = prefix.text("pyr");
  if (!prefixPattern.test(bech32Prefix)) prefix.refuse("write lower-case letters and digits");
  const powerReduction = power.amount(powerReductionDefault);
  if (powerReduction === 0n) power.refuse("write at least 1");
  const txGasMax = gas.whole(txGasDefault);
  if (txGasMax === 0n) gas.refuse("write at least 1");
  return {
    chainId,
    bech32Prefix,
    denom: section.at("denom").denom("apyr"),
    dev: section.at("dev").flag(false),
    gasPriceMin: section.at("gas_price_min").amount(gasPriceDefault),
    txGasMax,
    powerReduction,
  };
}
