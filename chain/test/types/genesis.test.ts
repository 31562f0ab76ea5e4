import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { base64FromBytes, hexFromBytes } from "@pyralog/chain/base";
import {
  consensusParamsDefault,
  genesisToJson,
  genesisToText,
  parseGenesis,
  timeFromRfc3339,
  validatorAddress,
  type GenesisDocument,
} from "@pyralog/chain/types";
import { memberText } from "../../src/types/json-text.ts";
import { readVectors } from "./read-vectors.ts";
import { aSigner } from "./values.ts";

const { publicKey } = aSigner("founder");
const address = validatorAddress(publicKey);
const key = { type: "tendermint/PubKeyEd25519", value: base64FromBytes(publicKey.bytes) };
const validator = { address: hexFromBytes(address), pub_key: key, power: "10", name: "founder" };
const document = {
  genesis_time: "2024-01-31T12:00:00Z",
  chain_id: "genesis-1",
  initial_height: "1",
  validators: [validator],
  app_hash: "",
  app_state: { accounts: [] },
};

function parsed(change: Readonly<Record<string, unknown>> = {}): GenesisDocument {
  const genesis = parseGenesis(JSON.stringify({ ...document, ...change }));
  if (genesis.kind === "refused") throw genesis.error;
  return genesis.value;
}

/** What is wrong, as a user is told: code, key and what is wanted. */
function mistake(text: string): readonly unknown[] {
  const genesis = parseGenesis(text);
  if (genesis.kind === "ok") return ["accepted"];
  return [genesis.error.code, genesis.error.facts["key"]];
}

function mistakeIn(change: Readonly<Record<string, unknown>>): readonly unknown[] {
  return mistake(JSON.stringify({ ...document, ...change }));
}

const invalid = (name: string): readonly unknown[] => ["GENESIS_INVALID", name];

const odd = (name: string): readonly unknown[] => ["JSON_INVALID", name];

const keyOf = (change: object): { readonly pub_key: object } => ({
  pub_key: { ...key, ...change },
});

