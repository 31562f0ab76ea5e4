import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { emptyBytes } from "@pyralog/chain/base";
import {
  blockFromJson,
  blockIdFromNode,
  blockIdToJson,
  blockToJson,
  bytesToJson,
  commitFromJson,
  commitToJson,
  consensusParamsDefault,
  consensusParamsFromJson,
  consensusParamsToJson,
  consensusParamUpdatesToJson,
  createPower,
  createRound,
  createHeight,
  eventToJson,
  evidenceFromJson,
  evidenceToJson,
  headerFromJson,
  headerToJson,
  hexToJson,
  JsonNode,
  nil,
  orderVotes,
  proposalToJson,
  publicKeyToJson,
  txResultFromJson,
  txResultToJson,
  txResultToSparseJson,
  validatorFromJson,
  validatorToJson,
  validatorUpdateToJson,
  voteFromJson,
  voteToJson,
  type Evidence,
  type TxResult,
} from "@pyralog/chain/types";
import { codeOf } from "./code-of.ts";
import { readVectors } from "./read-vectors.ts";
import {
  aBlock,
  aBlockId,
  aCommit,
  aHeader,
  aSigner,
  aValidatorSet,
  aVote,
  startTime,
} from "./values.ts";

const signer = aSigner("json");
const [voteA, voteB] = orderVotes([
  aVote(signer, { blockId: aBlockId("one") }),
  aVote(signer, { blockId: nil }),
]);
const evidence: Evidence = {
  kind: "duplicate-vote",
  voteA,
  voteB,
  powerTotal: createPower(40n),
  validatorPower: createPower(10n),
  time: startTime,
};
const result: TxResult = {
  code: 5,
  data: Uint8Array.of(1),
  log: "no",
  info: "i",
  gasWanted: 7n,
  gasUsed: 6n,
  events: [{ type: "tx", attributes: [{ key: "fee", value: "1", index: true }] }],
  codespace: "sdk",
};
const blank: TxResult = {
  code: 0,
  data: emptyBytes,
  log: "",
  info: "",
  gasWanted: 0n,
  gasUsed: 0n,
  events: [{ type: "", attributes: [] }],
  codespace: "",
};

