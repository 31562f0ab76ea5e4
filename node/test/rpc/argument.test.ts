import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { JsonNode } from "@pyralog/chain/types";
import { Door, errorOf } from "./door.ts";
import { MemoryChain } from "./memory-chain.ts";

/** What CometBFT v0.38.25 answered to each of these, asked one by one. */
const refusedInPost: readonly (readonly [string, unknown, string])[] = [
  ["block", { height: "a" }, "invalid character 'a' looking for beginning of value"],
  ["block", { height: "" }, "unexpected end of JSON input"],
  ["block", { height: "1.5" }, "json: cannot unmarshal number 1.5 into Go value of type int64"],
  ["block", { height: true }, 'invalid 64-bit integer encoding "true", expected string'],
  [
    "block",
    { height: "99999999999999999999" },
    "json: cannot unmarshal number 99999999999999999999 into Go value of type int64",
  ],
  ["block", ["1", "2"], "expected 1 parameters ([height]), got 2 ([[34 49 34] [34 50 34]])"],
  ["block", [], "expected 1 parameters ([height]), got 0 ([])"],
  ["status", ["1"], "expected 0 parameters ([]), got 1 ([[34 49 34]])"],
  [
    "block",
    "x",
    "unknown type for JSON params: json: cannot unmarshal string into Go value of type " +
      "[]json.RawMessage. Expected map or array",
  ],
  ["tx", { hash: "zz" }, "illegal base64 data at input byte 0"],
  ["tx", { hash: "zzz=zzzz" }, "illegal base64 data at input byte 4"],
  ["tx", { hash: "zz=" }, "illegal base64 data at input byte 3"],
  ["tx", { hash: "zz=z" }, "illegal base64 data at input byte 2"],
  ["tx", { hash: "=" }, "illegal base64 data at input byte 0"],
  ["tx", { hash: 5 }, "json: cannot unmarshal number into Go value of type []uint8"],
  ["tx", { hash: "", prove: 1 }, "json: cannot unmarshal number into Go value of type bool"],
  ["broadcast_tx_sync", { tx: 5 }, "json: cannot unmarshal number into Go value of type types.Tx"],
  ["header_by_hash", { hash: "zz" }, "encoding/hex: invalid byte: U+007A 'z'"],
  ["header_by_hash", { hash: "abc" }, "encoding/hex: odd length hex string"],
  ["header_by_hash", { hash: 5 }, "invalid hex string: 5"],
  ["abci_query", { path: 5 }, "json: cannot unmarshal number into Go value of type string"],
  [
    "genesis_chunked",
    { chunk: "-1" },
    "json: cannot unmarshal number -1 into Go value of type uint",
  ],
  ["broadcast_evidence", { evidence: {} }, "interface type cannot be empty"],
  ["broadcast_evidence", { evidence: { type: "x" } }, "interface value cannot be empty"],
  ["broadcast_evidence", { evidence: { type: "x", value: {} } }, 'unknown type "x"'],
  [
    "broadcast_evidence",
    { evidence: 5 },
    "json: cannot unmarshal number into Go value of type json.interfaceWrapper",
  ],
];

const refusedInUri: readonly (readonly [string, string])[] = [
  ["/block?height=x", 'invalid 64-bit integer encoding "x", expected string'],
  ["/block?height=0x1", "got a hex string arg, but expected 'int64'"],
  ["/block?height=+1", 'invalid 64-bit integer encoding " 1", expected string'],
  ["/block?height={}", 'invalid 64-bit integer encoding "{}", expected string'],
  ['/block?height=""', "unexpected end of JSON input"],
  ["/tx?hash=0xzz", "encoding/hex: invalid byte: U+007A 'z'"],
  ["/tx?hash=abc", "invalid character 'a' looking for beginning of value"],
  ["/tx?hash=0xab&prove=0x1", "got a hex string arg, but expected 'bool'"],
  ["/abci_query?path=x", "invalid character 'x' looking for beginning of value"],
  ['/abci_query?path=""&data=61', "invalid hex string: 61"],
  ['/abci_query?path="a&data=0x61', "unexpected end of JSON input"],
  ["/genesis_chunked?chunk=0x1", "got a hex string arg, but expected 'uint'"],
  ["/validators?page=0x1", "got a hex string arg, but expected 'int'"],
  ["/broadcast_evidence?evidence=0x12", "got a hex string arg, but expected 'interface'"],
];

