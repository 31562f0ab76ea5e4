import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { encryptKeystoreJson } from "ethers";
import {
  changePassword,
  deleteKey,
  exitCodes,
  exportKey,
  importKey,
  listKeys,
  newKey,
  showKey,
} from "@pyralog/wallet-cli/commands";
import { aWallet, password, type Wallet } from "./a-wallet.ts";

const words = "test test test test test test test test test test test junk";
const wordsAddress = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const importOptions = { name: "ann", index: "0", privateKey: false, keystore: undefined };

describe("pyralog keys", function () {
  this.timeout(20_000);
  let wallet: Wallet;

  beforeEach(() => {
    wallet = aWallet();
  });

  afterEach(() => wallet.remove());

  it("new: shows 24 words once and keeps them encrypted", async () => {
    const made = await wallet.run((context) => newKey(context, { name: "ann", words: "24" }), {
      passwordFile: wallet.passwordFile,
      json: true,
    });
    assert.equal(made.exit, exitCodes.done, made.error);
    const mnemonic = /"mnemonic":"([a-z ]+)"/.exec(made.out)?.[1] ?? "";
    assert.equal(mnemonic.split(" ").length, 24);
    const exported = await wallet.run(
      (context) => exportKey(context, { name: "ann", phrase: true }),
      { passwordFile: wallet.passwordFile, yes: true, json: true },
    );
    assert.ok(exported.out.includes(mnemonic));
  });

  it("new: asks for a password twice, and stores nothing when the two differ", async () => {
    const act = (answers: readonly string[]): ReturnType<Wallet["run"]> =>
      wallet.run((context) => newKey(context, { name: "ann", words: "12" }), { answers });
    const differing = await act([password, "another horse"]);
    assert.equal(differing.exit, exitCodes.usage);
    const none = await wallet.run((context) => listKeys(context), { json: true });
    assert.equal(none.out.trim(), '{"keys":[]}');
    const agreed = await act([password, password]);
    assert.equal(agreed.exit, exitCodes.done);
    assert.equal(agreed.questions.length, 2);
  });

  it("new: refuses a number of words that BIP-39 does not have here, and a name that is taken", async () => {
    const odd = await wallet.run((context) => newKey(context, { name: "ann", words: "13" }));
    assert.equal(odd.exit, exitCodes.usage);
    await wallet.addKey("ann");
    const taken = await wallet.run((context) => newKey(context, { name: "ann", words: "12" }));
    assert.equal(taken.exit, exitCodes.usage);
    assert.deepEqual(taken.questions, []);
  });

  it("import: finds the account of a phrase that is typed, never given as an argument", async () => {
    const made = await wallet.run((context) => importKey(context, importOptions), {
      passwordFile: wallet.passwordFile,
      answers: [words],
      json: true,
    });
    assert.equal(made.exit, exitCodes.done, made.error);
    assert.ok(made.out.includes(wordsAddress));
    assert.ok(!(made.out + made.error).includes("junk"));
  });

  it("import: takes a secret key, and another wallet's file", async () => {
    const privateKey = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
    const typed = await wallet.run(
      (context) => importKey(context, { ...importOptions, privateKey: true }),
      { passwordFile: wallet.passwordFile, answers: [privateKey], json: true },
    );
    assert.ok(typed.out.includes(wordsAddress), typed.error);
    const path = join(wallet.home, "elsewhere.json");
    const account = { address: wordsAddress, privateKey };
    writeFileSync(path, await encryptKeystoreJson(account, "theirs", { scrypt: { N: 1024 } }));
    const read = await wallet.run(
      (context) => importKey(context, { ...importOptions, name: "ben", keystore: path }),
      { passwordFile: wallet.passwordFile, answers: ["theirs"], json: true },
    );
    assert.ok(read.out.includes(wordsAddress), read.error);
  });

  it("import: refuses words, keys, files and places that are none", async () => {
    const acts = [
      { options: importOptions, answers: ["one two three"] },
      { options: { ...importOptions, privateKey: true }, answers: ["0x00"] },
      { options: { ...importOptions, keystore: "/nowhere" }, answers: [] },
      { options: { ...importOptions, index: "-1" }, answers: [words] },
    ];
    for (const { options, answers } of acts) {
      const refused = await wallet.run((context) => importKey(context, options), { answers });
      assert.equal(refused.exit, exitCodes.usage, JSON.stringify(options));
    }
  });

  it("list and show: both spellings of the address, without a password", async () => {
    const address = await wallet.addKey("ann");
    for (const shown of [
      await wallet.run((context) => listKeys(context)),
      await wallet.run((context) => showKey(context, "ann")),
    ]) {
      assert.equal(shown.exit, exitCodes.done);
      assert.ok(shown.out.includes(address) && /0x[0-9a-fA-F]{40}/.test(shown.out));
      assert.deepEqual(shown.questions, []);
    }
  });

  it("export: asks twice before it asks for the password", async () => {
    await wallet.addKey("ann");
    const act = (answers: readonly (string | boolean)[]): ReturnType<Wallet["run"]> =>
      wallet.run((context) => exportKey(context, { name: "ann", phrase: false }), { answers });
    const once = await act([true, false]);
    assert.equal(once.exit, exitCodes.refusedByUser);
    assert.equal(once.out, "");
    const twice = await act([true, true, password]);
    assert.match(twice.out, /^0x[0-9a-f]{64}\n$/);
    assert.equal(twice.questions.length, 3);
  });

  it("delete: only after a yes", async () => {
    await wallet.addKey("ann");
    const act = (answer: boolean): ReturnType<Wallet["run"]> =>
      wallet.run((context) => deleteKey(context, "ann"), { answers: [answer] });
    assert.equal((await act(false)).exit, exitCodes.refusedByUser);
    assert.equal((await act(true)).exit, exitCodes.done);
    assert.equal((await act(true)).exit, exitCodes.usage);
  });

  it("change-password: the new one opens the key", async () => {
    await wallet.addKey("ann");
    const options = { name: "ann", newPasswordFile: undefined };
    const changed = await wallet.run((context) => changePassword(context, options), {
      answers: [password, "another horse", "another horse"],
    });
    assert.equal(changed.exit, exitCodes.done, changed.error);
    const exported = await wallet.run(
      (context) => exportKey(context, { name: "ann", phrase: false }),
      { yes: true, answers: ["another horse"] },
    );
    assert.equal(exported.exit, exitCodes.done);
  });
});
