import assert from "node:assert/strict";
import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, describe, it } from "mocha";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

describe("pyralog", function () {
  this.timeout(20_000);
  let home = "";

  before(() => {
    home = mkdtempSync(join(tmpdir(), "pyralog-main-"));
  });

  after(() => rmSync(home, { recursive: true }));

  const pyralog = (args: readonly string[], input = ""): SpawnSyncReturns<string> =>
    spawnSync(process.execPath, [main, "--home", home, ...args], { encoding: "utf8", input });

  it("explains itself, with every noun, and ends with 0", () => {
    const { status, stdout } = pyralog(["--help"]);
    assert.equal(status, 0);
    for (const noun of ["keys", "account", "tx", "status", "config"]) {
      assert.match(stdout, new RegExp(`^  ${noun} `, "m"));
    }
  });

  it("ends with 2 on usage errors, with one object on standard output under --json", () => {
    for (const args of [["no-such"], ["tx", "send"], ["keys", "list", "--odd"], ["--wait", "x"]]) {
      const { status, stdout } = pyralog([...args, "--json"]);
      assert.equal(status, 2, args.join(" "));
      const lines = stdout.trim().split("\n");
      assert.equal(lines.length, 1);
      assert.match(lines[0] ?? "", /^\{"error":\{"code":"USAGE"/);
    }
  });

  it("ends with 3 where no node answers", () => {
    const { status, stdout, stderr } = pyralog([
      "status",
      "--node",
      "http://127.0.0.1:9",
      "--json",
    ]);
    assert.equal(status, 3);
    assert.match(stdout, /^\{"error":\{"code":"NODE_UNREACHABLE"/);
    assert.match(stderr, /npm start/);
  });

  it("reads secrets from standard input, a line each, where there is no terminal", () => {
    const words = "test test test test test test test test test test test junk";
    const input = `${words}\ncorrect horse\ncorrect horse\n`;
    const { status, stdout, stderr } = pyralog(["keys", "import", "ann", "--json"], input);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266/);
    assert.ok(!(stdout + stderr).includes("junk") && !(stdout + stderr).includes("horse"));
  });

  it("does not take silence for a yes", () => {
    const { status, stderr } = pyralog(["keys", "delete", "ann"]);
    assert.equal(status, 2);
    assert.match(stderr, /add --yes/);
    assert.equal(pyralog(["keys", "delete", "ann", "--yes"]).status, 0);
  });
});
