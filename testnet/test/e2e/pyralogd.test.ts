import assert from "node:assert/strict";
import { spawn, spawnSync, type SpawnSyncReturns } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, it } from "mocha";
import { bech32FromBytes } from "@pyralog/chain/crypto";
import { init } from "@pyralog/node/commands";
import { homePaths } from "@pyralog/node/config";
import { createRpc, fetchStatus } from "@pyralog/wallet-cli/client";
import { aHome, removeHome } from "./a-local-network.ts";

const bin = fileURLToPath(new URL("../../../node/bin/pyralogd.js", import.meta.url));
const ports = portsFrom(21_956);
const url = "http://127.0.0.1:21957";

/** Somebody who can have money: the address of twenty zeros. */
const somebody = bech32FromBytes({ prefix: "pyr", bytes: new Uint8Array(20) });

function portsFrom(base: number): readonly string[] {
  return [
    `--rpc.laddr=tcp://127.0.0.1:${base + 1}`,
    `--p2p.laddr=tcp://127.0.0.1:${base}`,
    `--instrumentation.prometheus_listen_addr=tcp://127.0.0.1:${base + 4}`,
  ];
}

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

  const start = (
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): SpawnSyncReturns<string> =>
    spawnSync(process.execPath, [bin, "start", "--home", home, ...args], {
      encoding: "utf8",
      timeout: 20_000,
      env: { ...process.env, ...environment },
    });

  const balances = (list: readonly unknown[]): void =>
    replace(homePaths(home).genesis, (text) =>
      text.replace('"balances": []', `"balances": ${JSON.stringify(list)}`),
    );

  /** Runs until the work with it is done; gives its exit code. */
  const whileItRuns = async (work: () => Promise<void> | void): Promise<unknown> => {
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
    await work();
    child.kill("SIGTERM");
    const [code] = await exited;
    return code;
  };

  const filesOf = (): readonly string[] =>
    readdirSync(home, { recursive: true, encoding: "utf8" }).toSorted();

  it("refuses data that rotted, in one line that names the file and what to do", async () => {
    await whileItRuns(() => undefined);
    const table = join(homePaths(home).data, "chain.db");
    const name = readdirSync(table).find((each) => each.endsWith(".log")) ?? "";
    const path = join(table, name);
    const bytes = readFileSync(path);
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    const { stderr, status } = start(ports);
    assert.match(stderr, /^pyralogd: \S+\.log: is damaged at byte 0; restore .* from its peers\n$/);
    assert.equal(status, 1);
  });

  const mistakes: readonly {
    readonly name: string;
    readonly make: () => void;
    readonly line: RegExp;
    readonly args?: readonly string[];
    readonly environment?: Readonly<Record<string, string>>;
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
      name: "a variable that cannot be",
      make: () => undefined,
      environment: { PYRALOG_P2P_LADDR: "nowhere" },
      line: /environment: PYRALOG_P2P_LADDR = "nowhere": is not an address.*; write/,
    },
    {
      name: "a variable that sets nothing",
      make: () => undefined,
      environment: { PYRALOG_P2P_LADR: "tcp://127.0.0.1:1" },
      line: /environment: PYRALOG_P2P_LADR = .*: is no setting.*; .*PYRALOG_P2P_LADDR/,
    },
    {
      name: "two listeners at one address",
      make: () => undefined,
      args: ["--rpc.laddr=tcp://127.0.0.1:26656"],
      line: /config\.toml: p2p\.laddr = 127\.0\.0\.1:26656: .*rpc\.laddr.*; give each its own/,
    },
    {
      name: "a genesis that is not there",
      make: () => rmSync(homePaths(home).genesis),
      line: /genesis\.json: there is no such file; copy/,
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
      name: "genesis balances of nobody",
      make: () => balances([{ address: "pyr1nobody", coins: [] }]),
      line: /genesis\.json: app_state\.bank\.balances\[0\]\.address = .*pyr1nobody.*; write/,
    },
    {
      name: "a negative genesis balance",
      make: () => balances([{ address: somebody, coins: [{ denom: "apyr", amount: "-1" }] }]),
      line: /genesis\.json: app_state\.bank\.balances\[0\]\.coins.* = .*-1.*; write/,
    },
    {
      name: "a node key that is not there",
      make: () => rmSync(homePaths(home).nodeKey),
      line: /node_key\.json: there is no such file; restore it/,
    },
    {
      name: "a validator key of two halves",
      make: () =>
        replace(homePaths(home).validatorKey, (text) => text.replace(/"address": ".{6}/, "$&00")),
      line: /priv_validator_key\.json: address = .*: does not belong to priv_key; restore/,
    },
    {
      name: "a key file that is not whole",
      make: () => writeFileSync(homePaths(home).validatorKey, "{}"),
      line: /priv_validator_key\.json: priv_key = \(hidden\): .*; restore the file/,
    },
  ];

  for (const { name, make, line, args = [], environment = {} } of mistakes) {
    it(`ends with 1 and one line on ${name}, before anything is written`, () => {
      make();
      const before = filesOf();
      const { status, stdout, stderr } = start(args, environment);
      assert.equal(status, 1);
      assert.equal(stdout, "");
      assert.equal(stderr.trim().split("\n").length, 1, stderr);
      assert.match(stderr, line);
      assert.deepEqual(filesOf(), before);
    });
  }

  it("makes blocks alone, answers, and stops cleanly within two seconds of SIGTERM", async () => {
    let begun = 0;
    const code = await whileItRuns(() => {
      const shown = spawnSync(process.execPath, [bin, "status", "--node", url, "--home", home], {
        encoding: "utf8",
      });
      assert.match(shown.stdout, /"network": "alone-1"/);
      begun = performance.now();
    });
    assert.equal(code, 0);
    assert.ok(performance.now() - begun <= 2000);
  });

  it("lets no second one into its home, and no other chain", async () => {
    const code = await whileItRuns(() => {
      const second = start(portsFrom(22_056));
      assert.equal(second.status, 1);
      assert.match(second.stderr, /^pyralogd: --home = .*: another process.*; stop that node/);
    });
    assert.equal(code, 0);
    replace(homePaths(home).genesis, (text) => text.replace("alone-1", "alone-2"));
    const other = start(ports);
    assert.equal(other.status, 1);
    assert.match(other.stderr, /genesis\.json: chain_id = alone-2: .* holds alone-1; restore/);
  });

  it("ends with 1 and names the address that is taken, leaving nothing running", async () => {
    for (const [index, key] of [
      "p2p.laddr",
      "rpc.laddr",
      "instrumentation.prometheus_listen_addr",
    ].entries()) {
      const taken = createServer().listen(0, "127.0.0.1");
      await once(taken, "listening");
      const address = taken.address();
      assert.ok(typeof address === "object" && address !== null);
      const where = `127.0.0.1:${address.port}`;
      const others = portsFrom(22_056).filter((flag) => !flag.startsWith(`--${key}=`));
      const { status, stderr } = start([...others, `--${key}=tcp://${where}`]);
      taken.close();
      assert.equal(status, 1, `${index}: ${stderr}`);
      const line = `config.toml: ${key} = ${where}: cannot be listened on (EADDRINUSE); stop`;
      assert.ok(stderr.includes(line) && stderr.trim().split("\n").length === 1, stderr);
    }
  });

  it("does not sign without its sign record, and does not make one up", () => {
    const { signRecord } = homePaths(home);
    rmSync(signRecord);
    const { status, stderr } = start(ports);
    assert.equal(status, 1);
    assert.match(stderr, /sign record is missing.*Restore the file/);
    assert.equal(existsSync(signRecord), false);
  });
});
