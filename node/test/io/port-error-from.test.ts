import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { PortError } from "#ports";
import { portErrorFrom } from "../../src/io/port-error-from.ts";

function systemError(code: string, cause?: unknown): Error {
  return Object.assign(new Error(`${code}: it failed`, { cause }), { code });
}

describe("failures of the outside world", () => {
  const named = [
    ["ENOSPC", "DISK_FULL"],
    ["EDQUOT", "DISK_FULL"],
    ["EIO", "DISK_FAILED"],
    ["LEVEL_CORRUPTION", "TABLE_CORRUPT"],
    ["LEVEL_DATABASE_NOT_OPEN", "CLOSED"],
  ] as const;
  for (const [reason, code] of named) {
    it(`makes ${code} of ${reason} and keeps the cause`, () => {
      const cause = systemError(reason);
      const error = portErrorFrom(cause, "/a/b");
      assert.equal(error.code, code);
      assert.deepEqual(error.facts, { path: "/a/b", reason });
      assert.equal(error.cause, cause);
    });
  }

  it("looks through LevelDB's wrappers for a full disk and for a lock", () => {
    const full = new Error("IO error: /a/000005.log: No space left on device");
    assert.equal(portErrorFrom(systemError("LEVEL_IO_ERROR", full), "t").code, "DISK_FULL");
    const locked = systemError("LEVEL_DATABASE_NOT_OPEN", systemError("LEVEL_LOCKED"));
    assert.equal(portErrorFrom(locked, "t").code, "LOCKED");
  });

  it("passes on what was named already", () => {
    const error = new PortError({ code: "CLOSED" });
    assert.equal(portErrorFrom(error, "elsewhere"), error);
  });
});
