import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createNativeCrypto, CryptoError, type Crypto } from "@pyralog/chain/crypto";
import { loadCrypto } from "#io";

const absent = (): Crypto => createNativeCrypto(() => assert.fail("no such module"));

const broken = (): Crypto => {
  throw new RangeError("broken");
};

describe("the signature libraries", () => {
  it("are native where there is a build", async () => {
    const { crypto, missing } = await loadCrypto();
    assert.equal(crypto.name, "native");
    assert.equal(missing, undefined);
  });

  it("are WebAssembly elsewhere, give the same signatures, and say what is missing", async () => {
    const { crypto: native } = await loadCrypto();
    const { crypto, missing } = await loadCrypto({ native: absent });
    assert.equal(crypto.name, "portable");
    assert.equal(missing, "sodium-native");
    const secretKey = new Uint8Array(32).fill(3);
    const message = Uint8Array.of(1, 2, 3);
    const signature = crypto.signEd25519({ secretKey, message });
    assert.deepEqual(signature, new Uint8Array(native.signEd25519({ secretKey, message })));
    const publicKey = native.ed25519PublicKey(secretKey);
    assert.ok(crypto.verifyEd25519({ publicKey, message, signature }));
  });

  it("stop the node where neither loads", async () => {
    await assert.rejects(
      () => loadCrypto({ native: absent, load: () => Promise.reject(new Error("no")) }),
      (error: unknown) => error instanceof CryptoError && error.code === "NATIVE_MISSING",
    );
    await assert.rejects(
      () => loadCrypto({ native: absent, load: () => Promise.resolve({}) }),
      (error: unknown) => error instanceof CryptoError && error.code === "NATIVE_MISSING",
    );
  });

  it("do not hide another failure", async () => {
    await assert.rejects(() => loadCrypto({ native: broken }), RangeError);
  });
});
