import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, it } from "mocha";
import fc from "fast-check";
import { decryptKeystoreJson, encryptKeystoreJson } from "ethers";
import { bytesFromHex, hexFromBytes } from "@pyralog/chain/base";
import {
  accountFromPhrase,
  createPhrase,
  decryptKey,
  isKeyName,
  Keystore,
  KeystoreError,
  loadCrypto,
  type KeystoreErrorCode,
  type KeyToAdd,
} from "@pyralog/wallet-cli/keystore";

const homes: string[] = [];
const password = "correct horse";

afterEach(() => {
  for (const home of homes.splice(0)) rmSync(home, { recursive: true });
});

function aHome(): string {
  const home = mkdtempSync(join(tmpdir(), "pyralog-keystore-"));
  homes.push(home);
  return home;
}

async function aKey(name: string): Promise<KeyToAdd & { readonly words: string }> {
  const words = createPhrase(12);
  const account = await accountFromPhrase({ words, index: 0 }, await loadCrypto());
  const { address, publicKey, secretKey } = account;
  return {
    name,
    address,
    publicKey,
    dev: false,
    secret: { secretKey, phrase: { words, index: 0 } },
    words,
  };
}

function refusesWith(code: KeystoreErrorCode): (error: unknown) => boolean {
  return (error) => error instanceof KeystoreError && error.code === code;
}

function dear(kdfparams: unknown): string {
  return JSON.stringify({ version: 3, crypto: { kdf: "scrypt", kdfparams } });
}

describe("Keystore", function () {
  this.timeout(20_000);

  it("gives back what was put in, and nothing without the password", async () => {
    const store = new Keystore(aHome());
    const key = await aKey("ann");
    await store.add([key], password);
    const secret = await store.unlock("ann", password);
    assert.deepEqual(secret, key.secret);
    await assert.rejects(store.unlock("ann", "wrong horse"), refusesWith("PASSWORD_WRONG"));
    const { address, publicKey, dev } = key;
    assert.deepEqual(store.list(), [{ name: "ann", address, publicKey, dev }]);
  });

  it("writes files that ethers opens, with N = 2^17, readable by their owner alone", async () => {
    const home = aHome();
    const store = new Keystore(home);
    const key = await aKey("ann");
    await store.add([key], password);
    const text = store.text("ann");
    assert.match(text, /"n": 131072/);
    const judged = await decryptKeystoreJson(text, password);
    assert.equal(judged.privateKey, `0x${hexFromBytes(key.secret.secretKey)}`);
    assert.equal(statSync(join(home, "keystore", "ann.json")).mode & 0o777, 0o600);
    assert.equal(statSync(join(home, "keystore")).mode & 0o777, 0o700);
  });

  it("never holds a secret in plain", async () => {
    const store = new Keystore(aHome());
    const key = await aKey("ann");
    await store.add([key], password);
    const text = store.text("ann");
    assert.ok(!text.includes(hexFromBytes(key.secret.secretKey)));
    assert.ok(!text.includes(key.words.split(" ").slice(0, 3).join(" ")));
    assert.ok(!text.includes(password));
  });

  it("makes many keys with one derivation, each with its own initial vector", async () => {
    const store = new Keystore(aHome());
    const keys = await Promise.all(["a", "b", "c"].map((name) => aKey(name)));
    await store.add(keys, password);
    const ivs = keys.map(({ name }) => /"iv": "(\w+)"/.exec(store.text(name))?.[1]);
    assert.equal(new Set(ivs).size, 3);
    for (const key of keys) {
      assert.deepEqual(await store.unlock(key.name, password), key.secret);
    }
  });

  it("changes a password so that only the new one opens the key", async () => {
    const home = aHome();
    const store = new Keystore(home);
    const key = await aKey("ann");
    await store.add([key], password);
    await store.changePassword("ann", { from: password, to: "another horse" });
    assert.deepEqual(await store.unlock("ann", "another horse"), key.secret);
    await assert.rejects(store.unlock("ann", password), refusesWith("PASSWORD_WRONG"));
    assert.deepEqual(readdirSync(join(home, "keystore")), ["ann.json"]);
  });

  it("deletes a key", async () => {
    const store = new Keystore(aHome());
    await store.add([await aKey("ann")], password);
    store.delete("ann");
    assert.deepEqual(store.list(), []);
    assert.throws(() => store.delete("ann"), refusesWith("KEY_UNKNOWN"));
  });

  it("KEY_EXISTS: a name that is taken, and the key stays", async () => {
    const store = new Keystore(aHome());
    const key = await aKey("ann");
    await store.add([key], password);
    await assert.rejects(store.add([await aKey("ann")], password), refusesWith("KEY_EXISTS"));
    assert.deepEqual(await store.unlock("ann", password), key.secret);
  });

  it("KEY_UNKNOWN: shows the way to the list", () => {
    assert.throws(
      () => new Keystore(aHome()).show("bob"),
      (error: unknown) =>
        error instanceof KeystoreError &&
        error.code === "KEY_UNKNOWN" &&
        error.message.includes("pyralog keys list"),
    );
  });

  it("PASSWORD_SHORT: before anything is written", async () => {
    const home = aHome();
    const key = await aKey("ann");
    await assert.rejects(new Keystore(home).add([key], "short"), refusesWith("PASSWORD_SHORT"));
    assert.deepEqual(readdirSync(home), []);
  });

  it("KEY_NAME_INVALID: what leads out of the folder, or reads as an address", async () => {
    const store = new Keystore(aHome());
    const key = await aKey("x");
    const names = ["../x", "a/b", "", ".", "a.b", "A", "0xab", "1a", `pyr1${"q".repeat(38)}`];
    for (const name of [...names, "a\0", "x".repeat(33)]) {
      await assert.rejects(
        store.add([{ ...key, name }], password),
        refusesWith("KEY_NAME_INVALID"),
        name,
      );
      assert.throws(() => store.text(name), refusesWith("KEY_NAME_INVALID"));
    }
  });

  it("never takes a name with a separator, a dot or a capital", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        if (isKeyName(name)) assert.match(name, /^[a-z][a-z0-9_-]{0,31}$/);
      }),
    );
  });
});

