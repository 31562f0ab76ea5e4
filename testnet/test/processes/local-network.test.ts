import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { checkGenesis } from "@pyralog/node/app";
import { homePaths, loadNode } from "@pyralog/node/config";
import { Keystore } from "@pyralog/wallet-cli/keystore";
import { fillKeystore } from "../../src/processes/dev-accounts.ts";
import {
  openLocalNetwork,
  type LocalNetwork,
  type NetworkOptions,
} from "../../src/processes/local-network.ts";
import { saveNetworkFile } from "../../src/processes/network-file.ts";
import { NetworkError, type NetworkErrorCode } from "@pyralog/testnet/processes";

describe("openLocalNetwork", function () {
  this.timeout(20_000);
  let home = "";

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "pyralog-network-"));
  });

  afterEach(() => rmSync(home, { recursive: true }));

  const open = (options: Partial<NetworkOptions> = {}): Promise<LocalNetwork> =>
    openLocalNetwork({
      home,
      clusters: 2,
      reset: false,
      genesisPatch: undefined,
      ...options,
    });

  /** As the session does once its nodes run. */
  const markMade = ({ chainId, prefix, denom }: LocalNetwork): void => {
    const control = join(home, "control.sock");
    const rest = { basePort: 26_656, pid: null, control, clusters: [], accounts: [] };
    saveNetworkFile(home, { chainId, prefix, denom, ...rest });
  };

  const patch = (json: unknown): string => {
    const path = join(home, "patch.json");
    writeFileSync(path, typeof json === "string" ? json : JSON.stringify(json));
    return path;
  };

  const refuses = async (
    options: Partial<NetworkOptions>,
    code: NetworkErrorCode,
  ): Promise<string> => {
    let message = "";
    await assert.rejects(open(options), (error: unknown) => {
      assert.ok(error instanceof NetworkError, String(error));
      ({ message } = error);
      return error.code === code;
    });
    return message;
  };

  it("makes homes that a node starts from, all with one genesis", async () => {
    const network = await open();
    assert.equal(network.chainId, "pyralog-local-1");
    const setups = ["c0n0", "c1n0"].map((name) =>
      loadNode({ home: join(home, name), checkGenesis }),
    );
    assert.deepEqual(setups[0]?.genesis, setups[1]?.genesis);
    assert.deepEqual(
      setups.map(({ nodeKey }) => nodeKey.peerId),
      [...network.peerIds.values()],
    );
    assert.equal(setups[0]?.genesis.validators.length, 2);
  });

  it("funds alice, bob, carol and one operator a cluster, and marks the chain dev", async () => {
    const { accounts } = await open();
    assert.deepEqual(
      accounts.map(({ name }) => name),
      ["alice", "bob", "carol", "op0", "op1"],
    );
    const genesis = readFileSync(homePaths(join(home, "c0n0")).genesis, "utf8");
    assert.match(genesis, /"dev": true/);
    for (const { address } of accounts) assert.ok(genesis.includes(address));
  });

  it("keeps what is secret readable by its owner alone", async () => {
    const { accounts } = await open();
    await fillKeystore(home, accounts);
    const { nodeKey, validatorKey } = homePaths(join(home, "c0n0"));
    const files = ["accounts.json", "dev-password", "keystore/alice.json"];
    for (const path of [...files.map((name) => join(home, name)), nodeKey, validatorKey]) {
      assert.equal(statSync(path).mode & 0o777, 0o600, path);
    }
  });

  it("puts the accounts into the keystore as development keys, once", async () => {
    const { accounts } = await open();
    await fillKeystore(home, accounts);
    await fillKeystore(home, accounts);
    const keys = new Keystore(home).list();
    assert.equal(keys.length, 5);
    assert.ok(keys.every(({ dev }) => dev));
  });

  it("goes on with the same chain and keys the next time", async () => {
    const first = await open();
    markMade(first);
    const { fresh, ...again } = await open({ clusters: undefined });
    assert.equal(fresh, false);
    assert.deepEqual({ ...again, fresh: true }, first);
  });

  it("begins anew with the next chain id, and leaves a person's own key where it is", async () => {
    markMade(await open());
    const keystore = new Keystore(home);
    const [alice] = (await open({ reset: true })).accounts;
    assert.ok(alice !== undefined);
    await fillKeystore(home, [alice]);
    const { dev, ...known } = keystore.show("alice");
    assert.ok(dev);
    const secret = { secretKey: new Uint8Array(32).fill(1) };
    await keystore.add([{ ...known, name: "mine", dev: false, secret }], "correct horse");
    const network = await open({ reset: true });
    assert.equal(network.chainId, "pyralog-local-3");
    assert.deepEqual(
      keystore.list().map(({ name }) => name),
      ["mine"],
    );
  });

  it("merges a patch into the genesis, prefix and token too", async () => {
    const genesisPatch = patch({
      chain_id: "mine-7",
      app_state: { pyralog: { bech32_prefix: "abc", denom: "axyz" } },
    });
    const network = await open({ genesisPatch });
    assert.deepEqual([network.chainId, network.prefix, network.denom], ["mine-7", "abc", "axyz"]);
    assert.ok(network.accounts.every(({ address }) => address.startsWith("abc1")));
    loadNode({ home: join(home, "c0n0"), checkGenesis });
  });

  it("GENESIS_PATCH_INVALID: no JSON, no object, or no genesis that a chain can begin with", async () => {
    await refuses({ genesisPatch: "/nowhere" }, "GENESIS_PATCH_INVALID");
    for (const json of ["{", "[]", { chain_id: "" }, { app_state: { bank: { supply: 1 } } }]) {
      await refuses({ genesisPatch: patch(json) }, "GENESIS_PATCH_INVALID");
    }
    assert.throws(() => statSync(join(home, "c0n0")), { code: "ENOENT" });
  });

  it("NETWORK_DIFFERS: other clusters or another genesis than the network was made with", async () => {
    markMade(await open());
    assert.match(await refuses({ clusters: 3 }, "NETWORK_DIFFERS"), /2 clusters, not 3.*--reset/);
    await refuses({ genesisPatch: patch({}) }, "NETWORK_DIFFERS");
  });

  it("NETWORK_DIFFERS: a network that was not made to its end", async () => {
    await open();
    assert.match(await refuses({}, "NETWORK_DIFFERS"), /not made to its end.*--reset/);
  });

  it("NETWORK_MISSING: the accounts are gone", async () => {
    markMade(await open());
    rmSync(join(home, "accounts.json"));
    await refuses({}, "NETWORK_MISSING");
  });
});
