/** The query services, asked and read by cosmjs-types' own clients. */
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { accountFromAny } from "@cosmjs/stargate";
import { QueryClientImpl as AuthQuery } from "cosmjs-types/cosmos/auth/v1beta1/query";
import { ModuleAccount } from "cosmjs-types/cosmos/auth/v1beta1/auth";
import { QueryClientImpl as BankQuery } from "cosmjs-types/cosmos/bank/v1beta1/query";
import { PageRequest } from "cosmjs-types/cosmos/base/query/v1beta1/pagination";
import { QueryClientImpl as ConsensusQuery } from "cosmjs-types/cosmos/consensus/v1/query";
import { QueryClientImpl as StakingQuery } from "cosmjs-types/cosmos/staking/v1beta1/query";
import { hexFromBytes } from "@pyralog/chain/base";
import { bech32FromBytes } from "@pyralog/chain/crypto";
import { verifyStateProof } from "@pyralog/chain/merkle";
import { genesisAppState } from "@pyralog/node/app";
import {
  alice,
  aPerson,
  aValidator,
  bob,
  carol,
  Chain,
  coins,
  funds,
  genesisParts,
  stranger,
} from "./a-chain.ts";

interface Rpc {
  request(service: string, method: string, data: Uint8Array): Promise<Uint8Array>;
}

function rpcOf(chain: Chain, height = 0n): Rpc {
  return {
    // oxlint-disable-next-line max-params -- the shape is cosmjs-types'
    request(service, method, data) {
      const { code, log, value } = chain.query(`/${service}/${method}`, { data, height });
      if (code !== 0) throw new Error(`(${code}): ${log}`);
      return Promise.resolve(value);
    },
  };
}

function aRunningChain(): Chain {
  const chain = new Chain();
  chain.block();
  return chain;
}

function page(fields: Partial<PageRequest>): PageRequest {
  return PageRequest.fromPartial(fields);
}

const operatorOf = (name: string): string =>
  bech32FromBytes({ prefix: "pyrvaloper", bytes: aPerson(name).bytes });

describe("auth's queries", () => {
  it("show an account as CosmJS reads it, before and after its key is known", async () => {
    const chain = aRunningChain();
    const find = async () => {
      const { account } = await new AuthQuery(rpcOf(chain)).Account({ address: alice.address });
      assert.ok(account !== undefined);
      return accountFromAny(account);
    };
    const { address } = alice;
    const before = { address, pubkey: null, accountNumber: 0n, sequence: 0 };
    assert.deepEqual({ ...(await find()), accountNumber: 0n }, before);
    chain.block(chain.send());
    const { pubkey, sequence } = await find();
    assert.equal(sequence, 1);
    assert.equal(pubkey?.type, "tendermint/PubKeySecp256k1");
  });

  it("say of an account that is not there what clients look for", () => {
    const chain = aRunningChain();
    const auth = new AuthQuery(rpcOf(chain));
    const text =
      `(22): rpc error: code = NotFound desc = account ${stranger.address} not found: ` +
      "key not found";
    assert.throws(() => void auth.Account({ address: stranger.address }), { message: text });
  });

  it("list accounts by pages, with the total, in the order of their keys", async () => {
    const auth = new AuthQuery(rpcOf(aRunningChain()));
    const whole = await auth.Accounts({});
    assert.equal(whole.pagination?.total, 7n);
    const first = await auth.Accounts({ pagination: page({ limit: 3n }) });
    const nextKey = first.pagination?.nextKey ?? new Uint8Array(0);
    const rest = await auth.Accounts({ pagination: page({ limit: 10n, key: nextKey }) });
    assert.deepEqual([...first.accounts, ...rest.accounts], whole.accounts);
    assert.equal(rest.pagination?.nextKey.length, 0);
    const back = await auth.Accounts({ pagination: page({ limit: 10n, reverse: true }) });
    assert.deepEqual(back.accounts.toReversed(), whole.accounts);
    const middle = await auth.Accounts({
      pagination: page({ offset: 2n, limit: 2n, countTotal: true }),
    });
    assert.deepEqual(middle.accounts, whole.accounts.slice(2, 4));
    assert.equal(middle.pagination?.total, 7n);
  });

  it("know the modules' accounts, the prefix and both spellings of an address", async () => {
    const auth = new AuthQuery(rpcOf(aRunningChain()));
    const { accounts } = await auth.ModuleAccounts({});
    const names = accounts.map(({ value }) => ModuleAccount.decode(value).name);
    const expected = ["bonded_tokens_pool", "fee_collector", "gov", "not_bonded_tokens_pool"];
    assert.deepEqual(names, expected);
    assert.ok((await auth.ModuleAccountByName({ name: "gov" })).account !== undefined);
    assert.equal((await auth.Bech32Prefix({})).bech32Prefix, "pyr");
    const text = await auth.AddressBytesToString({ addressBytes: alice.bytes });
    assert.equal(text.addressString, alice.address);
    const bytes = await auth.AddressStringToBytes({ addressString: alice.address });
    assert.deepEqual(bytes.addressBytes, alice.bytes.slice());
    assert.equal((await auth.Params({})).params.maxMemoCharacters, 256n);
    assert.equal((await auth.AccountInfo({ address: bob.address })).info?.address, bob.address);
  });

  it("refuse what is no address, and a module that is not there", () => {
    const auth = new AuthQuery(rpcOf(aRunningChain()));
    assert.throws(() => void auth.Account({ address: "" }), /^Error: \(18\): .*InvalidArgument/);
    assert.throws(() => void auth.Account({ address: "pyr1x" }), /decoding bech32 failed/);
    assert.throws(() => void auth.ModuleAccountByName({ name: "mint" }), /\(22\): .*NotFound/);
    const addressBytes = Uint8Array.of(1);
    assert.throws(() => void auth.AddressBytesToString({ addressBytes }), /an address has 20/);
  });
});

