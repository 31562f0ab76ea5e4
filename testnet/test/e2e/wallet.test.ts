import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { parseGenesis, type GenesisDocument } from "@pyralog/chain/types";
import { checkMoney, supplyAtGenesis } from "@pyralog/testnet/scenarios";
import { createRpc, fetchStatus } from "@pyralog/wallet-cli/client";
import { aHome, removeHome, startLocalNetwork, type LocalNetwork } from "./a-local-network.ts";

const pyr = 10n ** 18n;
const funded = 1_000_000n * pyr;

interface TxAnswer {
  readonly hash: string;
  readonly height: number;
  readonly code: number;
  readonly codespace: string;
  readonly gasUsed: number;
  readonly log: string;
}

describe("npx pyralog on a local network", function () {
  this.timeout(60_000);
  let network: LocalNetwork;
  let home = "";

  before(async () => {
    home = aHome();
    network = await startLocalNetwork({ home, clusters: 2 });
  });

  after(async () => {
    await network.stop();
    removeHome(home);
  });

  const balance = (who: string): bigint => {
    const { stdout, stderr } = network.pyralog("account", "balance", who, "--json");
    assert.notEqual(stdout, "", stderr);
    const amount = /"denom":"apyr","amount":"(\d+)"/.exec(stdout)?.[1] ?? "0";
    return BigInt(amount);
  };

  it("sends PYR that is final within the next two blocks, and every balance is right", async () => {
    const begun = await fetchStatus(createRpc(network.rpc(0)));
    const sent = network.pyralog(
      "tx",
      "send",
      "bob",
      "1.5pyr",
      "--from",
      "alice",
      "--yes",
      "--json",
    );
    assert.equal(sent.status, 0, sent.stderr);
    const answer: unknown = JSON.parse(sent.stdout);
    assert.ok(isTxAnswer(answer));
    assert.equal(answer.code, 0);
    assert.ok(BigInt(answer.height) <= begun.height + 3n, "two blocks after the wallet began");
    assert.equal(balance("bob"), funded + (3n * pyr) / 2n);
    const fee = funded - (3n * pyr) / 2n - balance("alice");
    assert.ok(fee > 0n && fee < pyr / 1000n, `a fee of ${fee}apyr`);
    const supply = supplyAtGenesis(genesisIn(home), "apyr");
    for (const [name, index] of [
      ["c0n0", 0],
      ["c1n0", 1],
    ] as const) {
      await checkMoney({ name, rpc: createRpc(network.rpc(index)) }, { denom: "apyr", supply });
    }
    const shown = network.pyralog("tx", "show", answer.hash);
    assert.match(shown.stdout, /send {2}1\.5 PYR from pyr1\w+ to pyr1\w+/);
  });

  it("pays an account that the chain has not met, in either spelling", () => {
    const made = network.pyralog(
      "keys",
      "new",
      "dora",
      "--json",
      "--password-file",
      `${home}/dev-password`,
    );
    assert.equal(made.status, 0, made.stderr);
    const hex = /"hex":"(0x\w+)"/.exec(made.stdout)?.[1] ?? "";
    const sent = network.pyralog("tx", "send", hex, "2pyr", "--from", "alice", "--yes", "--json");
    assert.equal(sent.status, 0, sent.stderr);
    assert.equal(balance("dora"), 2n * pyr);
    const back = network.pyralog(
      "tx",
      "send",
      "alice",
      "1pyr",
      "--from",
      "dora",
      "--yes",
      "--json",
      "--password-file",
      `${home}/dev-password`,
    );
    assert.equal(back.status, 0, back.stderr);
  });

  it("keeps the order of what one account sends without waiting", () => {
    for (const wait of ["pool", "block"]) {
      const sent = network.pyralog(
        "tx",
        "send",
        "carol",
        "1pyr",
        "--from",
        "bob",
        "--yes",
        "--json",
        "--wait",
        wait,
      );
      assert.ok(sent.status === 0 || /sequence/.test(sent.stderr), sent.stderr);
    }
  });

  it("ends with 6 when the money is short, and with 1 when the fee is", () => {
    const short = network.pyralog(
      "tx",
      "send",
      "bob",
      "2000000pyr",
      "--from",
      "carol",
      "--yes",
      "--json",
    );
    assert.equal(short.status, 6);
    assert.match(short.stdout, /FUNDS_INSUFFICIENT/);
    const cheap = network.pyralog(
      "tx",
      "send",
      "bob",
      "1pyr",
      "--from",
      "carol",
      "--yes",
      "--json",
      "--fees",
      "1apyr",
    );
    assert.equal(cheap.status, 1);
    assert.match(cheap.stdout, /"height":null,"code":13,"codespace":"sdk"/);
  });

  it("shows the chain's status, and what it would do without doing it", () => {
    const status = network.pyralog("status", "--json");
    assert.match(status.stdout, /"chainId":"pyralog-local-1".*"dev":true/);
    const earlier = balance("bob");
    const dry = network.pyralog(
      "tx",
      "send",
      "bob",
      "1pyr",
      "--from",
      "carol",
      "--dry-run",
      "--json",
    );
    assert.equal(dry.status, 0, dry.stderr);
    assert.equal(balance("bob"), earlier);
  });
});

function isTxAnswer(json: unknown): json is TxAnswer {
  return (
    typeof json === "object" &&
    json !== null &&
    ["hash", "height", "code", "codespace", "gasUsed", "log"].every((name) => name in json)
  );
}

function genesisIn(home: string): GenesisDocument {
  const parsed = parseGenesis(readFileSync(join(home, "c0n0/config/genesis.json"), "utf8"));
  return parsed.kind === "ok" ? parsed.value : assert.fail(parsed.error.message);
}
