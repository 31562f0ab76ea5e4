import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { requestFromJson, requestsFromBody, type RpcRequest } from "../../src/rpc/request.ts";

const structure =
  'struct { JSONRPC string "json:\\"jsonrpc\\""; ID interface {} "json:\\"id,omitempty\\""; ' +
  'Method string "json:\\"method\\""; Params json.RawMessage "json:\\"params\\"" }';

function read(raw: string): RpcRequest | string {
  const request = requestFromJson(raw);
  return request.kind === "ok" ? request.value : request.error.message;
}

function idOf(raw: string): string {
  const request = read(`{"id":${raw},"method":"health"}`);
  if (typeof request === "string") return request;
  return request.kind === "invalid" ? request.error.message : "id" in request ? request.id : "none";
}

function count(body: string): number | string {
  const requests = requestsFromBody(body, 3);
  return requests.kind === "ok" ? requests.value.length : requests.error.code;
}

describe("a request", () => {
  it("keeps its id as it came, whatever whole number or text it is", () => {
    const ids: Readonly<Record<string, string>> = {
      "1": "1",
      "-7": "-7",
      "-0": "0",
      "1e3": "1000",
      "9007199254740993": "9007199254740993",
      "9223372036854775807": "9223372036854775807",
      '"a\\u00e9"': '"aé"',
      '""': '""',
    };
    for (const [raw, id] of Object.entries(ids)) assert.equal(idOf(raw), id);
  });

  it("with an id that is no whole number of 64 bits is invalid, so that no two ids become one", () => {
    for (const raw of ["1.5", "1e30", "9223372036854775808", "-9223372036854775809"]) {
      assert.equal(idOf(raw), `json-rpc ID (${raw}) is not a whole number of 64 bits`);
    }
    const request = requestFromJson('{"id":1.5,"method":"health"}');
    assert.ok(request.kind === "ok" && request.value.kind === "invalid");
    assert.equal(request.value.error.code, "REQUEST_INVALID");
  });

  it("with an id of another type is refused as CometBFT refuses it", () => {
    const prefix = "error unmarshaling request: json-rpc ID";
    assert.equal(idOf("true"), `${prefix} (true) is of unknown type (bool)`);
    assert.equal(idOf("{}"), `${prefix} (map[]) is of unknown type (map[string]interface {})`);
    assert.equal(idOf("[]"), `${prefix} ([]) is of unknown type ([]interface {})`);
  });

  it("without an id is a notification", () => {
    for (const raw of ['{"method":"health"}', '{"id":null,"method":"health"}', "{}", "null"]) {
      assert.deepEqual(read(raw), { kind: "notification" }, raw);
    }
  });

  it("is found whatever the case of its members, the last of equal ones winning", () => {
    assert.deepEqual(read('{"ID":1,"Method":"a","METHOD":"b","params":{}}'), {
      kind: "call",
      id: "1",
      method: "b",
      params: "{}",
    });
  });

  it("of another kind is refused in Go's words", () => {
    const into = `into Go value of type ${structure}`;
    const prefix = "error unmarshaling request: json: cannot unmarshal";
    assert.equal(read("5"), `${prefix} number ${into}`);
    assert.equal(read('"x"'), `${prefix} string ${into}`);
    assert.equal(read("[]"), `${prefix} array ${into}`);
    const field = "into Go struct field .method of type string";
    assert.equal(read('{"id":1,"method":5}'), `${prefix} number ${field}`);
  });

  it("comes alone or in a batch, of which an unreadable one spoils the whole", () => {
    const call = '{"id":1,"method":"health"}';
    assert.equal(count(call), 1);
    assert.equal(count(` [ ${call} , ${call} ] `), 2);
    assert.equal(count("[]"), 0);
    assert.equal(count("null"), 0);
    assert.equal(count("[null]"), 1);
    assert.equal(count(`[${call},5]`), "PARSE");
    assert.equal(count(`[${call},${call},${call},${call}]`), "REQUEST_INVALID");
    assert.equal(count("{"), "PARSE");
  });

  it("over the limit of a batch is told the limit", () => {
    const requests = requestsFromBody(`[${Array<string>(1000).fill("{}").join(",")}]`, 100);
    assert.ok(requests.kind === "refused");
    assert.equal(
      requests.error.message,
      "batch request exceeds maximum (100) allowed number of requests",
    );
  });
});
