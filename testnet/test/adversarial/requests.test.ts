/** Cases 23 to 26, 28, 29, 32 and 33 of the catalogue of attacks: what clients write. */
import assert from "node:assert/strict";
import { isKeyName } from "@pyralog/wallet-cli/keystore";
import { parseGenesis } from "@pyralog/chain/types";
import { describe, it } from "mocha";
import { Door, errorOf } from "../../../node/test/rpc/door.ts";
import { MemoryChain } from "../../../node/test/rpc/memory-chain.ts";
import { createRoutes } from "../../../node/src/rpc/routes.ts";
import { endpointsPage } from "../../../node/src/rpc/endpoints-page.ts";
import { requestsFromBody } from "../../../node/src/rpc/request.ts";

function aDoor(): Door {
  return new Door(new MemoryChain().backend);
}

function codeOf(body: string): string {
  const requests = requestsFromBody(body, 100);
  return requests.kind === "ok" ? "none" : requests.error.code;
}

/** What stands around whatever must not be read. */
function inside(value: string): string {
  return `{"jsonrpc":"2.0","id":1,"method":"health","params":${value}}`;
}

/** Each is a text of JSON's grammar that went wrong in one place. */
const malformed: readonly string[] = [
  "{ [ ] } , : \" ' \\ / - + . e tru fals nul nan Nan inf _ # @ %".split(" "),
  ["[1 true]", "[1,]", "[,1]", "[,]", "[1,,2]", "[1", "[1}", "[[1]", "]", "[x", '["', '["a'],
  ['{"a"}', '{"a":}', '{"a" 1}', "{:1}", '{"a":1,}', '{"a":1,,"b":2}', "{a:1}", "{'a':1}"],
  ['{"a":1}}', '{"a":1"b":2}', '{"a":1 b}', "{1:1}", "{null:1}", '{"a":/*c*/1}', '{"a":1}//'],
  ["01", "-01", "1.", ".1", "1.e1", "1e", "1e+", "1e-", "+1", "--1", "1e1.5", "0x1", "1_0"],
  ["-", "-x", "- 1", "1a", "Infinity", "-Infinity", "NaN", "0e", "00", "1e1e1", "１", "²"],
  ['"\\x00"', '"\\u"', '"\\u1"', '"\\u12g4"', '"\\a"', '"\\', '"\\ud800\\"', '"\n"', '"\t"'],
  ['"\u0000"', '"\u001f"', "True", "FALSE", "nUll", "undefined", "()", "<a>", "\u0000", "\ufeff1"],
  ["[1]x", "[1]\u0000", "\u000b1", "\u00a01", "1\u2028", "[1;2]", "[1:2]", "{1}", '["a":1]'],
].flat();

