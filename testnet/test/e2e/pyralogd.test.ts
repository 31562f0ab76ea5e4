import assert from "node:assert/strict";
import { spawn, spawnSync, type SpawnSyncReturns } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, it } from "mocha";
import { init } from "@pyralog/node/commands";
import { homePaths } from "@pyralog/node/config";
import { createRpc, fetchStatus } from "@pyralog/wallet-cli/client";
import { aHome, removeHome } from "./a-local-network.ts";

const bin = fileURLToPath(new URL("../../../node/bin/pyralogd.js", import.meta.url));
const ports = [
  "--rpc.laddr=tcp://127.0.0.1:21957",
  "--p2p.laddr=tcp://127.0.0.1:21956",
  "--instrumentation.prometheus_listen_addr=tcp://127.0.0.1:21960",
];
const url = "http://127.0.0.1:21957";

function replace(path: string, change: (text: string) => string): void {
  writeFileSync(path, change(readFileSync(path, "utf8")));
}

describe("pyralogd start", function () {
  this.timeout(60_000);
  let home = "";

  beforeEach(async () => {
    home = join(aHome(), "node");
    await init({ home, moniker: "me", chainId: "alone-1" });
  });

  afterEach(() => removeHome(home));

  const start = (...args: readonly string[]): SpawnSyncReturns<string> =>
    spawnSync(process.execPath, [bin, "start", "--home", home, ...args], { encoding: "utf8" });

  const filesOf = (): readonly string[] =>
    readdirSync(home, { recursive: true, encoding: "utf8" }).toSorted();

  const mistakes: readonly {
    readonly name: string;
    readonly make: () => void;
    readonly line: RegExp;
    readonly args?: readonly string[];
  }[] = [
    {
      name: "a value that cannot be",
      make: () => replace(homePaths(home).configToml, (text) => text.replace('"1s"', '"soon"')),
      line: /config\.toml: consensus\.timeout_\w+ = "soon": is not a duration; write a duration/,
    },
    {
      name: "a key that is none",
      make: () => replace(homePaths(home).appToml, (text) => text.replace("versions", "version")),
      line: /app\.toml: state\.version = 100: is no setting.*did you mean state\.versions/,
    },
    {
      name: "a file that is no TOML",
      make: () => writeFileSync(homePaths(home).configToml, "moniker = "),
      line: /config\.toml: line 1, column \d+: .*; correct the line/,
    },
    {
      name: "a flag that cannot be",
      make: () => undefined,
      args: ["--rpc.laddr=everywhere"],
      line: /command line: rpc\.laddr = "everywhere": is not an address.*; write/,
    },
    {
      name: "a genesis that is no JSON",
      make: () => writeFileSync(homePaths(home).genesis, "{"),
      line: /genesis\.json = .*; write JSON/,
    },
    {
      name: "a genesis value that CometBFT refuses",
      make: () =>
        replace(homePaths(home).genesis, (text) => text.replace('"power": "100"', '"power": "0"')),
      line: /genesis\.json: validators\[0\]\.power = .*0.*; write more than 0/,
    },
    {
      name: "a genesis value that the application refuses",
      make: () => replace(homePaths(home).genesis, (text) => text.replace('"pyr"', '"PYR"')),
      line: /genesis\.json: app_state\.pyralog\.bech32_prefix = .*PYR.*; write lower-case/,
    },
    {
      name: "a key file that is not whole",
      make: () => writeFileSync(homePaths(home).validatorKey, "{}"),
      line: /priv_validator_key\.json: priv_key = \(hidden\): .*; restore the file/,
    },
  ];

  for (const { name, make, line, args = [] } of mistakes) {
    it(`ends with 1 and one line on ${name}, before anything is written`, () => {
      make();
      const before = filesOf();
      const { status, stdout, stderr } = start(...args);
      assert.equal(status, 1);
      assert.equal(stdout, "");
      assert.equal(stderr.trim().split("\n").length, 1, stderr);
      assert.match(stderr, line);
      assert.deepEqual(filesOf(), before);
    });
  }

  it("ends with 1, and leaves nothing running, where its RPC port is taken", async () => {
    const holder = createServer().listen(21_957, "127.0.0.1");
    await once(holder, "listening");
    const child = spawn(process.execPath, [bin, "start", "--home", home, ...ports], {
      stdio: "ignore",
    });
    const [code] = await once(child, "exit", { signal: AbortSignal.timeout(20_000) });
    holder.close();
    assert.equal(code, 1);
  });

  it("makes blocks alone, answers, and stops cleanly within two seconds of SIGTERM", async () => {
    const child = spawn(process.execPath, [bin, "start", "--home", home, ...ports], {
      stdio: "ignore",
    });
    const exited = once(child, "exit");
    const rpc = createRpc(url, { timeoutMs: 500 });
    for (let height = 0n; height < 2n;) {
      assert.equal(child.exitCode, null, "it still runs");
      await sleep(100);
      height = await fetchStatus(rpc).then(
        (status) => status.height,
        () => 0n,
      );
    }
    const shown = spawnSync(process.execPath, [bin, "status", "--node", url, "--home", home], {
      encoding: "utf8",
    });
    assert.match(shown.stdout, /"network": "alone-1"/);
    const begun = performance.now();
    child.kill("SIGTERM");
    const [code] = await exited;
    assert.equal(code, 0);
    assert.ok(performance.now() - begun <= 2000);
  });
});