/** A chain with a second denomination, which bob and carol hold. */
function twoCoins(): Chain {
  const state = genesisAppState(genesisParts());
  const balances = genesisParts().accounts.map(({ address, amount }, index) => {
    const second = index === 0 ? [] : [{ denom: "uvoid", amount: String(index) }];
    return { address, coins: [...coins(amount), ...second] };
  });
  const bank = {
    balances,
    denom_metadata: [aMetadata],
    send_enabled: [{ denom: "uvoid", enabled: false }],
  };
  const chain = new Chain({ appState: { ...state, bank, staking: {} } });
  chain.block();
  return chain;
}

const aMetadata = {
  base: "apyr",
  display: "pyr",
  denom_units: [
    { denom: "apyr", exponent: 0 },
    { denom: "pyr", exponent: 18, aliases: ["PYR"] },
  ],
  name: "Pyralog",
  symbol: "PYR",
};

describe("bank's queries", () => {
  it("always answer with a coin, zero where there is none", async () => {
    const bank = new BankQuery(rpcOf(twoCoins()));
    const { balance } = await bank.Balance({ address: stranger.address, denom: "apyr" });
    assert.deepEqual(balance, { denom: "apyr", amount: "0" });
    const spendable = await bank.SpendableBalanceByDenom({ address: bob.address, denom: "uvoid" });
    assert.deepEqual(spendable.balance, { denom: "uvoid", amount: "1" });
  });

  it("list an account's coins, and all coins, by denomination", async () => {
    const bank = new BankQuery(rpcOf(twoCoins()));
    const request = { address: carol.address, resolveDenom: false };
    const expected = [...coins(funds), ...coins(2n, "uvoid")];
    assert.deepEqual((await bank.AllBalances(request)).balances, expected);
    assert.deepEqual((await bank.SpendableBalances(request)).balances, expected);
    const { supply, pagination } = await bank.TotalSupply({});
    assert.deepEqual(supply, [...coins(3n * funds), ...coins(3n, "uvoid")]);
    assert.equal(pagination?.total, 2n);
    assert.deepEqual((await bank.SupplyOf({ denom: "uvoid" })).amount, coins(3n, "uvoid")[0]);
    assert.equal((await bank.SupplyOf({ denom: "none" })).amount.amount, "0");
  });

  it("list who holds a denomination", async () => {
    const bank = new BankQuery(rpcOf(twoCoins()));
    const { denomOwners } = await bank.DenomOwners({ denom: "uvoid" });
    const held = new Map(denomOwners.map(({ address, balance }) => [address, balance.amount]));
    assert.deepEqual([held.size, held.get(bob.address), held.get(carol.address)], [2, "1", "2"]);
    const again = await bank.DenomOwnersByQuery({ denom: "uvoid" });
    assert.deepEqual(again.denomOwners, denomOwners);
  });

  it("tell metadata, parameters and what may be sent", async () => {
    const bank = new BankQuery(rpcOf(twoCoins()));
    const { metadata } = await bank.DenomMetadata({ denom: "apyr" });
    assert.deepEqual([metadata.display, metadata.denomUnits[1]?.exponent], ["pyr", 18]);
    const same = await bank.DenomMetadataByQueryString({ denom: "apyr" });
    assert.deepEqual(same.metadata, metadata);
    assert.deepEqual((await bank.DenomsMetadata({})).metadatas, [metadata]);
    assert.equal((await bank.Params({})).params.defaultSendEnabled, true);
    const told = [{ denom: "uvoid", enabled: false }];
    assert.deepEqual((await bank.SendEnabled({ denoms: [] })).sendEnabled, told);
    const asked = await bank.SendEnabled({ denoms: ["apyr", "uvoid"] });
    assert.deepEqual(asked.sendEnabled, told);
  });

  it("refuse odd denominations, and say NotFound of metadata that is not there", () => {
    const bank = new BankQuery(rpcOf(twoCoins()));
    assert.throws(() => void bank.SupplyOf({ denom: "?" }), /^Error: \(18\): .*invalid denom: \?/);
    const missing = /^Error: \(22\): rpc error: code = NotFound .*client metadata for denom uvoid/;
    assert.throws(() => void bank.DenomMetadata({ denom: "uvoid" }), missing);
  });
});

