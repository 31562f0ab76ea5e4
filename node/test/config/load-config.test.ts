import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, it } from "mocha";
import fc from "fast-check";
import {
  checkConfig,
  ConfigError,
  homePaths,
  loadConfig,
  settingKey,
  settingsListed,
  tomlFromSettings,
  type Config,
  type Mistake,
} from "@pyralog/node/config";
import { aHome } from "./a-home.ts";

const removals: (() => void)[] = [];

afterEach(() => {
  for (const remove of removals.splice(0)) remove();
});

function home(files: Parameters<typeof aHome>[0] = {}): string {
  const made = aHome(files);
  removals.push(() => made.remove());
  return made.home;
}

function onlyMistake(sources: Parameters<typeof checkConfig>[0]): Mistake {
  const { mistakes } = checkConfig(sources);
  assert.equal(mistakes.length, 1, JSON.stringify(mistakes));
  const [mistake] = mistakes;
  assert.ok(mistake !== undefined);
  return mistake;
}

describe("loadConfig", () => {
  it("reads the files that init writes, without a mistake", () => {
    const config = loadConfig({ home: home() });
    assert.deepEqual(config.rpc.listen, { host: "127.0.0.1", port: 26_657 });
    assert.equal(config.consensus.commitTimeoutMs, 1000);
    assert.deepEqual(config.app.gasPricesMin, [{ denom: "apyr", atto: 10n ** 27n }]);
    assert.equal(config.state.versionsMax, 100);
  });

  it("binds every listener to the loopback address at first", () => {
    const { rpc, p2p, instrumentation } = loadConfig({ home: home() });
    for (const { listen } of [rpc, p2p, instrumentation]) assert.equal(listen.host, "127.0.0.1");
  });

  it("is frozen to the leaves", () => {
    const config = loadConfig({ home: home() });
    assert.ok(Object.isFrozen(config) && Object.isFrozen(config.rpc.listen));
  });

  it("takes a value that a file leaves out from the initial settings", () => {
    const config = loadConfig({ home: home({ configToml: 'moniker = "x"\n' }) });
    assert.equal(config.general.moniker, "x");
    assert.equal(config.mempool.txsMax, 5000);
  });

  it("lets the environment win over the file, and a flag over both", () => {
    const sources = {
      home: home({ configToml: '[rpc]\nladdr = "tcp://127.0.0.1:1"\n' }),
      environment: { PYRALOG_RPC_LADDR: "tcp://127.0.0.1:2", PYRALOG_STATE_VERSIONS: "7" },
    };
    assert.equal(loadConfig(sources).rpc.listen.port, 2);
    assert.equal(loadConfig(sources).state.versionsMax, 7);
    const flags = { "rpc.laddr": "tcp://127.0.0.1:3" };
    assert.equal(loadConfig({ ...sources, flags }).rpc.listen.port, 3);
  });

  it("reads every spelling of a value", () => {
    const config = loadConfig({
      home: home({
        configToml: [
          'log_level = "consensus:debug,*:warn"',
          "[rpc]",
          'laddr = "tcp://[::1]:80"',
          'cors_allowed_origins = ["https://a.example", "*"]',
          "[consensus]",
          'timeout_commit = "2m"',
        ].join("\n"),
        appToml: 'minimum-gas-prices = "0.025stake,1apyr"\n',
      }),
    });
    assert.equal(config.general.logLevels, "consensus:debug,*:warn");
    assert.deepEqual(config.rpc.listen, { host: "::1", port: 80 });
    assert.deepEqual(config.rpc.corsAllowedOrigins, ["https://a.example", "*"]);
    assert.equal(config.consensus.commitTimeoutMs, 120_000);
    assert.deepEqual(config.app.gasPricesMin, [
      { denom: "stake", atto: 25n * 10n ** 15n },
      { denom: "apyr", atto: 10n ** 18n },
    ]);
  });

  it("reads back every count that it writes", () => {
    const counts = settingsListed().filter(({ setting }) => setting.form === "integer");
    fc.assert(
      fc.property(fc.constantFrom(...counts), fc.integer({ min: 2, max: 99_999 }), (at, value) => {
        fc.pre(at.setting.parse(value).kind === "ok");
        const key = settingKey(at.place, at.setting.name);
        const { mistakes } = checkConfig({
          home: home({
            configToml: tomlFromSettings("config.toml", { [key]: value }),
            appToml: tomlFromSettings("app.toml", { [key]: value }),
          }),
        });
        assert.ok(mistakes.every(({ code }) => code === "VALUES_CONFLICT"));
      }),
      { numRuns: 30 },
    );
  });
});

