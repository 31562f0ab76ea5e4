import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "mocha";
import fc from "fast-check";
import { HDKey } from "@scure/bip32";
import { entropyToMnemonic, mnemonicToSeedWebcrypto } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { HDNodeWallet } from "ethers";
import { bytesFromHex, hexFromBytes } from "@pyralog/chain/base";
import { CryptoError } from "@pyralog/chain/crypto";
import {
  accountFromPhrase,
  accountFromSecretKey,
  createPhrase,
  KeystoreError,
  loadCrypto,
  secretKeyFromHex,
} from "@pyralog/wallet-cli/keystore";

const vectorsPath = new URL("../../../testnet/vectors/bip39/vectors.json", import.meta.url);
const hardhatWords = "test test test test test test test test test test test junk";

function englishVectors(): readonly (readonly string[])[] {
  const file: unknown = JSON.parse(readFileSync(vectorsPath, "utf8"));
  assert.ok(typeof file === "object" && file !== null && "english" in file);
  assert.ok(Array.isArray(file.english));
  return file.english.map((row: unknown) => {
    assert.ok(Array.isArray(row));
    return row.map(String);
  });
}

describe("accountFromPhrase", () => {
  it("stands on libraries that agree with all of BIP-39's published vectors", async () => {
    const vectors = englishVectors();
    assert.equal(vectors.length, 24);
    for (const [entropy = "", words = "", seed, extended] of vectors) {
      assert.equal(entropyToMnemonic(bytesFromHex(entropy), wordlist), words);
      const made = await mnemonicToSeedWebcrypto(words, "TREZOR");
      assert.equal(hexFromBytes(made), seed);
      assert.equal(HDKey.fromMasterSeed(made).privateExtendedKey, extended);
    }
  });

  it("finds the accounts that every Ethereum wallet finds under a phrase", async () => {
    const crypto = await loadCrypto();
    const known = [
      "f39fd6e51aad88f6f4ce6ab8827279cfffb92266",
      "70997970c51812dc3a010c7d01b50e0d17dc79c8",
    ];
    for (const [index, address] of known.entries()) {
      const account = await accountFromPhrase({ words: hardhatWords, index }, crypto);
      assert.equal(hexFromBytes(account.address), address);
    }
  });

  it("agrees with ethers on phrases of both lengths", async () => {
    const crypto = await loadCrypto();
    for (const count of [12, 24] as const) {
      const words = createPhrase(count);
      assert.equal(words.split(" ").length, count);
      const account = await accountFromPhrase({ words, index: 3 }, crypto);
      const judge = HDNodeWallet.fromPhrase(words, "", "m/44'/60'/0'/0/3");
      assert.equal(`0x${hexFromBytes(account.address)}`, judge.address.toLowerCase());
      assert.equal(`0x${hexFromBytes(account.publicKey)}`, judge.publicKey);
    }
  });

  it("forgives capitals and spaces, which no word list has", async () => {
    const crypto = await loadCrypto();
    const words = `  ${hardhatWords.toUpperCase().replaceAll(" ", "  ")}\n`;
    const account = await accountFromPhrase({ words, index: 0 }, crypto);
    assert.match(hexFromBytes(account.address), /^f39fd6e5/);
  });

  it("never makes the same phrase twice", () => {
    assert.equal(new Set(Array.from({ length: 50 }, () => createPhrase(12))).size, 50);
  });

  it("MNEMONIC_INVALID: one wrong word, without repeating the words", async () => {
    const crypto = await loadCrypto();
    const words = hardhatWords.replace("junk", "zoo");
    await assert.rejects(accountFromPhrase({ words, index: 0 }, crypto), (error: unknown) => {
      assert.ok(error instanceof KeystoreError && error.code === "MNEMONIC_INVALID");
      return !error.message.includes("zoo");
    });
  });
});

describe("accountFromSecretKey", () => {
  it("SECRET_KEY_INVALID: zero, the group's order, and other lengths", async () => {
    const crypto = await loadCrypto();
    const order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    for (const secret of ["00".repeat(32), order, "01", ""]) {
      assert.throws(
        () => accountFromSecretKey(bytesFromHex(secret), crypto),
        (error: unknown) => error instanceof KeystoreError && error.code === "SECRET_KEY_INVALID",
      );
    }
  });

  it("SECRET_KEY_INVALID: a text that is not 64 digits, without repeating it", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 5 }).filter((text) => !/^\s*(?:0x)?[0-9a-fA-F]{64}\s*$/.test(text)),
        (text) => {
          assert.throws(
            () => secretKeyFromHex(text),
            (error: unknown) => error instanceof KeystoreError && !error.message.includes(text),
          );
        },
      ),
    );
  });
});

describe("loadCrypto", () => {
  it("derives the same account from the portable library", async () => {
    const native = await loadCrypto();
    const portable = await loadCrypto(() => {
      throw new CryptoError({ code: "NATIVE_MISSING" });
    });
    assert.deepEqual([native.name, portable.name], ["native", "portable"]);
    const secretKey = bytesFromHex("01".repeat(32));
    assert.deepEqual(
      accountFromSecretKey(secretKey, portable),
      accountFromSecretKey(secretKey, native),
    );
  });
});