describe("an argument", () => {
  let door: Door;

  before(() => {
    const chain = new MemoryChain();
    chain.produce();
    chain.produce();
    door = new Door(chain.backend);
  });

  it("of the wrong type is refused in CometBFT's words, with the code for parameters", async () => {
    const prefix = "error converting json params to arguments: ";
    for (const [method, params, words] of refusedInPost) {
      const label = `${method} ${JSON.stringify(params)}`;
      assert.deepEqual(await door.refusal(method, params), [-32_602, prefix + words], label);
    }
  });

  it("of the wrong type in a URI is refused likewise", async () => {
    const prefix = "error converting http params to arguments: ";
    for (const [uri, words] of refusedInUri) {
      assert.deepEqual(errorOf(await door.get(uri)), [-32_602, prefix + words], uri);
    }
  });

  it("may be a number in quotes, a bare number, or one of a list", async () => {
    const wanted = await door.result("header", { height: "1" });
    for (const params of [{ height: 1 }, ["1"], [1]]) {
      assert.deepEqual(await door.result("header", params), wanted);
    }
    for (const uri of ["/header?height=1", '/header?height="1"', "/header?height=%221%22"]) {
      assert.deepEqual(new JsonNode(await door.get(uri)).get("result").value, wanted, uri);
    }
  });

  it("that is absent, null, empty or malformed by its escape has its default", async () => {
    const newest = await door.result("header", { height: "2" });
    for (const params of [{}, { height: null }, [null], null]) {
      assert.deepEqual(await door.result("header", params), newest);
    }
    for (const query of [
      "",
      "?height=",
      "?height=null",
      "?height=%zz",
      "?height=1;x",
      "?Height=1",
    ]) {
      const answer = new JsonNode(await door.get(`/header${query}`));
      assert.deepEqual(answer.get("result").value, newest, query);
    }
    assert.deepEqual(await door.post({ jsonrpc: "2.0", id: 1, method: "header" }), {
      jsonrpc: "2.0",
      id: 1,
      result: newest,
    });
  });

  it("is the first of its name in a URI and the last in JSON, as in Go", async () => {
    const first = await door.result("header", { height: "1" });
    const uri = new JsonNode(await door.get("/header?height=1&height=2"));
    assert.deepEqual(uri.get("result").value, first);
    const twice = '{"jsonrpc":"2.0","id":1,"method":"header","params":{"height":"2","height":"1"}}';
    assert.deepEqual(new JsonNode(await door.post(twice)).get("result").value, first);
  });

  it("of bytes is base64 or hex in JSON, and hex or a quoted text in a URI", async () => {
    assert.deepEqual(await door.refusal("tx", { hash: "YWJj" }), [
      -32_603,
      "tx (616263) not found",
    ]);
    assert.deepEqual(await door.refusal("tx", { hash: "YW\r\nJj" }), [
      -32_603,
      "tx (616263) not found",
    ]);
    for (const uri of ["/tx?hash=0x616263", '/tx?hash="abc"', "/tx?hash=0X616263"]) {
      assert.deepEqual(errorOf(await door.get(uri)), [-32_603, "tx (616263) not found"], uri);
    }
    const found = await door.result("abci_query", { path: "", data: "616263" });
    assert.equal(new JsonNode(found).get("response").get("key").text(), "YWJj");
  });

  it("of a URI may hold escapes that spell no text", async () => {
    const answer = errorOf(await door.get('/abci_query?path="%ff'));
    assert.deepEqual(answer, [
      -32_602,
      "error converting http params to arguments: unexpected end of JSON input",
    ]);
  });

  it("never takes a name of a prototype for a value", async () => {
    const params = '{"__proto__":{"height":"1"},"constructor":"1"}';
    const newest = await door.result("header", {});
    const text = `{"jsonrpc":"2.0","id":1,"method":"header","params":${params}}`;
    assert.deepEqual(new JsonNode(await door.post(text)).get("result").value, newest);
    const answer = await door.post({ jsonrpc: "2.0", id: 1, method: "__proto__", params: {} });
    assert.deepEqual(errorOf(answer), [-32_601, undefined]);
  });

  it("that is evidence without votes, or of a kind unknown here, is refused as baseless", async () => {
    const inTrouble = "evidence.ValidateBasic failed: ";
    const refusals: readonly (readonly [string, unknown, string])[] = [
      ["DuplicateVote", {}, "one or both of the votes are empty nil-Vote, nil-Vote"],
      ["LightClientAttack", {}, "conflicting block is nil"],
      [
        "LightClientAttack",
        { conflicting_block: {} },
        "light client attack evidence is not supported by this node",
      ],
    ];
    for (const [kind, value, words] of refusals) {
      const evidence = { type: `tendermint/${kind}Evidence`, value };
      const refusal = await door.refusal("broadcast_evidence", { evidence });
      assert.deepEqual(refusal, [-32_603, inTrouble + words]);
    }
    assert.deepEqual(await door.refusal("broadcast_evidence"), [
      -32_603,
      "no evidence was provided",
    ]);
  });
});
