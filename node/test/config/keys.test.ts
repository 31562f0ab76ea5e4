import assert from "node:assert/strict";
import { afterEach, describe, it } from "mocha";
import fc from "fast-check";
import { publicKeyFromRaw } from "@libp2p/crypto/keys";
import { peerIdFromPublicKey } from "@libp2p/peer-id";
import { base64FromBytes, bytesFromHex, hexFromBytes } from "@pyralog/chain/base";
import {
  createNodeKey,
  createValidatorKey,
  jsonFromNodeKey,
  jsonFromValidatorKey,
  lineFromMistake,
  loadNodeKey,
  loadValidatorKey,
} from "@pyralog/node/config";
import { aHome } from "./a-home.ts";

const removals: (() => void)[] = [];

afterEach(() => {
  for (const remove of removals.splice(0)) remove();
});

function nodeKeyPath(nodeKey: string): string {
  const made = aHome({ nodeKey });
  removals.push(() => made.remove());
  return made.paths.nodeKey;
}

function validatorKeyPath(validatorKey: string): string {
  const made = aHome({ validatorKey });
  removals.push(() => made.remove());
  return made.paths.validatorKey;
}

/** RFC 8032, test 1. */
const seed = bytesFromHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
const publicKey = bytesFromHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");

describe("the key files", () => {
  it("give back the keys that they were made from", () => {
    const nodeKey = createNodeKey();
    assert.deepEqual(loadNodeKey(nodeKeyPath(jsonFromNodeKey(nodeKey))), {
      kind: "ok",
      value: nodeKey,
    });
    const key = createValidatorKey();
    assert.deepEqual(loadValidatorKey(validatorKeyPath(jsonFromValidatorKey(key))), {
      kind: "ok",
      value: key,
    });
  });

  it("have CometBFT's form", () => {
    const value = base64FromBytes(Uint8Array.of(...seed, ...publicKey));
    const path = nodeKeyPath(
      JSON.stringify({ priv_key: { type: "tendermint/PrivKeyEd25519", value } }),
    );
    const key = loadNodeKey(path);
    assert.ok(key.kind === "ok");
    assert.equal(hexFromBytes(key.value.publicKey), hexFromBytes(publicKey));
  });

  it("give the peer id that libp2p gives", () => {
    for (let round = 0; round < 20; round++) {
      const key = createNodeKey();
      const judged = peerIdFromPublicKey(publicKeyFromRaw(key.publicKey)).toString();
      assert.equal(key.peerId, judged);
    }
  });

  it("never give two nodes one key", () => {
    assert.notEqual(createNodeKey().peerId, createNodeKey().peerId);
  });
});

describe("the refusals of the key files", () => {
  it("FILE_MISSING", () => {
    const key = loadNodeKey("/nowhere/node_key.json");
    assert.ok(key.kind === "refused" && key.error.code === "FILE_MISSING");
  });

  it("FILE_MALFORMED: no JSON, or no object", () => {
    for (const text of ["{", "[]", "1", ""]) {
      const key = loadNodeKey(nodeKeyPath(text));
      assert.ok(key.kind === "refused" && key.error.code === "FILE_MALFORMED", text);
    }
  });

  it("KEY_FILE_INVALID: a public half that is not the secret's, without showing the secret", () => {
    const value = base64FromBytes(Uint8Array.of(...seed, ...publicKey.toReversed()));
    const key = loadNodeKey(
      nodeKeyPath(JSON.stringify({ priv_key: { type: "tendermint/PrivKeyEd25519", value } })),
    );
    assert.ok(key.kind === "refused" && key.error.code === "KEY_FILE_INVALID");
    assert.ok(!lineFromMistake(key.error).includes(value.slice(0, 8)));
  });

  it("KEY_FILE_INVALID: an address or a public key of another validator", () => {
    const own: unknown = JSON.parse(jsonFromValidatorKey(createValidatorKey()));
    const other: unknown = JSON.parse(jsonFromValidatorKey(createValidatorKey()));
    assert.ok(isObject(own) && isObject(other));
    for (const name of ["address", "pub_key"]) {
      const mixed = { ...own, [name]: other[name] };
      const key = loadValidatorKey(validatorKeyPath(JSON.stringify(mixed)));
      assert.ok(key.kind === "refused" && key.error.code === "KEY_FILE_INVALID");
      assert.equal(key.error.key, name);
    }
  });

  it("KEY_FILE_INVALID: anything else that is JSON", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (json) => {
        const key = loadNodeKey(nodeKeyPath(JSON.stringify(json)));
        assert.ok(key.kind === "refused" && key.error.code === "KEY_FILE_INVALID");
      }),
      { numRuns: 20 },
    );
  });
});

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
