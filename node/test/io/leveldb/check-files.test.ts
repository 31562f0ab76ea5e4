import assert from "node:assert/strict";
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import fc from "fast-check";
import { bytesFromText, textFromBytes } from "@pyralog/chain/base";
import { openTable } from "#io";
import { PortError } from "#ports";

const batches = 60;
const keysPerBatch = 10;
const keys = 800;
const sectorBytes = 512;

function batchOf(session: number, number: number): readonly [string, string][] {
  return Array.from({ length: keysPerBatch }, (_, index) => [
    `key ${(session * 401 + number * keysPerBatch + index) % keys}`,
    `session ${session} batch ${number} `.repeat(8),
  ]);
}

async function writeSession(path: string, session: number): Promise<void> {
  const table = await openTable(path);
  for (let number = 0; number < batches; number++) {
    const batch = batchOf(session, number);
    await table.write(
      batch.map(([key, value]) => ({ key: bytesFromText(key), value: bytesFromText(value) })),
    );
  }
  await table.close();
}

/** By both ways of reading. */
async function everythingIn(path: string): Promise<readonly string[]> {
  const table = await openTable(path);
  try {
    const entries: string[] = [];
    for await (const [key, value] of table.scan({ from: new Uint8Array(0) })) {
      assert.deepEqual(table.getSync(key), value);
      entries.push(`${textFromBytes(key)}=${textFromBytes(value)}`);
    }
    return entries;
  } finally {
    await table.close();
  }
}

const flip =
  (at: (length: number) => number) =>
  (bytes: Uint8Array): Uint8Array => {
    const flipped = bytes.slice();
    const index = at(bytes.length);
    flipped[index] = (flipped[index] ?? 0) ^ 4;
    return flipped;
  };

const refused =
  (file: RegExp) =>
  (error: unknown): boolean =>
    error instanceof PortError && error.code === "TABLE_CORRUPT" && file.test(error.message);

function areIn(entries: readonly string[], all: readonly string[]): boolean {
  const known = new Set(all);
  return entries.every((entry) => known.has(entry));
}

const change = (pattern: RegExp, work: (bytes: Uint8Array) => Uint8Array) => (path: string) => {
  const file = join(path, nameIn(path, pattern));
  writeFileSync(file, work(new Uint8Array(readFileSync(file))));
};

function nameIn(path: string, pattern: RegExp): string {
  return readdirSync(path).find((name) => pattern.test(name)) ?? "";
}

describe("LevelDB's files, read before it opens them", function () {
  this.timeout(60_000);
  let root = "";
  let whole: readonly string[] = [];
  let withoutLast: readonly string[] = [];

  before(async () => {
    root = mkdtempSync(join(tmpdir(), "pyralog-leveldb-"));
    for (let session = 0; session < 3; session++) await writeSession(join(root, "table"), session);
    cpSync(join(root, "table"), join(root, "copy"), { recursive: true });
    whole = await everythingIn(join(root, "copy"));
    const last = new Map(batchOf(2, batches - 1));
    withoutLast = whole.filter((entry) => !last.has(entry.slice(0, entry.indexOf("="))));
  });

  after(() => rmSync(root, { recursive: true, force: true }));

  /** A copy that was hurt, and what opening and reading it gives. */
  const reading = async (hurt: (path: string) => void): Promise<readonly string[]> => {
    const path = join(root, "hurt");
    rmSync(path, { recursive: true, force: true });
    cpSync(join(root, "table"), path, { recursive: true });
    hurt(path);
    return everythingIn(path);
  };
  const damages: readonly (readonly [claim: string, file: RegExp, hurt: (path: string) => void])[] =
    [
      [
        "a log in the middle",
        /\.log is damaged at byte/,
        change(
          /\.log$/,
          flip((size) => (size / 2) | 0),
        ),
      ],
      [
        "a table's data",
        /\.ldb is damaged at byte/,
        change(
          /\.ldb$/,
          flip(() => 100),
        ),
      ],
      [
        "a table's footer",
        /\.ldb is damaged at byte/,
        change(
          /\.ldb$/,
          flip((size) => size - 47),
        ),
      ],
      [
        "a table's index",
        /\.ldb is damaged at byte/,
        change(
          /\.ldb$/,
          flip((size) => size - 60),
        ),
      ],
      [
        "a table's magic",
        /\.ldb is damaged at byte/,
        change(
          /\.ldb$/,
          flip((size) => size - 1),
        ),
      ],
      ["a table's end, which is gone", /\.ldb/, change(/\.ldb$/, (bytes) => bytes.subarray(0, 99))],
      [
        "the manifest",
        /MANIFEST-\d+|\.log is missing/,
        change(
          /^MANIFEST/,
          flip(() => 20),
        ),
      ],
      [
        "the name of the manifest",
        /CURRENT names no/,
        change(
          /^CURRENT$/,
          flip(() => 3),
        ),
      ],
      [
        "the first file, which is gone",
        /CURRENT is missing/,
        (path) => rmSync(join(path, "CURRENT")),
      ],
      [
        "a log, which is gone",
        /\.log is missing/,
        (path) => rmSync(join(path, nameIn(path, /\.log$/))),
      ],
      [
        "a table, which is gone",
        /\.ldb is missing/,
        (path) => rmSync(join(path, nameIn(path, /\.ldb$/))),
      ],
    ];
  for (const [claim, file, hurt] of damages) {
    it(`refuses damage to ${claim}, and names the file`, async () => {
      await assert.rejects(reading(hurt), refused(file));
    });
  }

  it("refuses a sector lost over the end of one batch and the beginning of the last", async () => {
    const hurt = change(/\.log$/, (bytes) => {
      const text = textFromBytes(bytes.map((byte) => byte & 0x7f));
      const end = text.indexOf(`session 2 batch ${batches - 1} `);
      return bytes.fill(0, end - sectorBytes / 2, end + sectorBytes / 2);
    });
    await assert.rejects(reading(hurt), refused(/\.log is damaged at byte/));
  });

  it("takes a torn end of the log for a batch that was not written", async () => {
    const torn = await reading(change(/\.log$/, (bytes) => bytes.subarray(0, bytes.length - 50)));
    assert.ok(areIn(withoutLast, torn));
    assert.notDeepEqual(torn, whole);
  });

  it("reads a table by its other ending, too", async () => {
    const read = await reading((path) => {
      const name = nameIn(path, /\.ldb$/);
      renameSync(join(path, name), join(path, name.replace("ldb", "sst")));
    });
    assert.deepEqual(read, whole);
  });

  it("refuses any flipped bit and any lost sector, but for those of the last batch", async () => {
    const place = fc.record({
      file: fc.nat(),
      at: fc.nat(),
      bit: fc.nat(7),
      isSector: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(place, async ({ file, at, bit, isSector }) => {
        const hurt = (path: string): void => {
          const names = readdirSync(path).filter((name) => !name.startsWith("LO"));
          const target = join(path, names[file % names.length] ?? "");
          const bytes = new Uint8Array(readFileSync(target));
          const index = at % bytes.length;
          const sector = index - (index % sectorBytes);
          if (isSector) bytes.fill(0, sector, sector + sectorBytes);
          else bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
          writeFileSync(target, bytes);
        };
        const entries = await reading(hurt).catch((error: unknown) => {
          if (refused(/./)(error)) return whole;
          throw error;
        });
        assert.ok(areIn(withoutLast, entries), "nothing but the last is gone");
      }),
      { numRuns: 150 },
    );
  });
});