describe("staking's queries", () => {
  it("list the validators of genesis with their stake", async () => {
    const staking = new StakingQuery(rpcOf(aRunningChain()));
    const { validators } = await staking.Validators({ status: "BOND_STATUS_BONDED" });
    const tokens = String(10n * 10n ** 18n);
    for (const name of ["op0", "op1"]) {
      const found = validators.find(({ description }) => description.moniker === name);
      assert.deepEqual([found?.tokens, found?.operatorAddress], [tokens, operatorOf(name)]);
    }
    assert.equal(validators.length, 2);
    const none = await staking.Validators({ status: "BOND_STATUS_UNBONDING" });
    assert.deepEqual(none.validators, []);
    assert.equal((await staking.Validators({ status: "" })).validators.length, 2);
  });

  it("tell of one validator, of delegations and of the pool", async () => {
    const staking = new StakingQuery(rpcOf(aRunningChain()));
    const [validatorAddr, delegatorAddr] = [operatorOf("op0"), aPerson("op0").address];
    const { validator } = await staking.Validator({ validatorAddr });
    assert.equal(validator.consensusPubkey?.typeUrl, "/cosmos.crypto.ed25519.PubKey");
    const { delegationResponse } = await staking.Delegation({ validatorAddr, delegatorAddr });
    const shares = String(10n * 10n ** 36n);
    assert.equal(delegationResponse?.delegation.shares, shares);
    assert.deepEqual(delegationResponse.balance, coins(10n * 10n ** 18n)[0]);
    const of = await staking.ValidatorDelegations({ validatorAddr });
    assert.deepEqual(of.delegationResponses, [delegationResponse]);
    const by = await staking.DelegatorDelegations({ delegatorAddr });
    assert.deepEqual(by.delegationResponses, [delegationResponse]);
    const chosen = await staking.DelegatorValidators({ delegatorAddr });
    assert.deepEqual(chosen.validators, [validator]);
    const pair = { delegatorAddr, validatorAddr };
    assert.deepEqual((await staking.DelegatorValidator(pair)).validator, validator);
    const bondedTokens = String(20n * 10n ** 18n);
    assert.deepEqual((await staking.Pool({})).pool, { notBondedTokens: "0", bondedTokens });
    const { params } = await staking.Params({});
    assert.deepEqual([params.bondDenom, params.maxValidators], ["apyr", 100]);
  });

  it("say NotFound, and refuse an account's address where an operator's is due", () => {
    const staking = new StakingQuery(rpcOf(aRunningChain()));
    const nobody = operatorOf("nobody");
    const missing = /^Error: \(22\): .*validator pyrvaloper\w+ not found: key not found/;
    assert.throws(() => void staking.Validator({ validatorAddr: nobody }), missing);
    const pair = { validatorAddr: operatorOf("op0"), delegatorAddr: alice.address };
    assert.throws(() => void staking.Delegation(pair), /key not found/);
    const wrong = { validatorAddr: alice.address };
    assert.throws(() => void staking.Validator(wrong), /expected pyrvaloper, got pyr/);
    const status = "BOND_STATUS_ODD";
    assert.throws(() => void staking.Validators({ status }), /invalid validator status/);
  });
});

describe("consensus' query", () => {
  it("tells the parameters that genesis set", async () => {
    const { params } = await new ConsensusQuery(rpcOf(aRunningChain())).Params({});
    assert.equal(params?.block?.maxBytes, 22_020_096n);
    assert.deepEqual(params.validator?.pubKeyTypes, ["ed25519"]);
  });
});

