import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { base64FromBytes } from "@pyralog/chain/base";
import { checkGenesis } from "@pyralog/node/app";
import { init, showNodeId, showValidator, status, validateConfig } from "@pyralog/node/commands";
import { ConfigError, homePaths, loadNode } from "@pyralog/node/config";
import { signRecordPath } from "@pyralog/node/drivers";

describe("pyralogd's verbs on a home", () => {
  let home = "";

  beforeEach(() => {
    home = join(mkdtempSync(join(tmpdir(), "pyralog-init-")), "node");
  });

  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const options = (): { readonly home: string; readonly moniker: string } => ({
    home,
    moniker: "me",
  });

  it("init makes a home that a node starts from: a new chain of this one validator", async () => {
    await init({ ...options(), chainId: "new-1" });
    const { config, genesis, validatorKey } = loadNode({ home, checkGenesis });
    assert.deepEqual([config.general.moniker, genesis.chainId], ["me", "new-1"]);
    assert.deepEqual(
      genesis.validators.map(({ publicKey }) => publicKey.bytes),
      [validatorKey.publicKey],
    );
  });

  it("init puts the sign record where the node looks for it", async () => {
    await init(options());
    const { data, signRecord } = homePaths(home);
    assert.equal(signRecord, join(data, signRecordPath));
    assert.ok(statSync(signRecord).size > 0);
  });

  it("init takes over the genesis of a chain to join", async () => {
    await init({ ...options(), chainId: "theirs-1" });
    const { genesis } = homePaths(home);
    const other = join(home, "other");
    await init({ home: other, moniker: "me", genesis });
    assert.deepEqual(readFileSync(homePaths(other).genesis), readFileSync(genesis));
  });

  it("init keeps both keys readable by their owner alone", async () => {
    await init(options());
    const { nodeKey, validatorKey } = homePaths(home);
    for (const path of [nodeKey, validatorKey]) assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  it("HOME_TAKEN: init never writes over a home, whichever of its files is there", async () => {
    await init(options());
    const { configToml, nodeKey, signRecord } = homePaths(home);
    for (const path of [configToml, nodeKey, signRecord]) {
      const kept = readFileSync(path);
      await assert.rejects(
        init(options()),
        (error: unknown) => error instanceof ConfigError && error.code === "HOME_TAKEN",
      );
      assert.deepEqual(readFileSync(path), kept);
      rmSync(path);
    }
  });

  it("GENESIS_UNUSABLE: init refuses a chain id and a genesis that no chain can begin with", async () => {
    const odd = join(tmpdir(), "pyralog-odd-genesis.json");
    writeFileSync(odd, '{"chain_id":"x","genesis_time":"2026-01-01T00:00:00Z","app_state":1}');
    const mistakes = [
      { chainId: "" },
      { chainId: "x".repeat(51) },
      { genesis: "/nowhere" },
      { genesis: odd },
    ];
    for (const mistake of mistakes) {
      await assert.rejects(init({ ...options(), ...mistake }), { code: "GENESIS_UNUSABLE" });
      assert.ok(!existsSync(home));
    }
    rmSync(odd);
  });

  it("show-node-id and show-validator give what peers and genesis files hold", async () => {
    await init(options());
    const { nodeKey, validatorKey } = loadNode({ home, checkGenesis });
    assert.equal(await showNodeId(home), nodeKey.peerId);
    const shown: unknown = JSON.parse(await showValidator(home));
    assert.deepEqual(shown, {
      type: "tendermint/PubKeyEd25519",
      value: base64FromBytes(validatorKey.publicKey),
    });
  });

  it("refuses a network's home, and names the nodes in it", async () => {
    for (const name of ["c0n0", "c1n0"]) await init({ home: join(home, name), moniker: name });
    for (const verb of [showNodeId, showValidator, validateConfig]) {
      await assert.rejects(verb(home), (error: unknown) => {
        assert.ok(error instanceof ConfigError && error.code === "HOME_OF_NETWORK");
        return error.message.includes("c0n0, c1n0") && error.message.includes("--home");
      });
    }
  });

  it("config validate says one line when all is right, and lists every mistake otherwise", async () => {
    await init(options());
    assert.match(await validateConfig(home), /settings, the genesis of pyralog-1 and both keys/);
    const { configToml, genesis } = homePaths(home);
    writeFileSync(configToml, 'moniker = ""\n[rpc]\nladdr = "x"\n');
    writeFileSync(genesis, "{");
    await assert.rejects(validateConfig(home), (error: unknown) => {
      assert.ok(error instanceof ConfigError);
      return error.mistakes.length === 3;
    });
  });

  it("NODE_UNREACHABLE: status says how to start the node", async () => {
    await assert.rejects(status({ home, node: "http://127.0.0.1:9" }), {
      code: "NODE_UNREACHABLE",
      message: /pyralogd start --home/,
    });
  });
});
