import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "mocha";
import { openTable } from "#io";
import { PortError } from "#ports";
import { describeTable } from "../ports/describe-table.ts";

async function inDirectory(work: (path: string) => Promise<void>): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "pyralog-table-"));
  try {
    await work(join(root, "table"));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const fails = (code: string) => (error: unknown) =>
  error instanceof PortError && error.code === code;

describeTable("LevelDB", (work) =>
  inDirectory(async (path) => {
    const table = await openTable(path);
    try {
      await work(table);
    } finally {
      await table.close();
    }
  }),
);

describe("the table over LevelDB", () => {
  it("keeps a batch over closing and opening", () =>
    inDirectory(async (path) => {
      const first = await openTable(path);
      await first.write([{ key: Uint8Array.of(1), value: Uint8Array.of(2) }]);
      await first.close();
      const second = await openTable(path);
      assert.deepEqual(second.getSync(Uint8Array.of(1)), Uint8Array.of(2));
      await second.close();
    }));

  it("says that another one has it open", () =>
    inDirectory(async (path) => {
      const table = await openTable(path);
      await assert.rejects(() => openTable(path), fails("LOCKED"));
      await table.close();
    }));

  it("says that its own files do not hold together", () =>
    inDirectory(async (path) => {
      const table = await openTable(path);
      await table.write([{ key: Uint8Array.of(1), value: Uint8Array.of(2) }]);
      await table.close();
      for (const name of readdirSync(path).filter((each) => each.startsWith("MANIFEST"))) {
        writeFileSync(join(path, name), "nothing of the kind");
      }
      await assert.rejects(() => openTable(path), fails("TABLE_CORRUPT"));
    }));

  it("hands plain bytes out, no Buffer", () =>
    inDirectory(async (path) => {
      const table = await openTable(path);
      await table.write([{ key: Uint8Array.of(1), value: Uint8Array.of(2) }]);
      const value = table.getSync(Uint8Array.of(1));
      assert.equal(Object.getPrototypeOf(value), Uint8Array.prototype);
      for await (const [key] of table.scan({ from: Uint8Array.of(0) })) {
        assert.equal(Object.getPrototypeOf(key), Uint8Array.prototype);
      }
      await table.close();
    }));
});
