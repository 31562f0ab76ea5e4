import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { afterEach, describe, it } from "mocha";
import {
  ConfigError,
  createNodeKey,
  createValidatorKey,
  homePaths,
  jsonFromNodeKey,
  jsonFromValidatorKey,
  loadNode,
  type Mistake,
} from "@pyralog/node/config";
import { aHome } from "./a-home.ts";

const removals: (() => void)[] = [];

afterEach(() => {
  for (const remove of removals.splice(0)) remove();
});

const genesisDefault = {
  genesis_time: "2026-01-01T00:00:00Z",
  chain_id: "test-1",
  initial_height: "1",
  app_hash: "",
  app_state: {},
};

function home(genesis: unknown = genesisDefault): string {
  const made = aHome({
    nodeKey: jsonFromNodeKey(createNodeKey()),
    validatorKey: jsonFromValidatorKey(createValidatorKey()),
    genesis: typeof genesis === "string" ? genesis : JSON.stringify(genesis),
  });
  removals.push(() => made.remove());
  return made.home;
}

function refusal(at: string): Mistake {
  try {
    loadNode({ home: at, checkGenesis: () => [] });
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.mistakes[0] ?? assert.fail();
  }
  return assert.fail("it was accepted");
}

describe("loadNode", () => {
  it("gives settings, genesis and keys of a right home, frozen", () => {
    const setup = loadNode({ home: home(), checkGenesis: () => [] });
    assert.equal(setup.genesis.chainId, "test-1");
    assert.match(setup.nodeKey.peerId, /^12D3KooW/);
    assert.ok(Object.isFrozen(setup));
  });

  it("FILE_MISSING: an empty home, with the command that fills it", () => {
    const at = home();
    rmSync(homePaths(at).configToml);
    assert.match(refusal(at).remedy, /pyralogd init --home/);
  });

  for (const name of ["genesis", "nodeKey", "validatorKey"] as const) {
    it(`FILE_MISSING: ${name}`, () => {
      const at = home();
      rmSync(homePaths(at)[name]);
      assert.deepEqual([refusal(at).code, refusal(at).file], ["FILE_MISSING", homePaths(at)[name]]);
    });
  }

  for (const [written, key] of [
    ["{", ""],
    [{ ...genesisDefault, chain_id: "" }, "chain_id"],
    [{ ...genesisDefault, chain_id: "x".repeat(51) }, "chain_id"],
    [{ ...genesisDefault, initial_height: "-1" }, "initial_height"],
    [{ ...genesisDefault, genesis_time: "today" }, "genesis_time"],
    [{ ...genesisDefault, consensus_params: { block: { max_bytes: "x" } } }, "max_bytes"],
    [{ ...genesisDefault, consensus_params: { block: { max_bytes: "0", max_gas: "-1" } } }, "max_"],
    [{ ...genesisDefault, validators: [{ pub_key: { type: "x", value: "" } }] }, "validators[0]"],
  ] as const) {
    it(`GENESIS_INVALID: ${JSON.stringify(written).slice(0, 90)}`, () => {
      const at = home(written);
      const mistake = refusal(at);
      assert.deepEqual([mistake.code, mistake.file], ["GENESIS_INVALID", homePaths(at).genesis]);
      assert.ok(mistake.key.includes(key), `${mistake.key} names ${key}`);
      assert.match(mistake.remedy, /^write /);
    });
  }

  it("GENESIS_INVALID: what the application refuses", () => {
    const problem = { key: "app_state.bank", value: "1", problem: "is odd", remedy: "write 2" };
    const at = home();
    assert.throws(
      () => loadNode({ home: at, checkGenesis: () => [problem] }),
      (error: unknown) =>
        error instanceof ConfigError &&
        error.message === `${homePaths(at).genesis}: app_state.bank = 1: is odd; write 2`,
    );
  });

  it("writes nothing, whatever is wrong", () => {
    const at = home();
    writeFileSync(homePaths(at).appToml, "x = 1");
    refusal(at);
    assert.throws(() => rmSync(homePaths(at).data), { code: "ENOENT" });
  });
});
