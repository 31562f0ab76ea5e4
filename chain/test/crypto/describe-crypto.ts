import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { ed25519 } from "@noble/curves/ed25519.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import fc from "fast-check";
import { it } from "mocha";
import { bytesFromHex, bytesFromText, hexFromBytes } from "@pyralog/chain/base";
import {
  CryptoError,
  ethAddress,
  secp256k1Address,
  sha512,
  type Crypto,
} from "@pyralog/chain/crypto";

interface Wycheproof {
  readonly testGroups: readonly {
    readonly publicKey: { readonly pk?: string; readonly uncompressed?: string };
    readonly tests: readonly {
      readonly tcId: number;
      readonly msg: string;
      readonly sig: string;
      readonly result: string;
    }[];
  }[];
}

interface Zip215Case {
  readonly vk_bytes: string;
  readonly sig_bytes: string;
  readonly valid_zip215: boolean;
}

function textOf(path: string): string {
  return readFileSync(new URL(`../../../testnet/vectors/${path}`, import.meta.url), "utf8");
}

function wycheproof(name: string): Wycheproof {
  return JSON.parse(textOf(`wycheproof/${name}.json`));
}

/** R is y = 1 with the sign bit of x = 0 set: RFC 8032 refuses such a spelling, ZIP-215 does not. */
const ed25519Exceptions: readonly number[] = [151];

const half = secp256k1.Point.CURVE().n / 2n;
const seed = Uint8Array.from({ length: 32 }, (_, index) => index + 1);

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof CryptoError) return error.code;
    throw error;
  }
  return "accepted";
}

/** One suite for every implementation, so that none differs in a verdict. */
export function describeCrypto(create: () => Crypto): void {
  describeEd25519(create);
  describeSecp256k1(create);
}

function describeEd25519(create: () => Crypto): void {
  it("gives the ZIP-215 verdict on all of its 196 vectors", () => {
    const crypto = create();
    const cases: readonly Zip215Case[] = JSON.parse(textOf("zip215/zip215.json"));
    assert.equal(cases.length, 196);
    for (const each of cases) {
      const verdict = crypto.verifyEd25519({
        publicKey: bytesFromHex(each.vk_bytes),
        message: bytesFromText("Zcash"),
        signature: bytesFromHex(each.sig_bytes),
      });
      assert.equal(verdict, each.valid_zip215, each.vk_bytes);
    }
  });

  it("agrees with wycheproof's ed25519 vectors wherever ZIP-215 does", () => {
    const crypto = create();
    const differing: number[] = [];
    for (const group of wycheproof("ed25519_test").testGroups) {
      for (const { tcId, msg, sig, result } of group.tests) {
        const verdict = crypto.verifyEd25519({
          publicKey: bytesFromHex(group.publicKey.pk ?? ""),
          message: bytesFromHex(msg),
          signature: bytesFromHex(sig),
        });
        if (verdict !== (result === "valid")) differing.push(tcId);
      }
    }
    assert.deepEqual(differing, ed25519Exceptions);
  });

  it("gives the verdict of the exact judge on keys and nonces mixed with small-order points", () => {
    const crypto = create();
    for (const key of torsion) {
      for (const nonce of torsion) {
        const signed = torsionSigned({ key, nonce, message: bytesFromText("vote") });
        assert.equal(crypto.verifyEd25519(signed), true);
        const other = { ...signed, message: bytesFromText("veto") };
        assert.equal(crypto.verifyEd25519(other), false);
      }
    }
  });

  it("signs as RFC 8032 does, and accepts its own signatures and no changed ones", () => {
    const crypto = create();
    const publicKey = crypto.ed25519PublicKey(seed);
    assert.deepEqual(publicKey, ed25519.getPublicKey(seed));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(511), (message, bit) => {
        const signature = crypto.signEd25519({ secretKey: seed, message });
        assert.deepEqual(signature, ed25519.sign(message, seed));
        assert.equal(crypto.verifyEd25519({ publicKey, message, signature }), true);
        const changed = Uint8Array.from(signature);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        assert.equal(crypto.verifyEd25519({ publicKey, message, signature: changed }), false);
      }),
      { numRuns: 20 },
    );
  });

  it("refuses a key or a signature of the wrong length", () => {
    const crypto = create();
    const publicKey = crypto.ed25519PublicKey(seed);
    const message = bytesFromText("vote");
    const signature = crypto.signEd25519({ secretKey: seed, message });
    const long = Uint8Array.from([...signature, 0]);
    for (const wrong of [new Uint8Array(0), signature.subarray(0, 63), long]) {
      assert.equal(crypto.verifyEd25519({ publicKey, message, signature: wrong }), false);
    }
    const short = publicKey.subarray(1);
    assert.equal(crypto.verifyEd25519({ publicKey: short, message, signature }), false);
    assert.equal(
      codeOf(() => crypto.ed25519PublicKey(seed.subarray(1))),
      "SECRET_KEY_INVALID",
    );
  });
}

