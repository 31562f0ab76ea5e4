import assert from "node:assert/strict";
import { describe, it } from "mocha";
import fc from "fast-check";
import { compareBytes, hexFromBytes } from "@pyralog/chain/base";
import { PortError, type KeyRange, type Table } from "#ports";

/** How a test uses a table: it does its work, in whatever time it lives in, and cleans up. */
export type WithTable = (work: (table: Table) => Promise<void>) => Promise<void>;

const key = (...bytes: readonly number[]): Uint8Array => Uint8Array.from(bytes);

async function keysIn(table: Table, range: KeyRange): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const [found] of table.scan(range)) keys.push(hexFromBytes(found));
  return keys;
}

const isClosed = (error: unknown): boolean => error instanceof PortError && error.code === "CLOSED";

/** What every `Table` does, whatever it is made of. */
export function describeTable(name: string, withTable: WithTable): void {
  describe(`a table: ${name}`, () => {
    it("finds what a batch wrote and misses what it deleted, either way of asking", () =>
      withTable(async (table) => {
        await table.write([
          { key: key(1), value: key(10) },
          { key: key(2), value: key(20) },
        ]);
        await table.write([{ key: key(1) }, { key: key(2), value: key(21) }]);
        assert.equal(table.getSync(key(1)), undefined);
        assert.equal(await table.get(key(1)), undefined);
        assert.deepEqual(table.getSync(key(2)), key(21));
        assert.deepEqual(await table.get(key(2)), key(21));
      }));

    it("keeps an empty value apart from none", () =>
      withTable(async (table) => {
        await table.write([{ key: key(1), value: key() }]);
        assert.deepEqual(table.getSync(key(1)), key());
      }));

    it("lets the last of two writes of a batch to one key count", () =>
      withTable(async (table) => {
        await table.write([
          { key: key(1), value: key(1) },
          { key: key(1), value: key(2) },
        ]);
        assert.deepEqual(table.getSync(key(1)), key(2));
      }));

    it("scans from the first key on and stops before the last", () =>
      withTable(async (table) => {
        const keys = [key(0), key(1), key(1, 0), key(1, 255), key(2), key(255, 255)];
        await table.write(keys.toReversed().map((each) => ({ key: each, value: each })));
        assert.deepEqual(await keysIn(table, { from: key(1), to: key(2) }), ["01", "0100", "01ff"]);
        assert.deepEqual(await keysIn(table, { from: key(1, 1) }), ["01ff", "02", "ffff"]);
        const last = { from: key(0), to: key(2), reverse: true, limit: 2 };
        assert.deepEqual(await keysIn(table, last), ["01ff", "0100"]);
        assert.deepEqual(await keysIn(table, { from: key(3), to: key(2) }), []);
      }));

    it("scans the state of the first step, whatever is written meanwhile", () =>
      withTable(async (table) => {
        await table.write([
          { key: key(1), value: key(1) },
          { key: key(2), value: key(2) },
        ]);
        const values: string[] = [];
        for await (const [found, value] of table.scan({ from: key(0) })) {
          if (values.length === 0) {
            await table.write([
              { key: key(2), value: key(9) },
              { key: key(3), value: key(3) },
            ]);
          }
          values.push(`${hexFromBytes(found)}=${hexFromBytes(value)}`);
        }
        assert.deepEqual(values, ["01=01", "02=02"]);
      }));

    it("can be left in the middle of a scan", () =>
      withTable(async (table) => {
        await table.write([
          { key: key(1), value: key(1) },
          { key: key(2), value: key(2) },
        ]);
        for await (const [found] of table.scan({ from: key(0) })) {
          assert.deepEqual(found, key(1));
          break;
        }
        await table.write([{ key: key(1) }]);
        assert.deepEqual(await keysIn(table, { from: key(0) }), ["02"]);
      }));

    it("agrees with a sorted list, whatever is written", () =>
      withTable(async (table) => {
        const bytes = fc.uint8Array({ minLength: 1, maxLength: 3 });
        const write = fc.record({ key: bytes, value: fc.option(bytes, { nil: undefined }) });
        const model = new Map<string, Uint8Array>();
        const batches = fc.sample(fc.array(write, { maxLength: 20 }), { seed: 7, numRuns: 30 });
        for (const batch of batches) {
          await table.write(
            batch.map(({ key: each, value }) => (value ? { key: each, value } : { key: each })),
          );
          for (const each of batch) {
            if (each.value === undefined) model.delete(hexFromBytes(each.key));
            else model.set(hexFromBytes(each.key), each.key);
          }
          const sorted = [...model.values()].toSorted(compareBytes).map(hexFromBytes);
          assert.deepEqual(await keysIn(table, { from: key() }), sorted);
        }
      }));

    it("refuses everything once it is closed", () =>
      withTable(async (table) => {
        await table.close();
        assert.throws(() => table.getSync(key(1)), isClosed);
        await assert.rejects(() => table.get(key(1)), isClosed);
        await assert.rejects(() => table.write([{ key: key(1), value: key(1) }]), isClosed);
      }));
  });
}