describe("pages", () => {
  it("refuse a key beside an offset", () => {
    const auth = new AuthQuery(rpcOf(aRunningChain()));
    const pagination = page({ key: Uint8Array.of(1), offset: 1n });
    assert.throws(() => void auth.Accounts({ pagination }), /either offset or key is expected/);
  });

  it("hold no more than a thousand items, whatever is asked", async () => {
    const many = Array.from({ length: 1005 }, (_, index) => aPerson(`person ${index}`));
    const accounts = many.map(({ address }) => ({ address, amount: 1n }));
    const appState = genesisAppState(genesisParts({ accounts, validators: [] }));
    const chain = new Chain({ appState });
    chain.block();
    const bank = new BankQuery(rpcOf(chain));
    const pagination = page({ limit: 1_000_000n, countTotal: true });
    const { denomOwners, pagination: next } = await bank.DenomOwners({ denom: "apyr", pagination });
    assert.equal(denomOwners.length, 1000);
    assert.equal(next?.total, 1005n);
  });
});

describe("history", () => {
  it("is answered as of its height, which the answer names", async () => {
    const chain = new Chain({ versionsMax: 3 });
    for (const sequence of [0n, 1n, 2n, 3n]) chain.block(chain.send({ sequence }));
    const at = async (height: bigint): Promise<bigint> => {
      const bank = new BankQuery(rpcOf(chain, height));
      const { balance } = await bank.Balance({ address: bob.address, denom: "apyr" });
      return BigInt(balance?.amount ?? "") - funds;
    };
    assert.equal(await at(0n), 20n);
    assert.equal(await at(4n), 20n);
    assert.equal(await at(2n), 10n);
    assert.equal(chain.query("/app/version").height, 4n);
    assert.equal(chain.query("/app/version", { height: 3n }).height, 3n);
  });

  it("is refused where it is not kept, or not yet there", () => {
    const chain = new Chain({ versionsMax: 2 });
    for (let block = 0; block < 4; block++) chain.block();
    const gone = chain.query("/app/version", { height: 1n });
    assert.deepEqual(
      [gone.code, gone.log],
      [
        18,
        "failed to load state at height 1; version does not exist (latest height: 4): " +
          "invalid request",
      ],
    );
    const future = chain.query("/app/version", { height: 5n });
    assert.deepEqual(
      [future.code, future.log],
      [26, "cannot query with height in the future; please provide a valid height: invalid height"],
    );
  });

  it("does not begin before the first block", () => {
    const { code, log } = new Chain().query("/app/version");
    assert.equal(code, 26);
    assert.match(log, /please wait for first block/);
  });
});

describe("raw state", () => {
  const key = Uint8Array.from([0x02, 20, ...alice.bytes, ...Buffer.from("apyr")]);

  it("is read by module and key, with a proof against the app hash", () => {
    const chain = aRunningChain();
    const { code, value, proofOps } = chain.query("/store/bank/key", { data: key, prove: true });
    assert.equal(code, 0);
    assert.equal(BigInt(`0x${hexFromBytes(value)}`), funds);
    const [op] = proofOps;
    assert.equal(op?.type, "ics23:pyralog");
    assert.equal(hexFromBytes(op.key), hexFromBytes(Buffer.from("bank/")) + hexFromBytes(key));
    const root = Buffer.from(chain.appHash, "hex");
    assert.ok(verifyStateProof({ root, key: op.key, value, proof: op.data }));
  });

  it("is proved to be absent too", () => {
    const chain = aRunningChain();
    const data = Uint8Array.from([0x02, 20, ...stranger.bytes, ...Buffer.from("apyr")]);
    const { value, proofOps } = chain.query("/store/bank/key", { data, prove: true });
    assert.equal(value.length, 0);
    const [op] = proofOps;
    const root = Buffer.from(chain.appHash, "hex");
    assert.ok(op !== undefined && verifyStateProof({ root, key: op.key, proof: op.data }));
  });

  it("of a module that is not there is refused, as is a path that nobody answers", () => {
    const chain = aRunningChain();
    const refused = chain.query("/store/mint/key", { data: key });
    assert.deepEqual([refused.code, refused.log], [6, "no such store: mint: unknown request"]);
    for (const path of ["/cosmos.mint.v1beta1.Query/Params", "", "x", "/store", "/store/bank"]) {
      const unknown = chain.query(path);
      assert.deepEqual([unknown.code, unknown.log], [6, "unknown query path: unknown request"]);
    }
    const odd = chain.query("/cosmos.bank.v1beta1.Query/Balance", { data: Uint8Array.of(0xff) });
    assert.equal(odd.code, 18);
  });
});

describe("validators at genesis", () => {
  it("are handed to the engine with the power that their stake gives", () => {
    const validators = [aValidator("op0", 7n), aValidator("op1", 3n)];
    const chain = new Chain({ appState: genesisAppState(genesisParts({ validators })) });
    assert.deepEqual(
      chain.validators.map(({ power }) => power),
      [7n, 3n],
    );
  });
});
