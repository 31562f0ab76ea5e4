import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { createNativeCrypto, CryptoError, keccak256, type Crypto } from "@pyralog/chain/crypto";
import { loadCrypto } from "#io";

const absent = (): Crypto => createNativeCrypto({ loader: () => assert.fail("no such module") });

const broken = (): Crypto => {
  throw new RangeError("broken");
};

describe("the signature libraries", () => {
  it("are native where there is a build", async () => {
    const { crypto, missing } = await loadCrypto();
    assert.equal(crypto.name, "native");
    assert.equal(missing, undefined);
  });

  it("hash as Ethereum does, and give each answer its own memory", async () => {
    const { crypto } = await loadCrypto();
    const [one, other] = [crypto.keccak256(Uint8Array.of(1)), crypto.keccak256(Uint8Array.of(2))];
    assert.deepEqual([one, other], [keccak256(Uint8Array.of(1)), keccak256(Uint8Array.of(2))]);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (message) => {
        assert.deepEqual(crypto.keccak256(message), keccak256(message));
      }),
    );
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