describe("CometBFT's JSON", () => {
  it("is read as it was written", () => {
    const { set, signers } = aValidatorSet();
    const block = aBlock({ txs: [Uint8Array.of(1)], evidence: [evidence] });
    assert.deepEqual(blockFromJson(blockToJson(block)), block);
    const header = aHeader({ lastBlockId: aBlockId() });
    assert.deepEqual(headerFromJson(headerToJson(header)), header);
    const commit = aCommit(signers);
    const gaps = { ...commit, signatures: [{ kind: "absent" } as const, ...commit.signatures] };
    for (const each of [commit, gaps]) assert.deepEqual(commitFromJson(commitToJson(each)), each);
    const extended = { ...voteB, extension: Uint8Array.of(1), extensionSignature: voteB.signature };
    for (const vote of [voteA, voteB, extended]) {
      assert.deepEqual(voteFromJson(voteToJson(vote)), vote);
    }
    assert.deepEqual(evidenceFromJson(evidenceToJson(evidence)), evidence);
    for (const validator of set.validators) {
      assert.deepEqual(validatorFromJson(validatorToJson(validator)), validator);
    }
    const params = consensusParamsDefault;
    assert.deepEqual(consensusParamsFromJson(consensusParamsToJson(params)), params);
    for (const each of [result, blank]) {
      assert.deepEqual(txResultFromJson(txResultToJson(each)), each);
      assert.deepEqual(txResultFromJson(txResultToSparseJson(each)), each);
    }
    for (const id of [nil, aBlockId()]) {
      assert.deepEqual(blockIdFromNode(new JsonNode(blockIdToJson(id))), id);
    }
  });

  it("writes nil as empty hex, no bytes as null, hashes in capitals", () => {
    assert.deepEqual(blockIdToJson(nil), { hash: "", parts: { total: 0, hash: "" } });
    assert.equal(bytesToJson(emptyBytes), null);
    assert.equal(bytesToJson(Uint8Array.of(1)), "AQ==");
    assert.equal(hexToJson(Uint8Array.of(0xab)), "AB");
    const absent = { ...aCommit([signer]), signatures: [{ kind: "absent" } as const] };
    assert.deepEqual(commitToJson(absent)["signatures"], [
      {
        block_id_flag: 1,
        validator_address: "",
        timestamp: "0001-01-01T00:00:00Z",
        signature: null,
      },
    ]);
  });

  it("leaves a zero application version out of headers", () => {
    const header = aHeader({ version: { block: 11n, app: 0n } });
    assert.deepEqual(headerToJson(header)["version"], { block: "11" });
  });

  it("writes results in full or sparsely, as Go does in the same places", () => {
    assert.deepEqual(txResultToJson(blank), {
      code: 0,
      data: null,
      log: "",
      info: "",
      gas_wanted: "0",
      gas_used: "0",
      events: [{ type: "", attributes: [] }],
      codespace: "",
    });
    assert.deepEqual(txResultToSparseJson(blank), { events: [{}] });
    assert.deepEqual(txResultToSparseJson({ ...blank, events: [] }), {});
    assert.deepEqual(
      Object.keys(txResultToSparseJson(result)),
      Object.keys(txResultToJson(result)),
    );
    assert.deepEqual(eventToJson({ type: "tx", attributes: [] }), { type: "tx" });
  });

  it("writes the transactions' results that a CometBFT recorded", () => {
    const found = readVectors("cometbft-rpc/incoming/tx_search_no_prove.json");
    const entries = found.get("result").get("txs").list();
    assert.ok(entries.length > 0);
    for (const entry of entries) {
      const recorded = entry.get("tx_result").value;
      assert.deepEqual(txResultToJson(txResultFromJson(recorded)), recorded);
    }
  });

  it("names keys by type, and by the protobuf's alternative among updates", () => {
    const { publicKey } = signer;
    assert.equal(publicKeyToJson(publicKey)["type"], "tendermint/PubKeyEd25519");
    const other = { type: "secp256k1", bytes: new Uint8Array(33) } as const;
    assert.equal(publicKeyToJson(other)["type"], "tendermint/PubKeySecp256k1");
    const update = validatorUpdateToJson({ publicKey: other, power: createPower(3n) });
    const value = { secp256k1: "A".repeat(44) };
    const type = "tendermint.crypto.PublicKey_Secp256K1";
    assert.deepEqual(update, { pub_key: { Sum: { type, value } }, power: "3" });
    const removal = validatorUpdateToJson({ publicKey, power: createPower(0n) });
    assert.deepEqual(Object.keys(removal), ["pub_key"]);
  });

  it("leaves zeros out of changed parameters", () => {
    const updates = consensusParamUpdatesToJson(consensusParamsDefault);
    assert.deepEqual(updates["version"], {});
    assert.deepEqual(updates["abci"], {});
    assert.deepEqual(updates["block"], { max_bytes: "22020096", max_gas: "-1" });
  });

  it("writes evidence under v0.38's names, and reads a recorded one under other names", () => {
    const { value } = new JsonNode(evidenceToJson(evidence)).get("value");
    assert.deepEqual(Object.keys(value ?? {}), [
      "vote_a",
      "vote_b",
      "TotalVotingPower",
      "ValidatorPower",
      "Timestamp",
    ]);
    const recorded = readVectors("cometbft-rpc/incoming/block_search_evidence.json");
    const [found] = recorded.get("result").get("blocks").list();
    const list = found?.get("block").get("evidence").get("evidence").list() ?? [];
    assert.equal(list.length, 1);
    for (const entry of list) {
      const read = evidenceFromJson(entry.value);
      assert.equal(read.powerTotal, 1509n);
      assert.equal(read.validatorPower, 99n);
    }
  });

  it("writes proposals with −1 for no proof-of-lock round", () => {
    const json = proposalToJson({
      height: createHeight(1n),
      round: createRound(0),
      validRound: nil,
      blockId: aBlockId(),
      time: startTime,
      signature: Uint8Array.of(1),
    });
    assert.equal(json["Type"], 32);
    assert.equal(json["pol_round"], -1);
  });

  it("is refused where values do not hold, as bytes would be", () => {
    const vote = voteToJson(voteB);
    assert.equal(
      codeOf(() => voteFromJson({ ...vote, type: 3 })),
      "VOTE_TYPE_UNKNOWN",
    );
    assert.equal(
      codeOf(() => voteFromJson({ ...vote, height: "0" })),
      "VALUE_RANGE",
    );
    const kind = { ...evidenceToJson(evidence), type: "tendermint/LightClientAttackEvidence" };
    assert.equal(
      codeOf(() => evidenceFromJson(kind)),
      "JSON_INVALID",
    );
    const [validator] = aValidatorSet().set.validators;
    assert.ok(validator !== undefined);
    const foreign = { ...validatorToJson(validator), address: "00".repeat(20) };
    assert.equal(
      codeOf(() => validatorFromJson(foreign)),
      "VALIDATOR_ADDRESS",
    );
  });
});

