/** A real node on a disk that fails as real ones do: full, torn, deaf to syncs (testnet/tools). */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, describe, it } from "mocha";
import { checkMoney, Fleet, Signatures, supplyAtGenesis } from "@pyralog/testnet/scenarios";

const source = fileURLToPath(new URL("../../tools/faultfs.c", import.meta.url));
const hasCompiler = process.platform === "linux" && spawnSync("gcc", ["--version"]).status === 0;
const isRequired = process.env["CI"] === "true";
const basePort = 22_956;
const settings = { "consensus.timeout_commit": "10ms", "consensus.timeout_propose": "1s" };

/**
 * LevelDB writes through C's buffers, past the library, which sees its syncs alone.
 * Where the node writes, what happens there, and whether the kernel ends it or it itself.
 */
const faults: readonly (readonly [path: string, fault: string, end: "itself" | "killed"])[] = [
  ["data/wal/", "enospc:40", "itself"],
  ["data/wal/", "torn:30", "killed"],
  ["data/wal/", "eio_fsync:25", "itself"],
  ["data/wal/", "kill_before_fsync:20", "killed"],
  ["data/wal/", "kill_after_fsync:20", "killed"],
  ["data/sign-record", "enospc:9", "itself"],
  ["data/sign-record", "torn:8", "killed"],
  ["data/sign-record", "eio_fsync:7", "itself"],
  ["data/sign-record", "kill_before_fsync:7", "killed"],
  ["data/sign-record", "kill_after_fsync:7", "killed"],
  ["data/chain.db", "eio_fsync:12", "itself"],
  ["data/chain.db", "kill_before_fsync:12", "killed"],
  ["data/application.db", "eio_fsync:8", "itself"],
  ["data/index.db", "kill_after_fsync:8", "killed"],
];

describe("a validator on a failing disk", function () {
  this.timeout(120_000);
  let root = "";
  let fleet: Fleet;
  let signatures: Signatures;

  before(async function () {
    if (!hasCompiler && !isRequired) return this.skip();
    root = mkdtempSync(join(tmpdir(), "pyralog-faultfs-"));
    execFileSync("gcc", [
      "-O2",
      "-shared",
      "-fPIC",
      "-o",
      join(root, "faultfs.so"),
      source,
      "-ldl",
    ]);
    fleet = await Fleet.create({ home: join(root, "net"), clusters: 1, basePort, settings });
    signatures = await Signatures.create(fleet.genesis);
  });

  after(async () => {
    if (root === "") return;
    await fleet.stop();
    rmSync(root, { recursive: true, force: true });
  });

  for (const [path, fault, end] of faults) {
    it(`ends at once on ${fault} of ${path}, and starts from what it left`, async () => {
      const { home } = fleet.node(0);
      const exit = await fleet.startDoomed(0, {
        ends: `${fault} of ${path}`,
        environment: {
          LD_PRELOAD: join(root, "faultfs.so"),
          FAULT_PATH: path,
          FAULT: fault,
        },
      });
      if (end === "killed") assert.equal(exit.signal, "SIGKILL");
      else assert.equal(exit.code, 1);
      if (end === "itself") {
        const log = readFileSync(join(home, "logs", "node.log"), "utf8");
        assert.match(log, /DISK_FULL|DISK_FAILED/, "it says why");
      }
      await signatures.seeDisk(home);
    });
  }

  it("has lost nothing in all of this, and goes on", async () => {
    fleet.start();
    await fleet.reach(1n);
    const height = await fleet.heightMax();
    await fleet.reach(height + 2n);
    const supply = supplyAtGenesis(fleet.genesis, fleet.denom);
    await checkMoney(fleet.node(0), { denom: fleet.denom, supply });
  });
});
