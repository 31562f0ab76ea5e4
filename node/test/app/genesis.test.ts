import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { bech32FromBytes } from "@pyralog/chain/crypto";
import { GenesisError, moduleAddress } from "@pyralog/chain/execution";
import {
  consensusParamsDefault,
  createHeight,
  createPower,
  createTime,
  validatorAddress,
  type GenesisValidator,
  type JsonObject,
  type Json,
} from "@pyralog/chain/types";
import { checkGenesis, genesisAppState } from "@pyralog/node/app";
import { alice, aPerson, aValidator, bob, Chain, funds, genesisParts } from "./a-chain.ts";

type Path = readonly (string | number)[];

const good = genesisAppState(genesisParts());

/** The document with another value at one place; undefined removes it. */
function changed(
  node: Json,
  edit: { readonly path: Path; readonly value: Json | undefined },
): Json {
  const [name, ...path] = edit.path;
  if (name === undefined) return edit.value ?? null;
  if (isList(node)) {
    return node.map((item, at) => (at === name ? changed(item, { ...edit, path }) : item));
  }
  const object = isObject(node) ? node : {};
  const inner = changed(object[name] ?? null, { ...edit, path });
  const rest = Object.entries(object).filter(([other]) => other !== name);
  const isGone = path.length === 0 && edit.value === undefined;
  return Object.fromEntries(isGone ? rest : [...rest, [name, inner]]);
}

function isList(node: Json): node is readonly Json[] {
  return Array.isArray(node);
}

function isObject(node: Json): node is JsonObject {
  return typeof node === "object" && node !== null && !Array.isArray(node);
}

function faultsOf(appState: Json | string, validators: readonly GenesisValidator[] = []): string[] {
  const found = checkGenesis({
    genesisTime: createTime(1n),
    chainId: "test-1",
    initialHeight: createHeight(1n),
    consensusParams: consensusParamsDefault,
    validators,
    appHash: new Uint8Array(0),
    appState: typeof appState === "string" ? appState : JSON.stringify(appState),
  });
  return found.map(({ key, value, remedy }) => `${key} = ${value}: ${remedy}`);
}

const pool = bech32FromBytes({ prefix: "pyr", bytes: moduleAddress("bonded_tokens_pool") });
const operator = bech32FromBytes({ prefix: "pyrvaloper", bytes: aPerson("op0").bytes });