describe("what clients write", () => {
  it("case 23: a search has pages of a hundred at most, and no more pages than there are", async () => {
    const chain = new MemoryChain();
    for (let tx = 0; tx < 300; tx++) {
      await chain.backend.pool.submit(new TextEncoder().encode(`k${tx}=v`));
    }
    chain.produce();
    const door = new Door(chain.backend);
    const search = { query: "tx.height>0", prove: true, per_page: "100000" };
    const found = JSON.stringify(await door.result("tx_search", search));
    assert.equal(found.match(/"hash":/g)?.length, 100);
    assert.match(found, /"total_count":"300"/);
    const beyond = await door.refusal("tx_search", { ...search, page: "4" });
    assert.deepEqual(beyond, [-32_603, "page should be within [1, 3] range, given 4"]);
    const long = `tx.height>${"1".repeat(600)}`;
    const refusal = await door.refusal("tx_search", { ...search, query: long });
    assert.deepEqual(refusal, [-32_603, "maximum query length exceeded"]);
  });

  it("case 24: JSON that is none gets -32700, whatever is wrong with it", () => {
    for (const text of malformed) {
      assert.equal(codeOf(inside(text)), "PARSE", JSON.stringify(text));
      if (text !== "") assert.equal(codeOf(text), "PARSE", JSON.stringify(text));
    }
    assert.ok(malformed.length > 100);
  });

  it("case 24: a hundred thousand brackets, a number of 1e400 and a lone surrogate harm nobody", () => {
    for (const bomb of ["[", '{"a":', '[{"":', "[[],"]) {
      assert.equal(codeOf(bomb.repeat(100_000)), "PARSE");
      assert.equal(codeOf(inside(bomb.repeat(100_000))), "PARSE");
    }
    const closed = `${"[".repeat(9_000)}${"]".repeat(9_000)}`;
    assert.equal(codeOf(inside(closed)), "none");
    for (const value of ["[1e400]", '["\\ud800"]', '{"a":1,"a":2}']) {
      assert.equal(codeOf(inside(value)), "none");
    }
  });

  it("case 24: what is read of them gets -32602, not a number that was meant otherwise", async () => {
    const door = aDoor();
    const odd = ["1e400", "1.5", "[]", "{}", "true", '"1e3"', '"0x1"', '"NaN"', '"1.0"'];
    for (const height of [...odd, "9223372036854775808", '"-9223372036854775809"', '"--1"']) {
      const text = `{"jsonrpc":"2.0","id":1,"method":"block","params":{"height":${height}}}`;
      assert.match(JSON.stringify(await door.post(text)), /"code":-32602/, height);
    }
    for (const height of ["-1", "9007199254740993"]) {
      const text = `{"jsonrpc":"2.0","id":1,"method":"block","params":{"height":${height}}}`;
      assert.match(JSON.stringify(await door.post(text)), /"code":-32603/, height);
    }
  });

  it("case 25: an id that is no whole number of 64 bits gets -32600, so that none collide", async () => {
    const door = aDoor();
    for (const id of ["1.5", "1e30", "-1.5", "9223372036854775808", "1e-1", "true", "{}", "[1]"]) {
      const answer = await door.post(`{"jsonrpc":"2.0","id":${id},"method":"health"}`);
      assert.match(JSON.stringify(answer), /"code":-32(600|700)/, id);
    }
    for (const id of ["9007199254740993", "9007199254740992", '"1"', "1"]) {
      const text = `{"jsonrpc":"2.0","id":${id},"method":"health"}`;
      assert.ok(JSON.stringify(await door.post(text)).includes('"result":{}'), id);
    }
  });

  it("case 26: a batch over the limit, or inside another, is refused whole", () => {
    const call = inside("{}");
    const many = `[${Array<string>(101).fill(call).join(",")}]`;
    assert.equal(codeOf(many), "REQUEST_INVALID");
    assert.equal(codeOf(`[[${call}]]`), "PARSE");
    assert.equal(codeOf(`[${call},[${call}]]`), "PARSE");
    assert.equal(codeOf(`[${"1,".repeat(499_999)}1]`), "PARSE");
    assert.equal(codeOf(`[${"{},".repeat(299_999)}{}]`), "REQUEST_INVALID");
  });

  it("case 28: __proto__, constructor and toString are names like others, everywhere", async () => {
    const door = aDoor();
    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty", "prototype"]) {
      const unknown = await door.post({ jsonrpc: "2.0", id: 1, method: name, params: {} });
      assert.deepEqual(errorOf(unknown), [-32_601, undefined], name);
      const params = `{"${name}":{"polluted":true}}`;
      const text = `{"jsonrpc":"2.0","id":1,"method":"health","params":${params},"${name}":{"polluted":1}}`;
      assert.deepEqual(await door.post(text), { jsonrpc: "2.0", id: 1, result: {} });
      const query = await door.post({
        jsonrpc: "2.0",
        id: 1,
        method: "tx_search",
        params: { query: `${name}.x='1'` },
      });
      assert.match(JSON.stringify(query), /"total_count":"0"/);
    }
    assert.equal(Object.hasOwn(Object.prototype, "polluted"), false);
  });

  it("case 28: a genesis document that pollutes is read as data, or refused", () => {
    const text = JSON.stringify({
      genesis_time: "2026-01-01T00:00:00Z",
      chain_id: "a",
      app_state: {},
    });
    const evil = text.replace(
      '"app_state":{}',
      '"app_state":{"__proto__":{"polluted":1}},"__proto__":{"chain_id":"b"}',
    );
    const genesis = parseGenesis(evil);
    if (genesis.kind === "ok") assert.equal(genesis.value.chainId, "a");
    assert.equal(Object.hasOwn(Object.prototype, "polluted"), false);
  });

  it("case 29: no key has a name that is a path", () => {
    for (const name of [
      "..",
      ".",
      "../x",
      "a/b",
      "a\\b",
      "",
      "a\u0000",
      "C:x",
      "a".repeat(200),
      "-a b",
      "%2e%2e",
      "__proto__/x",
    ]) {
      assert.equal(isKeyName(name), false, JSON.stringify(name));
    }
    assert.equal(isKeyName("alice"), true);
  });

  it("case 32: the node holds no keys of users: no method signs, unlocks or changes the node", () => {
    const routes = createRoutesOf(aDoor());
    const dangerous =
      /^(unsafe|dial|personal|eth_|sign|unlock|admin|debug|key|account|export|import)/;
    for (const name of routes.keys()) assert.doesNotMatch(name, dangerous);
    assert.equal(routes.size, 31);
  });

  it("case 33: a host's name stands in the page as text", () => {
    for (const host of [
      "<script>alert(1)</script>",
      '"><img src=x onerror=alert(1)>',
      "'onload=x",
    ]) {
      const page = endpointsPage(createRoutesOf(aDoor()), host);
      assert.ok(!page.includes("<script>") && !page.includes("<img") && !page.includes('"><'));
    }
  });
});

function createRoutesOf(door: Door): ReturnType<typeof createRoutes> {
  return createRoutes({
    backend: new MemoryChain().backend,
    subscriptions: door.subscriptions,
    timers: door.timers,
    queryBytesMax: 512,
    broadcastCommitTimeoutMs: 1,
  });
}
