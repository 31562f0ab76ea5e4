import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { ClientError, createRpc, type ClientErrorCode } from "@pyralog/wallet-cli/client";

function answering(body: string, status = 200): typeof fetch {
  return () => Promise.resolve(new Response(body, { status }));
}

function refusesWith(code: ClientErrorCode, message: RegExp): (error: unknown) => boolean {
  return (error) =>
    error instanceof ClientError && error.code === code && message.test(error.message);
}

describe("createRpc", () => {
  it("posts JSON-RPC 2.0 and gives back the result", async () => {
    const bodies: string[] = [];
    const rpc = createRpc("http://node", {
      fetch: (_, init) => {
        if (typeof init?.body === "string") bodies.push(init.body);
        return Promise.resolve(new Response('{"jsonrpc":"2.0","id":1,"result":{"a":1}}'));
      },
    });
    assert.deepEqual(await rpc.call("status", { height: "5" }), { a: 1 });
    assert.deepEqual(bodies, [
      '{"jsonrpc":"2.0","id":1,"method":"status","params":{"height":"5"}}',
    ]);
  });

  it("RPC_REFUSED: gives the readable text that CometBFT puts into data", async () => {
    const body =
      '{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"Internal error","data":"tx not found"}}';
    const rpc = createRpc("http://node", { fetch: answering(body) });
    await assert.rejects(rpc.call("tx"), refusesWith("RPC_REFUSED", /^tx not found$/));
  });

  it("NODE_UNREACHABLE: names the URL and the command that starts a network", async () => {
    const rpc = createRpc("http://node:1", {
      fetch: () => Promise.reject(new TypeError("fetch failed")),
    });
    await assert.rejects(
      rpc.call("status"),
      refusesWith("NODE_UNREACHABLE", /http:\/\/node:1.*`npm start`/),
    );
  });

  it("NODE_UNREACHABLE: what answers is no node", async () => {
    for (const body of ["<html>", "{}", "[]", "null", '{"jsonrpc":"1.0"}']) {
      const rpc = createRpc("http://node", { fetch: answering(body) });
      await assert.rejects(rpc.call("status"), refusesWith("NODE_UNREACHABLE", /no node answers/));
    }
  });
});