describe("a genesis document", () => {
  it("is read as CometBFT writes it", () => {
    const node = readVectors("cometbft-rpc/incoming/genesis.json").get("result").get("genesis");
    const genesis = parseGenesis(JSON.stringify(node.value));
    assert.ok(genesis.kind === "ok");
    const { chainId, initialHeight, validators, consensusParams } = genesis.value;
    assert.equal(chainId, "dockerchain");
    assert.equal(initialHeight, 1n);
    assert.equal(validators[0]?.power, 10n);
    assert.deepEqual(consensusParams, consensusParamsDefault);
    assert.deepEqual(genesisToJson(genesis.value), node.value);
  });

  it("is read again as it was written, to a file or to an answer", () => {
    for (const change of [{}, { app_state: undefined }, { validators: undefined }]) {
      const genesis = parsed(change);
      assert.deepEqual(parseGenesis(genesisToText(genesis)), { kind: "ok", value: genesis });
      const answer = JSON.stringify(genesisToJson(genesis));
      assert.deepEqual(parseGenesis(answer), { kind: "ok", value: genesis });
    }
  });

  it("fills in what may be left out: parameters, the first height, addresses", () => {
    const genesis = parsed({
      initial_height: "0",
      consensus_params: null,
      validators: [{ ...validator, address: "" }],
    });
    assert.deepEqual(genesis.consensusParams, consensusParamsDefault);
    assert.equal(genesis.initialHeight, 1n);
    assert.deepEqual(genesis.validators[0]?.address, address);
    assert.equal(genesis.genesisTime, timeFromRfc3339(document.genesis_time));
  });

  it("hands the application's state on letter by letter", () => {
    const state = '{ "amount": 12345678901234567890.50,\n  "odd": "}\\"],{:" , "list":[1 ,2]}';
    const text = `{"app_state": ${state} , ${JSON.stringify(document)
      .slice(1, -1)
      .replace(/,"app_state".*/, "")}}`;
    const genesis = parseGenesis(text);
    assert.ok(genesis.kind === "ok");
    assert.equal(genesis.value.appState, state);
    assert.ok(genesisToText(genesis.value).includes(state));
    assert.equal(parsed({ app_state: null }).appState, "");
  });

  it("names the member that is wrong", () => {
    const params = {
      block: { max_bytes: "0", max_gas: "-1" },
      evidence: { max_age_num_blocks: "1", max_age_duration: "1", max_bytes: "0" },
      validator: { pub_key_types: ["ed25519"] },
    };
    const withValidator = (change: Readonly<Record<string, unknown>>): readonly unknown[] =>
      mistakeIn({ validators: [{ ...validator, ...change }] });
    assert.deepEqual(mistakeIn({}), ["accepted"]);
    assert.deepEqual(mistake("{"), odd(""));
    assert.deepEqual(mistake("[]"), odd(""));
    assert.deepEqual(mistakeIn({ genesis_time: "yesterday" }), odd("genesis_time"));
    assert.deepEqual(mistakeIn({ genesis_time: undefined }), invalid("genesis_time"));
    assert.deepEqual(mistakeIn({ chain_id: "" }), invalid("chain_id"));
    assert.deepEqual(mistakeIn({ chain_id: "a".repeat(51) }), invalid("chain_id"));
    assert.deepEqual(mistakeIn({ initial_height: 1 }), odd("initial_height"));
    assert.deepEqual(mistakeIn({ initial_height: "-1" }), invalid("initial_height"));
    assert.deepEqual(mistakeIn({ app_hash: "0" }), odd("app_hash"));
    const brokenParams = mistakeIn({ consensus_params: params });
    assert.deepEqual(brokenParams, ["PARAMS_INVALID", "block.max_bytes"]);
    const extensions = { ...params, abci: { vote_extensions_enable_height: "-1" } };
    const path = "consensus_params.abci.vote_extensions_enable_height";
    assert.deepEqual(mistakeIn({ consensus_params: extensions }), odd(path));
    assert.deepEqual(mistakeIn({ validators: {} }), odd("validators"));
    assert.deepEqual(withValidator({ power: "0" }), invalid("validators[0].power"));
    assert.deepEqual(withValidator({ power: "-1" }), invalid("validators[0].power"));
    const tooMuch = String(2n ** 60n);
    assert.deepEqual(withValidator({ power: tooMuch }), invalid("validators[0].power"));
    assert.deepEqual(withValidator({ power: String(2n ** 63n) }), odd("validators[0].power"));
    assert.deepEqual(withValidator({ address: "00" }), invalid("validators[0].address"));
    assert.deepEqual(withValidator(keyOf({ type: "x" })), odd("validators[0].pub_key.type"));
    assert.deepEqual(withValidator(keyOf({ value: "AA" })), odd("validators[0].pub_key.value"));
    assert.deepEqual(withValidator(keyOf({ value: "AAAA" })), odd("validators[0].pub_key.value"));
    const twice = mistakeIn({ validators: [validator, validator] });
    assert.deepEqual(twice, invalid("validators[1].pub_key"));
    const many = Array.from({ length: 10_001 }, () => validator);
    assert.deepEqual(mistakeIn({ validators: many }), invalid("validators"));
  });
});

describe("a member's text", () => {
  it("parses to the member's value, wherever it stands", () => {
    const objects = fc.record(
      { others: fc.object(), name: fc.string(), value: fc.jsonValue(), indent: fc.nat(4) },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(objects, ({ others, name, value, indent }) => {
        const text = JSON.stringify({ ...others, [name]: value, "": "" }, undefined, indent);
        const again: unknown = JSON.parse(text);
        const found = memberText(text, name);
        assert.ok(found !== undefined);
        const want = Object.entries(again ?? {}).find(([member]) => member === name)?.[1];
        assert.deepEqual(JSON.parse(found), want);
      }),
    );
  });

  it("is nothing for a member that is elsewhere or not there", () => {
    assert.equal(memberText('{"a":{"b":1}}', "b"), undefined);
    assert.equal(memberText('{"a":"b"}', "b"), undefined);
    assert.equal(memberText("{}", "b"), undefined);
    assert.equal(memberText('{"b":1,"b":2}', "b"), "2");
  });
});