function describeSecp256k1(create: () => Crypto): void {
  it("agrees with all of wycheproof's bitcoin vectors, once their DER is read strictly", () => {
    const crypto = create();
    judgeAll("ecdsa_secp256k1_sha256_bitcoin_test", (given) => {
      const signature = signatureFromDer(given.signature);
      return signature !== undefined && crypto.verifySecp256k1({ ...given, signature });
    });
  });

  it("agrees with all of wycheproof's p1363 vectors, but refuses every high s", () => {
    const crypto = create();
    judgeAll("ecdsa_secp256k1_sha256_p1363_test", (given) => {
      const verdict = crypto.verifySecp256k1(given);
      if (!isHighS(given.signature)) return verdict;
      assert.equal(verdict, false);
      return crypto.verifySecp256k1({ ...given, signature: withLowS(given.signature) });
    });
  });

  it("signs with RFC 6979 nonces and a low s, the same on every machine", () => {
    const crypto = create();
    const publicKey = crypto.secp256k1PublicKey(seed);
    assert.deepEqual(publicKey, secp256k1.getPublicKey(seed));
    assert.deepEqual(crypto.decompressSecp256k1(publicKey), secp256k1.getPublicKey(seed, false));
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (digest) => {
        const signature = crypto.signSecp256k1Digest({ secretKey: seed, digest });
        assert.deepEqual(signature, secp256k1.sign(digest, seed, { prehash: false }));
        assert.equal(crypto.verifySecp256k1Digest({ publicKey, digest, signature }), true);
        const high = withOtherS(signature);
        assert.equal(crypto.verifySecp256k1Digest({ publicKey, digest, signature: high }), false);
      }),
      { numRuns: 20 },
    );
  });

  it("refuses keys, signatures and digests that are none, without throwing", () => {
    const crypto = create();
    const publicKey = crypto.secp256k1PublicKey(seed);
    const digest = new Uint8Array(32).fill(7);
    const signature = crypto.signSecp256k1Digest({ secretKey: seed, digest });
    const good = { publicKey, digest, signature };
    assert.equal(crypto.verifySecp256k1Digest(good), true);
    for (const wrong of [
      { ...good, signature: new Uint8Array(64) },
      { ...good, signature: new Uint8Array(64).fill(255) },
      { ...good, signature: signature.subarray(1) },
      { ...good, publicKey: new Uint8Array(33) },
      { ...good, publicKey: Uint8Array.of(2, ...new Uint8Array(32).fill(255)) },
      { ...good, publicKey: crypto.decompressSecp256k1(publicKey) },
      { ...good, digest: digest.subarray(1) },
    ]) {
      assert.equal(crypto.verifySecp256k1Digest(wrong), false);
    }
  });

  it("refuses to work with secret keys and points that are none", () => {
    const crypto = create();
    const order = bytesFromHex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
    for (const secretKey of [new Uint8Array(32), order, new Uint8Array(31).fill(1)]) {
      assert.equal(
        codeOf(() => crypto.secp256k1PublicKey(secretKey)),
        "SECRET_KEY_INVALID",
      );
      assert.equal(
        codeOf(() => crypto.signSecp256k1Digest({ secretKey, digest: order })),
        "SECRET_KEY_INVALID",
      );
    }
    for (const publicKey of [new Uint8Array(33), new Uint8Array(65), new Uint8Array(33).fill(2)]) {
      if (secp256k1.utils.isValidPublicKey(publicKey, true)) continue;
      assert.equal(
        codeOf(() => crypto.decompressSecp256k1(publicKey)),
        "PUBLIC_KEY_INVALID",
      );
    }
  });

  it("derives the addresses of Cosmos and of Ethereum from one key", () => {
    const crypto = create();
    const secretKey = new Uint8Array(32);
    secretKey[31] = 1;
    const publicKey = crypto.secp256k1PublicKey(secretKey);
    assert.equal(
      hexFromBytes(secp256k1Address(publicKey)),
      "751e76e8199196d454941c45d1b3a323f1433bd6",
    );
    assert.equal(
      hexFromBytes(ethAddress(crypto.decompressSecp256k1(publicKey))),
      "7e5f4552091a69125d5dfcb7b8c2659029395bdf",
    );
  });
}