describe("a genesis document", () => {
  it("is accepted as the helper writes it, as nothing at all, and as an empty object", () => {
    assert.deepEqual(faultsOf(good), []);
    assert.deepEqual(faultsOf(""), []);
    assert.deepEqual(faultsOf({}), []);
  });

  const coin = { denom: "apyr", amount: "5" };
  const balance = { address: bob.address, coins: [coin] };
  const cases: readonly (readonly [string, Path, Json | undefined, RegExp])[] = [
    ["an unknown module", ["mint"], {}, /^app_state\.mint = an object: remove it/],
    ["a module that is no object", ["bank"], [], /^app_state\.bank = a list: write an object/],
    ["a prefix in capitals", ["pyralog", "bech32_prefix"], "PYR", /bech32_prefix = "PYR": write/],
    ["an odd denomination", ["pyralog", "denom"], "1", /pyralog\.denom = "1": write a denom/],
    ["a flag in quotes", ["pyralog", "dev"], "yes", /pyralog\.dev = "yes": write true or false/],
    ["a negative price", ["pyralog", "gas_price_min"], "-1", /gas_price_min = "-1": write a whole/],
    ["a price without quotes", ["pyralog", "gas_price_min"], 1, /= 1: write a whole number in qu/],
    ["no gas", ["pyralog", "tx_gas_max"], "0", /tx_gas_max = "0": write at least 1/],
    ["no power", ["pyralog", "power_reduction"], "0", /power_reduction = "0": write at least 1/],
    ["parameters of consensus", ["consensus"], { params: {} }, /write it under consensus_params/],
    ["an absurd parameter", ["auth", "params"], { tx_sig_limit: "0" }, /= "0": write 1 to/],
    ["accounts that are no list", ["auth", "accounts"], {}, /accounts = an object: write a list/],
    [
      "an account of another chain",
      ["auth", "accounts", 1, "address"],
      "cosmos1pkptre7fdkl6gfrzlesjjvhxhlc3r4gmmk8rs6",
      /accounts\[1\]\.address = "cosmos1\w+": write an address of this chain \(.*got cosmos/,
    ],
    ["one account twice", ["auth", "accounts", 1, "address"], alice.address, /remove one of the/],
    ["an odd kind of account", ["auth", "accounts", 0, "@type"], "/odd", /write \/cosmos\.auth/],
    [
      "a key that is none",
      ["auth", "accounts", 0, "pub_key"],
      { "@type": "/cosmos.crypto.secp256k1.PubKey", key: "AAAA" },
      /pub_key = an object: write a public key of a known type/,
    ],
    [
      "a sequence below zero",
      ["auth", "accounts", 0, "sequence"],
      -1,
      /= -1: write a whole number/,
    ],
    ["an amount of zero", ["bank", "balances", 0, "coins", 0, "amount"], "0", /write at least 1/],
    ["an amount with a point", ["bank", "balances", 0, "coins", 0, "amount"], "1.5", /a whole num/],
    [
      "an amount above 2^256",
      ["bank", "balances", 0, "coins", 0, "amount"],
      "9".repeat(78),
      /whole/,
    ],
    ["one coin twice", ["bank", "balances", 0, "coins"], [coin, coin], /each denomination once/],
    ["one holder twice", ["bank", "balances"], [balance, balance], /coins of one account in one/],
    [
      "a wrong supply",
      ["bank", "supply"],
      [coin],
      /supply\[0\]\.amount = "5": write "\d+", the sum/,
    ],
    [
      "metadata without units",
      ["bank", "denom_metadata", 0, "denom_units"],
      [],
      /exponent 0 first/,
    ],
    ["an odd display", ["bank", "denom_metadata", 0, "display"], "odd", /write one of denom_units/],
    [
      "metadata twice",
      ["bank", "denom_metadata"],
      [metadata(), metadata()],
      /describe each denomination once/,
    ],
    [
      "a switch twice",
      ["bank", "send_enabled"],
      [{ denom: "apyr" }, { denom: "apyr" }],
      /send_enabled\[1\]\.denom = "apyr": write each denomination once/,
    ],
    [
      "a pool that does not hold the stake",
      ["bank", "balances", 3, "coins", 0, "amount"],
      "1",
      new RegExp(`validators = a list: give ${pool} 20000000000000000000apyr in bank.balances`),
    ],
    [
      "an account as operator",
      ["staking", "validators", 0, "operator_address"],
      bob.address,
      /got pyr/,
    ],
    [
      "one operator twice",
      ["staking", "validators", 1, "operator_address"],
      operator,
      /of its own/,
    ],
    ["a short key", ["staking", "validators", 0, "consensus_pubkey", "key"], "AAAA", /32 bytes/],
    [
      "one key twice",
      ["staking", "validators", 1, "consensus_pubkey"],
      keyOfFirst(),
      /consensus_pubkey = an object: give each validator a key of its own/,
    ],
    ["an odd status", ["staking", "validators", 0, "status"], "ODD", /write BOND_STATUS_BONDED or/],
    ["no stake", ["staking", "validators", 0, "tokens"], "0", /tokens = "0": write at least 1/],
    ["less than a unit of power", ["staking"], poorStaking(), /bond at least 1000000000000000000/],
    [
      "shares that nobody has",
      ["staking", "validators", 0, "delegator_shares"],
      "1.5",
      /delegator_shares = "1\.5": write the sum of its delegations/,
    ],
    [
      "a delegation to nobody",
      ["staking", "delegations", 0, "validator_address"],
      stray(),
      /name one/,
    ],
    ["a delegation of nothing", ["staking", "delegations", 0, "shares"], "0", /write more than 0/],
    ["a decimal that is none", ["staking", "delegations", 0, "shares"], "1e3", /write a decimal/],
    ["stake that unbonds", ["staking", "unbonding_delegations"], [{}], /stake cannot move yet/],
    [
      "a commission above one",
      ["staking", "validators", 0, "commission"],
      { commission_rates: { rate: "1.1" } },
      /rate = "1\.1": write 0 to 1/,
    ],
    ["too many validators", ["staking", "params"], { max_validators: 1 }, /bond at most 1, as par/],
    ["an odd duration", ["staking", "params"], { unbonding_time: "3w" }, /write seconds such as/],
  ];
  for (const [what, path, value, expected] of cases) {
    it(`is refused with place, value and remedy for ${what}`, () => {
      const [fault, ...others] = faultsOf(changed(good, { path, value }));
      assert.match(fault ?? "accepted", expected);
      assert.deepEqual(others, []);
    });
  }

  it("is refused where blocks may be larger than nodes that are behind can fetch", () => {
    for (const maxBytes of [-1n, 22_020_097n]) {
      const { block } = consensusParamsDefault;
      const consensusParams = { ...consensusParamsDefault, block: { ...block, maxBytes } };
      const [found] = checkGenesis({
        genesisTime: createTime(1n),
        chainId: "test-1",
        initialHeight: createHeight(1n),
        consensusParams,
        validators: [],
        appHash: new Uint8Array(0),
        appState: "{}",
      });
      assert.equal(found?.key, "consensus_params.block.max_bytes");
    }
  });

  it("is refused where it is no JSON", () => {
    assert.match(faultsOf("{")[0] ?? "", /^app_state = .*: write JSON$/);
  });

  it("is refused where the engine's list says otherwise than the stake", () => {
    const { publicKey: bytes } = aValidator("op0");
    const publicKey = { type: "ed25519" as const, bytes };
    const address = validatorAddress(publicKey);
    const one = { address, publicKey, power: createPower(10n), name: "op0" };
    assert.match(faultsOf(good, [one])[0] ?? "", /the same validators and powers/);
    const alone = genesisAppState(genesisParts({ validators: [aValidator("op0")] }));
    assert.deepEqual(faultsOf(alone, [one]), []);
  });

  it("that is refused never starts a chain", () => {
    const appState = changed(good, { path: ["pyralog", "dev"], value: 1 });
    assert.throws(() => new Chain({ appState }), GenesisError);
  });
});

describe("genesis", () => {
  it("gives an account to everyone who holds something, in the document's order", () => {
    const appState = { bank: { balances: [held(bob.address), held(alice.address)] } };
    const chain = new Chain({ appState });
    chain.block();
    const [first, second] = [chain.account(bob), chain.account(alice)];
    assert.ok(second.accountNumber === first.accountNumber + 1n);
    assert.equal(chain.balance(bob), 5n);
  });

  it("keeps a key and a sequence that it is told, and other prefixes and coins", () => {
    const key = Buffer.from(alice.publicKey).toString("base64");
    const pubKey = { "@type": "/cosmos.crypto.secp256k1.PubKey", key };
    const accounts = [{ address: alice.address, pub_key: pubKey, sequence: "7" }];
    const appState = { auth: { accounts }, bank: { balances: [held(alice.address)] } };
    const chain = new Chain({ appState });
    chain.block();
    const account = chain.account(alice);
    assert.deepEqual([account.sequence, account.pubKey?.typeUrl], [7n, pubKey["@type"]]);
  });

  it("has a root that only its content decides", () => {
    assert.equal(new Chain().appHash, new Chain().appHash);
    const accounts = [{ address: alice.address, amount: funds }];
    const other = genesisAppState(genesisParts({ accounts }));
    assert.notEqual(new Chain({ appState: other }).appHash, new Chain().appHash);
  });
});

function held(address: string): JsonObject {
  return { address, coins: [{ denom: "apyr", amount: "5" }] };
}

function metadata(): JsonObject {
  return { base: "uatom", display: "uatom", denom_units: [{ denom: "uatom", exponent: 0 }] };
}

function keyOfFirst(): JsonObject {
  const key = Buffer.from(aValidator("op0").publicKey).toString("base64");
  return { "@type": "/cosmos.crypto.ed25519.PubKey", key };
}

function stray(): string {
  return bech32FromBytes({ prefix: "pyrvaloper", bytes: bob.bytes });
}

/** Stake that adds up, and is too little for a vote. */
function poorStaking(): JsonObject {
  const [rich, poor] = [20n * 10n ** 18n - 1n, 1n];
  const validators = [rich, poor].map((tokens, index) => {
    const { operator: bytes, publicKey } = aValidator(`op${index}`);
    const key = Buffer.from(publicKey).toString("base64");
    return {
      operator_address: bech32FromBytes({ prefix: "pyrvaloper", bytes }),
      consensus_pubkey: { key },
      tokens: tokens.toString(),
    };
  });
  const delegations = validators.map(({ operator_address: validator, tokens }) => ({
    delegator_address: alice.address,
    validator_address: validator,
    shares: tokens,
  }));
  return { validators, delegations };
}