describe("the settings files", () => {
  it("explain every section and leave no setting out", () => {
    const both = tomlFromSettings("config.toml") + tomlFromSettings("app.toml");
    for (const { setting } of settingsListed()) assert.ok(both.includes(`\n${setting.name} = `));
    for (const section of ["rpc", "p2p", "consensus", "state"]) {
      assert.match(both, new RegExp(`# .+\\n\\[${section}\\]`));
    }
  });
});

describe("the refusals of the config", () => {
  it("FILE_MISSING: names the file that is not there and the command that makes it", () => {
    const root = mkdtempSync(join(tmpdir(), "pyralog-config-"));
    removals.push(() => rmSync(root, { recursive: true }));
    const { mistakes } = checkConfig({ home: root });
    assert.deepEqual(
      mistakes.map(({ code, file }) => ({ code, file })),
      [homePaths(root).configToml, homePaths(root).appToml].map((file) => ({
        code: "FILE_MISSING",
        file,
      })),
    );
    assert.match(mistakes[0]?.remedy ?? "", /pyralogd init/);
  });

  it("FILE_MALFORMED: names line and column", () => {
    const mistake = onlyMistake({ home: home({ configToml: 'moniker = "a"\n[rpc\n' }) });
    assert.equal(mistake.code, "FILE_MALFORMED");
    assert.match(mistake.key, /line 2, column/);
  });

  it("KEY_UNKNOWN: in a file, with the key that was probably meant", () => {
    const mistake = onlyMistake({ home: home({ configToml: '[rpc]\nladr = "x"\n' }) });
    assert.equal(mistake.code, "KEY_UNKNOWN");
    assert.equal(mistake.key, "rpc.ladr");
    assert.match(mistake.remedy, /rpc\.laddr/);
  });

  it("KEY_UNKNOWN: in the environment and among the flags", () => {
    const at = home();
    const variable = onlyMistake({ home: at, environment: { PYRALOG_RPC_LADR: "x", PATH: "/" } });
    assert.deepEqual(
      [variable.code, variable.file, variable.key],
      ["KEY_UNKNOWN", "environment", "PYRALOG_RPC_LADR"],
    );
    const flag = onlyMistake({ home: at, flags: { "rpc.ladr": "x" } });
    assert.deepEqual([flag.code, flag.file], ["KEY_UNKNOWN", "command line"]);
  });

  for (const [written, key] of [
    ['[rpc]\nladdr = "localhost"', "rpc.laddr"],
    ['[rpc]\nladdr = "tcp://127.0.0.1:65536"', "rpc.laddr"],
    ["[rpc]\nladdr = 26657", "rpc.laddr"],
    ["[rpc]\nmax_body_bytes = 0", "rpc.max_body_bytes"],
    ['[rpc]\nmax_body_bytes = "5"', "rpc.max_body_bytes"],
    ["[rpc]\nmax_body_bytes = 1.5", "rpc.max_body_bytes"],
    ['[rpc]\ncors_allowed_origins = "*"', "rpc.cors_allowed_origins"],
    ["[rpc]\ncors_allowed_origins = [1]", "rpc.cors_allowed_origins"],
    ["[rpc.laddr]\nx = 1", "rpc.laddr"],
    ['[p2p]\npersistent_peers = "me@127.0.0.1:1"', "p2p.persistent_peers"],
    ['[p2p]\npersistent_peers = "127.0.0.1:1"', "p2p.persistent_peers"],
    ['[consensus]\ntimeout_commit = "1"', "consensus.timeout_commit"],
    ['[consensus]\ntimeout_propose = "0s"', "consensus.timeout_propose"],
    ['[consensus]\ntimeout_commit = "-1s"', "consensus.timeout_commit"],
    ["[mempool]\nrecheck = 1", "mempool.recheck"],
    ["[mempool]\nsize = -1", "mempool.size"],
    ['[instrumentation]\nnamespace = "a-b"', "instrumentation.namespace"],
    ['moniker = ""', "moniker"],
    ['log_level = "loud"', "log_level"],
    ['log_level = ":info"', "log_level"],
  ] as const) {
    it(`VALUE_INVALID: ${written.replaceAll("\n", " ")}`, () => {
      const at = home({ configToml: `${written}\n` });
      const mistake = onlyMistake({ home: at });
      assert.deepEqual([mistake.code, mistake.key], ["VALUE_INVALID", key]);
      assert.equal(mistake.file, homePaths(at).configToml);
      assert.notEqual(mistake.remedy, "");
    });
  }

  for (const prices of ["1", "apyr", "1apyr,2apyr", "-1apyr", "1.apyr", "1 e9"]) {
    it(`VALUE_INVALID: minimum-gas-prices = "${prices}"`, () => {
      const mistake = onlyMistake({ home: home({ appToml: `minimum-gas-prices = "${prices}"` }) });
      assert.deepEqual([mistake.code, mistake.key], ["VALUE_INVALID", "minimum-gas-prices"]);
    });
  }

  it("VALUES_CONFLICT: two listeners on one port", () => {
    const mistake = onlyMistake({ home: home(), flags: { "p2p.laddr": "tcp://0.0.0.0:26657" } });
    assert.deepEqual([mistake.code, mistake.key], ["VALUES_CONFLICT", "p2p.laddr"]);
  });

  it("VALUES_CONFLICT: a pool larger than what is remembered", () => {
    const mistake = onlyMistake({ home: home(), flags: { "mempool.cache_size": "4999" } });
    assert.deepEqual([mistake.code, mistake.key], ["VALUES_CONFLICT", "mempool.cache_size"]);
  });

  it("VALUES_CONFLICT: one transaction larger than the pool", () => {
    const mistake = onlyMistake({ home: home(), flags: { "mempool.max_txs_bytes": "10" } });
    assert.deepEqual([mistake.code, mistake.key], ["VALUES_CONFLICT", "mempool.max_tx_bytes"]);
  });

  it("HOME_OF_NETWORK: lists the nodes and names one", () => {
    const root = mkdtempSync(join(tmpdir(), "pyralog-config-"));
    removals.push(() => rmSync(root, { recursive: true }));
    for (const name of ["c10n0", "c0n0", "c2n0"]) {
      const path = homePaths(join(root, name)).configToml;
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, "");
    }
    const mistake = onlyMistake({ home: root });
    assert.equal(mistake.code, "HOME_OF_NETWORK");
    assert.match(mistake.problem, /c0n0, c2n0, c10n0/);
    assert.ok(mistake.remedy.includes(`--home ${join(root, "c0n0")}`));
  });

  it("lists every mistake, and puts the first into one line", () => {
    const at = home({ configToml: 'moniker = ""\n[rpc]\nladdr = "x"\n' });
    assert.equal(checkConfig({ home: at }).mistakes.length, 2);
    assert.throws(
      (): Config => loadConfig({ home: at }),
      (error: unknown) => {
        assert.ok(error instanceof ConfigError);
        assert.equal(error.code, "VALUE_INVALID");
        assert.ok(error.message.startsWith(`${homePaths(at).configToml}: moniker = "": is not`));
        assert.match(error.message, /and 1 more: pyralogd config validate/);
        assert.ok(!error.message.includes("\n"));
        return true;
      },
    );
  });
});
