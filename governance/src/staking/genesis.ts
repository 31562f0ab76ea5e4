/**
 * staking in the genesis document: validators with their stake, and who delegated it. What they
 * say must add up: shares to shares, stake to the pools' balances, power to the engine's list.
 */
import { equalBytes, hexFromBytes } from "@pyralog/chain/base";
import { bondStatus, keyWire, type StakingValidatorMessage } from "@pyralog/chain/codec";
import type { CoinKeeper, GenesisContext, GenesisNode } from "@pyralog/chain/execution";
import {
  createPower,
  createPublicKey,
  validatorAddress,
  type Address,
  type PublicKey,
  type ValidatorUpdate,
} from "@pyralog/chain/types";
import { decimalFromGenesis, decimalOne } from "./decimals.ts";
import { paramsFromGenesis, writeParams } from "./params.ts";
import { bondedPool, notBondedPool } from "./pools.ts";
import {
  hasConsensusKey,
  readDelegation,
  readValidator,
  writeDelegation,
  writeValidator,
} from "./validators.ts";

const keyTypeUrl = "/cosmos.crypto.ed25519.PubKey";
const zeroTime = { seconds: 0n, nanos: 0 };

interface GenesisValidator {
  readonly node: GenesisNode;
  readonly operator: Address;
  readonly publicKey: PublicKey;
  readonly isBonded: boolean;
  readonly tokens: bigint;
  readonly shares: bigint;
}

export function initGenesis(
  context: GenesisContext,
  source: { readonly genesis: GenesisNode; readonly coins: CoinKeeper },
): readonly ValidatorUpdate[] {
  const { genesis, coins } = source;
  const params = paramsFromGenesis(genesis.at("params"), context.block.chain.denom);
  writeParams(context.store, params);
  refuseLaterSections(genesis);
  const validators = [...genesis.at("validators").items()].map((node) =>
    addValidator(context, node),
  );
  addDelegations(context, { genesis, validators });
  const bonded = validators.filter(({ isBonded }) => isBonded);
  if (bonded.length > params.maxValidators) {
    genesis.at("validators").refuse(`bond at most ${params.maxValidators}, as params say`);
  }
  checkPools(context, { genesis, coins, validators, denom: params.bondDenom });
  const updates = bonded.map((validator) => updateOf(context, validator));
  checkEngineList(context, { genesis, updates });
  return updates;
}

/** What comes with the staking messages cannot be in a genesis before them. */
function refuseLaterSections(genesis: GenesisNode): void {
  for (const name of ["unbonding_delegations", "redelegations"]) {
    for (const node of genesis.at(name).items()) node.refuse("remove it: stake cannot move yet");
  }
}

function addValidator(context: GenesisContext, node: GenesisNode): GenesisValidator {
  const { store } = context;
  const operator = context.block.addresses.operators.fromGenesis(node.at("operator_address"));
  const publicKey = consensusKeyOf(node.at("consensus_pubkey"));
  const consensusAddress = validatorAddress(publicKey);
  if (readValidator(store, operator) !== undefined) {
    node.at("operator_address").refuse("give each validator an operator of its own");
  }
  if (hasConsensusKey(store, consensusAddress)) {
    node.at("consensus_pubkey").refuse("give each validator a key of its own");
  }
  const status = node.at("status");
  const isBonded = status.text("BOND_STATUS_BONDED") === "BOND_STATUS_BONDED";
  if (!isBonded && status.text() !== "BOND_STATUS_UNBONDED") {
    status.refuse("write BOND_STATUS_BONDED or BOND_STATUS_UNBONDED");
  }
  const tokens = node.at("tokens").amount();
  if (tokens === 0n) node.at("tokens").refuse("write at least 1");
  const shares = decimalFromGenesis(node.at("delegator_shares"), tokens * decimalOne);
  const validator = { node, operator, publicKey, isBonded, tokens, shares };
  writeValidator(store, { operator, consensusAddress, value: toMessage(context, validator) });
  return validator;
}

function toMessage(context: GenesisContext, validator: GenesisValidator): StakingValidatorMessage {
  const { node, operator, publicKey, isBonded, tokens, shares } = validator;
  const description = node.at("description");
  const text = (name: string): string => description.at(name).text("");
  return {
    operatorAddress: context.block.addresses.operators.text(operator),
    consensusPubkey: { typeUrl: keyTypeUrl, value: keyWire.encode({ key: publicKey.bytes }) },
    jailed: node.at("jailed").flag(false),
    status: isBonded ? bondStatus.bonded : bondStatus.unbonded,
    tokens: tokens.toString(),
    delegatorShares: shares.toString(),
    description: {
      moniker: text("moniker"),
      identity: text("identity"),
      website: text("website"),
      securityContact: text("security_contact"),
      details: text("details"),
    },
    unbondingHeight: 0n,
    unbondingTime: zeroTime,
    commission: { commissionRates: ratesOf(node.at("commission")), updateTime: zeroTime },
    minSelfDelegation: node.at("min_self_delegation").amount(1n).toString(),
    unbondingOnHoldRefCount: 0n,
    unbondingIds: [],
  };
}