describe("decryptKey", function () {
  this.timeout(20_000);

  it("opens a file that ethers wrote", async () => {
    const privateKey = `0x${"11".repeat(32)}`;
    const address = "0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a";
    const text = await encryptKeystoreJson({ address, privateKey }, password, {
      scrypt: { N: 1024 },
    });
    assert.deepEqual(await decryptKey(text, password), {
      secretKey: bytesFromHex("11".repeat(32)),
    });
  });

  it("KEY_FILE_INVALID: no JSON, another version, a derivation that costs too much", async () => {
    for (const text of [
      "",
      "{}",
      '{"version":1}',
      '{"version":3}',
      dear({ n: 2 ** 30, r: 8, p: 1 }),
      dear({ n: 2 ** 17, r: 8, p: 1000 }),
      dear({ n: -1, r: 8, p: 1 }),
      dear({ n: "x", r: 8, p: 1 }),
    ]) {
      await assert.rejects(decryptKey(text, password), refusesWith("KEY_FILE_INVALID"), text);
    }
  });

  it("KEY_FILE_INVALID: a stray file in the folder that is no key of ours", () => {
    const home = aHome();
    mkdirSync(join(home, "keystore"));
    writeFileSync(join(home, "keystore", "odd.json"), '{"version":3}');
    assert.throws(
      () => new Keystore(home).list(),
      (error: unknown) =>
        refusesWith("KEY_FILE_INVALID")(error) &&
        error instanceof Error &&
        error.message.startsWith(join(home, "keystore", "odd.json")),
    );
  });
});