const node = (value: unknown): JsonNode => new JsonNode(value, "here");

describe("a node of JSON", () => {
  it("gives each type's zero where a member is absent or null", () => {
    const nothing = node({ a: null });
    for (const member of ["a", "b"]) {
      const inside = nothing.get(member);
      assert.ok(inside.absent);
      assert.equal(inside.text(), "");
      assert.equal(inside.int64(), 0n);
      assert.equal(inside.uint64(), 0n);
      assert.equal(inside.int32(), 0);
      assert.equal(inside.uint32(), 0);
      assert.equal(inside.flag(), false);
      assert.deepEqual(
        [inside.list(), inside.hex(), inside.base64()],
        [[], emptyBytes, emptyBytes],
      );
      assert.ok(inside.get("deeper").absent);
    }
  });

  it("reads numbers of 64 bits in quotes, and of 32 without, at their edges", () => {
    assert.equal(node("9223372036854775807").int64(), 2n ** 63n - 1n);
    assert.equal(node("-9223372036854775808").int64(), -(2n ** 63n));
    assert.equal(
      codeOf(() => node("9223372036854775808").int64()),
      "JSON_INVALID",
    );
    assert.equal(node("18446744073709551615").uint64(), 2n ** 64n - 1n);
    assert.equal(
      codeOf(() => node("-1").uint64()),
      "JSON_INVALID",
    );
    assert.equal(node(4_294_967_295).uint32(), 4_294_967_295);
    assert.equal(
      codeOf(() => node(-1).uint32()),
      "JSON_INVALID",
    );
    assert.equal(node(-2_147_483_648).int32(), -2_147_483_648);
    assert.equal(
      codeOf(() => node(2_147_483_648).int32()),
      "JSON_INVALID",
    );
    for (const odd of [5, "", "1.0", "+1", "01", " 1", "0x1", "1e3", {}]) {
      assert.equal(
        codeOf(() => node(odd).int64()),
        "JSON_INVALID",
      );
    }
    for (const odd of ["5", 1.5, {}])
      assert.equal(
        codeOf(() => node(odd).int32()),
        "JSON_INVALID",
      );
  });

  it("refuses other types by the member's path, with the value and what is wanted", () => {
    const refusals = [
      () => node(5).text(),
      () => node(5).flag(),
      () => node({}).list(),
      () => node([]).get("a"),
      () => node("xyz").hex(),
      () => node("A").base64(),
      () => node("noon").time(),
    ];
    for (const work of refusals) assert.equal(codeOf(work), "JSON_INVALID");
    const [, second] = node({ list: [1, "x".repeat(100)] })
      .get("list")
      .list();
    assert.ok(second !== undefined);
    const { facts } = second.refusal("a number");
    assert.equal(facts["key"], "here.list[1]");
    assert.equal(facts["want"], "a number");
    assert.ok(String(facts["value"]).length < 70);
  });

  it("does not look at what objects inherit", () => {
    assert.ok(node({}).get("constructor").absent);
    assert.ok(node({}).get("__proto__").absent);
  });
});
