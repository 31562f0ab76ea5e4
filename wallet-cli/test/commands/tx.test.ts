import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "mocha";
import { decryptKeystoreJson } from "ethers";
import { exitCodes, sendTx, showTx, waitTx } from "@pyralog/wallet-cli/commands";
import { Keystore } from "@pyralog/wallet-cli/keystore";
import { aWallet, password, type Wallet } from "./a-wallet.ts";

const pyr = 10n ** 18n;
const send = { to: "bob", amount: "1.5pyr" };

describe("pyralog tx", function () {
  this.timeout(20_000);
  let wallet: Wallet;
  let alice = "";
  let bob = "";

  before(async () => {
    wallet = aWallet();
    alice = await wallet.addKey("alice");
    bob = await wallet.addKey("bob");
    await wallet.addKey("devon", { dev: true });
  });

  after(() => wallet.remove());

  beforeEach(() => {
    const { chain } = wallet;
    chain.accounts.clear();
    chain.fund(alice, 10n * pyr);
    chain.checked = { code: 0, codespace: "", log: "" };
    chain.delivered = chain.checked;
    chain.makesBlocks = true;
    chain.dev = true;
    chain.asked.splice(0);
  });

  const ready = (): { readonly from: string; readonly passwordFile: string } => ({
    from: "alice",
    passwordFile: wallet.passwordFile,
  });

  it("sends: the chain accepts the signature and moves the coins and the fee", async () => {
    const sent = await wallet.run((context) => sendTx(context, send), {
      ...ready(),
      yes: true,
      json: true,
    });
    assert.equal(sent.exit, exitCodes.done, sent.error);
    assert.equal(wallet.chain.balance(bob), (3n * pyr) / 2n);
    const fee = 42_000n * 10n ** 9n;
    assert.equal(wallet.chain.balance(alice), 10n * pyr - (3n * pyr) / 2n - fee);
    const answer: unknown = JSON.parse(sent.out);
    assert.ok(typeof answer === "object" && answer !== null);
    assert.deepEqual(Object.keys(answer).toSorted(), [
      "code",
      "codespace",
      "gasUsed",
      "hash",
      "height",
      "log",
    ]);
  });

  it("shows who does what in both units, the highest fee and what becomes public", async () => {
    const sent = await wallet.run((context) => sendTx(context, send), {
      ...ready(),
      memo: "for the cake",
      answers: [true],
    });
    assert.equal(sent.exit, exitCodes.done);
    for (const part of [
      "alice, pyr1",
      "bob, pyr1",
      "1.5 PYR (1500000000000000000apyr)",
      "Highest fee: 0.000042 PYR (42000000000000apyr), for 42000 gas",
      'Public for ever: both addresses, the amounts, the fee and the memo "for the cake"',
    ]) {
      assert.ok(sent.error.includes(part), `${sent.error} lacks ${part}`);
    }
    assert.deepEqual(sent.questions, ["Sign and send it?"]);
  });

  it("keeps standard output to one object, and says everything else on standard error", async () => {
    const sent = await wallet.run((context) => sendTx(context, send), {
      ...ready(),
      yes: true,
      json: true,
    });
    assert.equal(sent.out.trim().split("\n").length, 1);
    assert.match(sent.error, /Highest fee/);
  });

  it("sends nothing when the person says no (exit 4)", async () => {
    const sent = await wallet.run((context) => sendTx(context, send), {
      ...ready(),
      answers: [false],
    });
    assert.equal(sent.exit, exitCodes.refusedByUser);
    assert.ok(!wallet.chain.asked.includes("broadcast_tx_sync"));
  });

  it("sends nothing in a dry run, and asks nothing", async () => {
    const sent = await wallet.run((context) => sendTx(context, send), {
      from: "alice",
      dryRun: true,
      json: true,
    });
    assert.equal(sent.exit, exitCodes.done);
    assert.deepEqual(sent.questions, []);
    assert.ok(!wallet.chain.asked.includes("broadcast_tx_sync"));
    assert.match(sent.out, /"hash":null.*"gasLimit":42000/);
  });

  it("takes gas and fees as given, without a simulation", async () => {
    const sent = await wallet.run((context) => sendTx(context, send), {
      from: "alice",
      dryRun: true,
      json: true,
      gas: "77",
      fees: "0.5pyr",
    });
    assert.match(sent.out, /"gasUsed":null.*"gasLimit":77.*"amount":"500000000000000000"/);
  });

  it("rounds the gas limit up to 1.4 times what was simulated", async () => {
    wallet.chain.gasUsed = 30_001n;
    const sent = await wallet.run((context) => sendTx(context, send), {
      from: "alice",
      dryRun: true,
      json: true,
    });
    wallet.chain.gasUsed = 30_000n;
    assert.match(sent.out, /"gasLimit":42002/);
  });

  it("does not wait with --wait pool or none", async () => {
    for (const wait of ["pool", "none"]) {
      const sent = await wallet.run((context) => sendTx(context, send), {
        ...ready(),
        yes: true,
        json: true,
        wait,
      });
      assert.equal(sent.exit, exitCodes.done);
      assert.match(sent.out, /"height":null/);
    }
    assert.ok(!wallet.chain.asked.includes("tx"));
    assert.ok(wallet.chain.asked.includes("broadcast_tx_async"));
  });

  it("ends with 1 when the block says that it failed, and still answers", async () => {
    wallet.chain.delivered = { code: 11, codespace: "sdk", log: "out of gas" };
    const sent = await wallet.run((context) => sendTx(context, send), {
      ...ready(),
      yes: true,
      json: true,
    });
    assert.equal(sent.exit, exitCodes.failedOnChain);
    assert.match(sent.out, /^\{"hash":"[0-9A-F]{64}","height":8,"code":11,/);
    assert.match(sent.error, /failed in block 8: out of gas; its fee is paid/);
  });

  it("ends with 1 when the pool refuses it, with what to do", async () => {
    wallet.chain.checked = {
      code: 13,
      codespace: "sdk",
      log: "insufficient fees; required: 9apyr",
    };
    const sent = await wallet.run((context) => sendTx(context, send), {
      ...ready(),
      yes: true,
      json: true,
    });
    assert.equal(sent.exit, exitCodes.failedOnChain);
    assert.match(sent.out, /"height":null,"code":13/);
    assert.match(sent.error, /--fees/);
  });

  it("ends with 6 when the chain says that the funds are short", async () => {
    wallet.chain.delivered = { code: 5, codespace: "sdk", log: "spendable balance is smaller" };
    const sent = await wallet.run((context) => sendTx(context, send), { ...ready(), yes: true });
    assert.equal(sent.exit, exitCodes.fundsInsufficient);
  });

  it("ends with 6 before it asks, when amount and fee are more than there is", async () => {
    for (const amount of ["11pyr", "10pyr", "9.99999pyr"]) {
      const sent = await wallet.run((context) => sendTx(context, { to: "bob", amount }), {
        ...ready(),
        json: true,
      });
      assert.equal(sent.exit, exitCodes.fundsInsufficient, amount);
      assert.deepEqual(sent.questions, []);
      assert.match(sent.out, /"error":\{"code":"FUNDS_INSUFFICIENT"/);
    }
  });

  it("ends with 6 for a key that the chain has not met", async () => {
    const sent = await wallet.run((context) => sendTx(context, send), { ...ready(), from: "bob" });
    assert.equal(sent.exit, exitCodes.fundsInsufficient);
    assert.match(sent.error, /has no account on this chain yet/);
  });

  it("ends with 5 when no block holds it in time", async () => {
    const hash = "AB".repeat(32);
    const waited = await wallet.run((context) => waitTx(context, { hash, timeout: "0" }), {
      json: true,
    });
    assert.equal(waited.exit, exitCodes.notFinal);
    assert.match(waited.out, new RegExp(`^\\{"hash":"${hash}","height":null`));
    assert.match(waited.error, /pyralog tx wait AB/);
  });

  it("ends with 2 for what cannot be meant", async () => {
    for (const [to, amount] of [
      ["bob", "1.5"],
      ["bob", "1.5btc"],
      ["bob", "-1pyr"],
      ["bob", "1e3pyr"],
      ["bob", "0.0000000000000000001pyr"],
      ["bob", "0.5apyr"],
      ["nobody", "1pyr"],
      ["pyr1qqqqqq", "1pyr"],
      ["0x12", "1pyr"],
      ["../bob", "1pyr"],
    ] as const) {
      const sent = await wallet.run((context) => sendTx(context, { to, amount }), ready());
      assert.equal(sent.exit, exitCodes.usage, `${to} ${amount}: ${sent.error}`);
    }
    for (const options of [{ gas: "many" }, { gas: "0" }, { fees: "x" }, { wait: "long" }]) {
      const sent = await wallet.run((context) => sendTx(context, send), { ...ready(), ...options });
      assert.equal(sent.exit, exitCodes.usage, JSON.stringify(options));
    }
  });

  it("ends with 2 for a wrong password, without sending", async () => {
    const sent = await wallet.run((context) => sendTx(context, send), {
      from: "alice",
      answers: [true, "wrong horse"],
    });
    assert.equal(sent.exit, exitCodes.usage);
    assert.ok(!wallet.chain.asked.includes("broadcast_tx_sync"));
  });

  it("refuses a development key on any chain that is not one for development", async () => {
    wallet.chain.dev = false;
    const sent = await wallet.run((context) => sendTx(context, send), {
      ...ready(),
      from: "devon",
      yes: true,
      json: true,
    });
    assert.equal(sent.exit, exitCodes.usage);
    assert.match(sent.out, /DEV_KEY_REFUSED/);
  });

  it("shows in plain words what a transaction did", async () => {
    const sent = await wallet.run((context) => sendTx(context, send), {
      ...ready(),
      yes: true,
      json: true,
      memo: "\u001B[31mred",
    });
    const hash = /"hash":"(\w+)"/.exec(sent.out)?.[1] ?? "";
    const shown = await wallet.run((context) => showTx(context, hash.toLowerCase()));
    assert.equal(shown.exit, exitCodes.done);
    assert.ok(shown.out.includes(`send  1.5 PYR from ${alice} to ${bob}`), shown.out);
    assert.ok(!shown.out.includes("\u001B"), "a memo cannot paint the terminal");
    const unknown = await wallet.run((context) => showTx(context, "00".repeat(32)));
    assert.equal(unknown.exit, exitCodes.failedOnChain);
  });

  it("never says a secret: neither password, nor secret key, nor phrase", async () => {
    const text = new Keystore(wallet.home).text("alice");
    const { privateKey, mnemonic } = await decryptKeystoreJson(text, password);
    const sent = await wallet.run((context) => sendTx(context, send), {
      from: "alice",
      answers: [true, password],
    });
    assert.equal(sent.exit, exitCodes.done, sent.error);
    const said = sent.out + sent.error + sent.questions.join("\n");
    assert.ok(!said.includes(privateKey.slice(2)) && !said.includes(password));
    assert.ok(!said.includes(mnemonic?.entropy.slice(2) ?? "?"));
  });
});