const torsion: readonly string[] = [
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "0000000000000000000000000000000000000000000000000000000000000080",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
];

/** Holds under the equation with the cofactor, whatever small-order points were added. */
function torsionSigned(mixed: {
  readonly key: string;
  readonly nonce: string;
  readonly message: Uint8Array;
}): Given {
  const { Point } = ed25519;
  const { BASE } = Point;
  const [secret, blind] = [1234567n, 7654321n];
  const publicKey = BASE.multiply(secret).add(Point.fromHex(mixed.key)).toBytes();
  const nonce = BASE.multiply(blind).add(Point.fromHex(mixed.nonce)).toBytes();
  const digest = sha512(Uint8Array.from([...nonce, ...publicKey, ...mixed.message]));
  const challenge = BigInt(`0x${hexFromBytes(digest.toReversed())}`);
  const s = (blind + challenge * secret) % Point.CURVE().n;
  const tail = bytesFromHex(s.toString(16).padStart(64, "0")).toReversed();
  return {
    publicKey,
    message: mixed.message,
    signature: Uint8Array.from([...nonce, ...tail]),
  };
}

interface Given {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

function judgeAll(name: string, judge: (given: Given) => boolean): void {
  for (const group of wycheproof(name).testGroups) {
    const whole = bytesFromHex(group.publicKey.uncompressed ?? "");
    const publicKey = secp256k1.Point.fromBytes(whole).toBytes(true);
    for (const { tcId, msg, sig, result } of group.tests) {
      const given = { publicKey, message: bytesFromHex(msg), signature: bytesFromHex(sig) };
      assert.equal(judge(given), result === "valid", `case ${tcId}`);
    }
  }
}

/** r ‖ s, or nothing where the bytes are not strict DER of two numbers of the curve's size. */
function signatureFromDer(der: Uint8Array): Uint8Array | undefined {
  try {
    return secp256k1.Signature.fromBytes(der, "der").toBytes("compact");
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function sOf(signature: Uint8Array): bigint {
  return BigInt(`0x${hexFromBytes(signature.subarray(32))}`);
}

function isHighS(signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  const s = sOf(signature);
  return s > half && s < secp256k1.Point.CURVE().n;
}

function withLowS(signature: Uint8Array): Uint8Array {
  return isHighS(signature) ? withOtherS(signature) : signature;
}

function withOtherS(signature: Uint8Array): Uint8Array {
  const s = secp256k1.Point.CURVE().n - sOf(signature);
  const tail = bytesFromHex(s.toString(16).padStart(64, "0"));
  return Uint8Array.from([...signature.subarray(0, 32), ...tail]);
}
