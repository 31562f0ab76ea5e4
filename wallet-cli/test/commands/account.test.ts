import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import {
  exitCodes,
  getSetting,
  setSetting,
  showAccount,
  showBalance,
  showConfig,
  showStatus,
  unsetSetting,
} from "@pyralog/wallet-cli/commands";
import { aWallet, type Wallet } from "./a-wallet.ts";

const address = "pyr1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq0rh4jx";
const hex = `0x${"00".repeat(20)}`;

describe("pyralog account, status and config", () => {
  let wallet: Wallet;

  beforeEach(() => {
    wallet = aWallet();
  });

  afterEach(() => wallet.remove());

  it("balance: finds one account by either spelling of its address", async () => {
    const bech32 = (await wallet.run((context) => showAccount(context, hex), { json: true })).out;
    const spelled = /"address":"(\w+)"/.exec(bech32)?.[1] ?? "";
    wallet.chain.fund(spelled, 25n * 10n ** 17n);
    for (const who of [
      spelled,
      spelled.toUpperCase(),
      hex,
      hex.toUpperCase().replace("0X", "0x"),
    ]) {
      const shown = await wallet.run((context) => showBalance(context, who), { json: true });
      assert.equal(shown.exit, exitCodes.done, shown.error);
      assert.match(shown.out, /"amount":"2500000000000000000","display":"2\.5 PYR"/);
    }
  });

  it("show: says that the chain has not met an account", async () => {
    const shown = await wallet.run((context) => showAccount(context, hex), { json: true });
    assert.match(shown.out, /"exists":false,"accountNumber":null,"sequence":null/);
  });

  it("refuses an address of another chain, and one with a typing error", async () => {
    for (const who of [address.replace("pyr1", "cosmos1"), address.replace("0rh4jx", "0rh4jz")]) {
      const shown = await wallet.run((context) => showBalance(context, who), { json: true });
      assert.equal(shown.exit, exitCodes.usage);
      assert.match(shown.out, /ADDRESS_INVALID/);
    }
  });

  it("status: gives the node's answer as one object", async () => {
    const shown = await wallet.run((context) => showStatus(context), { json: true });
    assert.deepEqual(JSON.parse(shown.out), {
      node: "http://fake",
      chainId: "fake-1",
      moniker: "fake",
      version: "0.38.25",
      height: 7,
      time: "2026-01-01T00:00:00Z",
      catchingUp: false,
      peers: 3,
      dev: true,
    });
  });

  it("config: sets, gets, shows and forgets a setting", async () => {
    const node = "http://127.0.0.1:1";
    await wallet.run((context) => setSetting(context, { name: "node", value: node }));
    const got = await wallet.run((context) => getSetting(context, "node"), { json: true });
    assert.equal(got.out.trim(), JSON.stringify({ node }));
    const shown = await wallet.run((context) => showConfig(context), { json: true });
    assert.match(shown.out, /"node":"http:\/\/127\.0\.0\.1:1"/);
    await wallet.run((context) => unsetSetting(context, "node"));
    const gone = await wallet.run((context) => getSetting(context, "node"), { json: true });
    assert.equal(gone.out.trim(), '{"node":null}');
  });

  it("config: refuses settings that there are not, and values that cannot be", async () => {
    const odd = await wallet.run((context) => setSetting(context, { name: "nod", value: "x" }));
    assert.equal(odd.exit, exitCodes.usage);
    const url = await wallet.run((context) => setSetting(context, { name: "node", value: "x" }));
    assert.equal(url.exit, exitCodes.usage);
    for (const text of ["{", "[]", '{"nod":"x"}', '{"node":1}']) {
      writeFileSync(join(wallet.home, "wallet.json"), text);
      const shown = await wallet.run((context) => showConfig(context));
      assert.equal(shown.exit, exitCodes.usage, text);
      assert.ok(shown.error.includes(join(wallet.home, "wallet.json")));
    }
  });

  it("finds the node of the local network in its home, unless another is named", async () => {
    const network = { prefix: "pyr", clusters: [{ nodes: [{ rpc: "http://127.0.0.1:7" }] }] };
    writeFileSync(join(wallet.home, "network.json"), JSON.stringify(network));
    const found = await wallet.run((context) => showConfig(context), { json: true });
    assert.match(found.out, /"node":"http:\/\/127\.0\.0\.1:7"/);
    const named = await wallet.run((context) => showConfig(context), {
      json: true,
      node: "http://127.0.0.1:8",
    });
    assert.match(named.out, /"node":"http:\/\/127\.0\.0\.1:8"/);
    const odd = await wallet.run((context) => showConfig(context), { node: "localhost:8" });
    assert.equal(odd.exit, exitCodes.usage);
  });
});