type CommissionRates = StakingValidatorMessage["commission"]["commissionRates"];

function ratesOf(commission: GenesisNode): CommissionRates {
  const rates = commission.at("commission_rates");
  const read = (name: string, otherwise: bigint): bigint => {
    const rate = decimalFromGenesis(rates.at(name), otherwise);
    return rate <= decimalOne ? rate : rates.at(name).refuse("write 0 to 1");
  };
  const maxRate = read("max_rate", decimalOne);
  const rate = read("rate", 0n);
  const maxChangeRate = read("max_change_rate", decimalOne);
  if (rate > maxRate) rates.at("rate").refuse("write at most max_rate");
  if (maxChangeRate > maxRate) rates.at("max_change_rate").refuse("write at most max_rate");
  return {
    rate: rate.toString(),
    maxRate: maxRate.toString(),
    maxChangeRate: maxChangeRate.toString(),
  };
}

function consensusKeyOf(node: GenesisNode): PublicKey {
  const type = node.at("@type");
  if (type.text(keyTypeUrl) !== keyTypeUrl) type.refuse(`write ${keyTypeUrl}`);
  const bytes = node.at("key").bytes();
  if (bytes.length !== 32) node.at("key").refuse("write the 32 bytes of an ed25519 key");
  return createPublicKey({ type: "ed25519", bytes });
}

/** Every share of every validator has its delegator. */
function addDelegations(
  context: GenesisContext,
  source: {
    readonly genesis: GenesisNode;
    readonly validators: readonly GenesisValidator[];
  },
): void {
  const sums = new Map<string, bigint>();
  for (const node of source.genesis.at("delegations").items()) {
    const { validator, shares } = addDelegation(context, node);
    const key = hexFromBytes(validator);
    sums.set(key, (sums.get(key) ?? 0n) + shares);
  }
  for (const { node, operator, shares } of source.validators) {
    const sum = sums.get(hexFromBytes(operator)) ?? 0n;
    if (sum === shares) continue;
    node.at("delegator_shares").refuse(`write the sum of its delegations, ${sum} / 10^18`);
  }
}

function addDelegation(
  context: GenesisContext,
  node: GenesisNode,
): { readonly validator: Address; readonly shares: bigint } {
  const { store, block } = context;
  const delegator = block.addresses.fromGenesis(node.at("delegator_address"));
  const validator = block.addresses.operators.fromGenesis(node.at("validator_address"));
  const shares = decimalFromGenesis(node.at("shares"), 0n);
  if (readValidator(store, validator) === undefined) {
    node.at("validator_address").refuse("name one of validators");
  }
  if (shares === 0n) node.at("shares").refuse("write more than 0");
  if (readDelegation(store, { delegator, validator }) !== undefined) {
    node.refuse("write one delegation for each delegator and validator");
  }
  const value = {
    delegatorAddress: block.addresses.text(delegator),
    validatorAddress: block.addresses.operators.text(validator),
    shares: shares.toString(),
  };
  writeDelegation(store, { delegator, validator, value });
  return { validator, shares };
}

function checkPools(
  { store, block }: GenesisContext,
  source: {
    readonly genesis: GenesisNode;
    readonly coins: CoinKeeper;
    readonly validators: readonly GenesisValidator[];
    readonly denom: string;
  },
): void {
  const { genesis, coins, validators, denom } = source;
  for (const [address, isOfBonded] of [
    [bondedPool, true],
    [notBondedPool, false],
  ] as const) {
    const stake = validators
      .filter(({ isBonded }) => isBonded === isOfBonded)
      .reduce((sum, { tokens }) => sum + tokens, 0n);
    const held = coins.balance(store, { address, denom });
    if (held === stake) continue;
    const pool = block.addresses.text(address);
    const remedy = `give ${pool} ${stake}${denom} in bank.balances, not ${held}: their stake`;
    genesis.at("validators").refuse(remedy);
  }
}

function updateOf(context: GenesisContext, validator: GenesisValidator): ValidatorUpdate {
  const power = validator.tokens / context.block.chain.powerReduction;
  if (power === 0n) {
    const { powerReduction } = context.block.chain;
    validator.node.at("tokens").refuse(`bond at least ${powerReduction}, one unit of power`);
  }
  return { publicKey: validator.publicKey, power: createPower(power) };
}

/** Where the document names validators for the engine too, they are the same ones. */
function checkEngineList(
  context: GenesisContext,
  source: { readonly genesis: GenesisNode; readonly updates: readonly ValidatorUpdate[] },
): void {
  const { genesis, updates } = source;
  const named = context.validators;
  if (named.length === 0 || updates.length === 0) return;
  const isSame =
    named.length === updates.length &&
    named.every(({ publicKey, power }) =>
      updates.some(
        (update) => equalBytes(update.publicKey.bytes, publicKey.bytes) && update.power === power,
      ),
    );
  if (isSame) return;
  genesis.at("validators").refuse("name the same validators and powers as the document's list");
}
