import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { bytesFromText, textFromBytes } from "@pyralog/chain/base";
import { PortError, type Disk } from "#ports";

/** How a test uses a disk: it does its work, in whatever time that disk lives in, and cleans up. */
export type WithDisk = (work: (disk: Disk) => Promise<void>) => Promise<void>;

const isClosed = (error: unknown): boolean => error instanceof PortError && error.code === "CLOSED";

/** What every `Disk` does, whatever it is made of. */
export function describeDisk(name: string, withDisk: WithDisk): void {
  describe(`a disk: ${name}`, () => {
    it("reads back what was written, wherever it was written", () =>
      withDisk(async (disk) => {
        const file = await disk.open("a/b/log");
        await file.write(3, Uint8Array.of(4, 5, 6));
        await file.write(0, Uint8Array.of(1));
        await file.sync();
        assert.equal(await file.size(), 6);
        const bytes = await file.read({ offset: 0, length: 6 });
        assert.deepEqual(bytes, Uint8Array.of(1, 0, 0, 4, 5, 6));
        assert.deepEqual(await file.read({ offset: 4, length: 1 }), Uint8Array.of(5));
        await file.close();
      }));

    it("reads less than asked for only at the end of a file", () =>
      withDisk(async (disk) => {
        const file = await disk.open("log");
        await file.write(0, Uint8Array.of(1, 2, 3));
        assert.deepEqual(await file.read({ offset: 1, length: 9 }), Uint8Array.of(2, 3));
        assert.deepEqual(await file.read({ offset: 9, length: 9 }), new Uint8Array(0));
        await file.close();
      }));

    it("shortens a file and fills with zeros what it lengthens", () =>
      withDisk(async (disk) => {
        const file = await disk.open("log");
        await file.write(0, Uint8Array.of(1, 2, 3));
        await file.truncate(1);
        await file.truncate(3);
        assert.deepEqual(await file.read({ offset: 0, length: 9 }), Uint8Array.of(1, 0, 0));
        await file.close();
      }));

    it("keeps a file over closing and opening", () =>
      withDisk(async (disk) => {
        const first = await disk.open("log");
        await first.write(0, Uint8Array.of(7));
        await first.close();
        const second = await disk.open("log");
        assert.deepEqual(await second.read({ offset: 0, length: 1 }), Uint8Array.of(7));
        await second.close();
      }));

    it("lists the files of one directory in order, and none where there is none", () =>
      withDisk(async (disk) => {
        for (const path of ["d/b", "d/a", "d/sub/c", "e"]) await (await disk.open(path)).close();
        assert.deepEqual(await disk.list("d"), ["a", "b"]);
        assert.deepEqual(await disk.list("nowhere"), []);
      }));

    it("replaces a whole file and leaves nothing beside it", () =>
      withDisk(async (disk) => {
        await disk.replace("d/small", bytesFromText("one and more"));
        await disk.replace("d/small", bytesFromText("two"));
        assert.equal(textFromBytes((await disk.read("d/small")) ?? new Uint8Array(0)), "two");
        assert.deepEqual(await disk.list("d"), ["small"]);
      }));

    it("reads nothing where there is no file, and removes it without complaint", () =>
      withDisk(async (disk) => {
        assert.equal(await disk.read("d/none"), undefined);
        await disk.replace("d/some", Uint8Array.of(1));
        await disk.remove("d/some");
        await disk.remove("d/some");
        assert.equal(await disk.read("d/some"), undefined);
      }));

    it("refuses a file that was closed", () =>
      withDisk(async (disk) => {
        const file = await disk.open("log");
        await file.close();
        await assert.rejects(() => file.write(0, Uint8Array.of(1)), isClosed);
        await assert.rejects(() => file.sync(), isClosed);
      }));
  });
}
