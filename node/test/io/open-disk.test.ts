import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "mocha";
import { AssertionFailure } from "@pyralog/chain/base";
import { openDisk } from "#io";
import { PortError } from "#ports";
import { describeDisk } from "../ports/describe-disk.ts";

async function inDirectory(work: (root: string) => Promise<void>): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "pyralog-disk-"));
  try {
    await work(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

describeDisk("files", (work) =>
  inDirectory(async (root) => work(await openDisk(join(root, "deep", "down")))),
);

describe("the disk over files", () => {
  it("refuses a path that leaves its directory", () =>
    inDirectory(async (root) => {
      const disk = await openDisk(root);
      await assert.rejects(async () => disk.read("../elsewhere"), AssertionFailure);
      await assert.rejects(async () => disk.read("/etc/passwd"), AssertionFailure);
    }));

  it("fails with what the system said where it cannot read", () =>
    inDirectory(async (root) => {
      mkdirSync(join(root, "directory"));
      const disk = await openDisk(root);
      await assert.rejects(
        () => disk.read("directory"),
        (error: unknown) =>
          error instanceof PortError &&
          error.code === "DISK_FAILED" &&
          error.facts["reason"] === "EISDIR",
      );
    }));

  it("leaves what another program put aside alone", () =>
    inDirectory(async (root) => {
      writeFileSync(join(root, "small.new"), "half");
      chmodSync(join(root, "small.new"), 0o600);
      const disk = await openDisk(root);
      await disk.replace("small", Uint8Array.of(1));
      assert.deepEqual(await disk.read("small"), Uint8Array.of(1));
    }));
});
