import assert from "node:assert/strict";
import sodium from "libsodium-wrappers";
import { before, describe, it } from "mocha";
import * as secp256k1 from "tiny-secp256k1";
import { createNativeCrypto, createPortableCrypto, type Crypto } from "@pyralog/chain/crypto";
import { describeCrypto } from "./describe-crypto.ts";

const create = (): Crypto => createPortableCrypto({ sodium, secp256k1 });

const absent = (name: string): unknown => {
  if (name === "sodium-native") return sodium;
  throw new Error("no native build");
};

describe("native crypto", () => {
  it("refuses to be made where a native library is missing, and names the library", () => {
    const missing = { code: "NATIVE_MISSING", facts: { library: "secp256k1/bindings" } };
    assert.throws(() => createNativeCrypto({ loader: absent }), missing);
    const empty = { code: "NATIVE_MISSING", facts: { library: "sodium-native" } };
    assert.throws(() => createNativeCrypto({ loader: () => ({}) }), empty);
  });

  it("is the native one", () => {
    assert.equal(createNativeCrypto().name, "native");
  });

  describeCrypto(() => createNativeCrypto());
});

describe("portable crypto", () => {
  before(async () => {
    await sodium.ready;
  });
  it("is the portable one", () => {
    assert.equal(create().name, "portable");
  });

  describeCrypto(create);
});
