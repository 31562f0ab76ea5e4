import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { bytesFromText, createPrng, emptyBytes, finish, hexFromBytes } from "@pyralog/chain/base";
import { StateLoader, stateTableRange, type StateErrorCode } from "@pyralog/chain/merkle";
import {
  flipped,
  Fixture,
  MemoryTable,
  nameOf,
  put,
  remove,
  someWrites,
  type Damage,
} from "../state-model.ts";

function verdict(table: MemoryTable, versionsMax = 4): StateErrorCode | "loaded" {
  const loaded = finish(table.loaderOf(versionsMax).finish());
  return loaded.kind === "refused" ? loaded.error.code : "loaded";
}

/** Five versions, of which four are kept. */
function aFixture(): Fixture {
  const fixture = new Fixture();
  const prng = createPrng(77);
  for (let version = 0; version < 5; version++) {
    fixture.commit(someWrites(prng, { keys: 40, writes: 40 }));
  }
  return fixture;
}

function after(damage: Damage): StateErrorCode | "loaded" {
  const { table } = aFixture();
  table.damage(...damage);
  return verdict(table);
}

function assertSame(one: Fixture, other: Fixture): void {
  assert.equal(one.state.oldest, other.state.oldest);
  assert.equal(one.state.usage.pairs, other.state.usage.pairs);
  assert.equal(one.state.usage.versions, other.state.usage.versions);
  for (let version = one.state.oldest; version <= one.version; version++) {
    const [mine, theirs] = [one.state.at(version), other.state.at(version)];
    assert.deepEqual(mine?.root, theirs?.root);
    const everything = { prefix: emptyBytes };
    assert.deepEqual([...(mine?.scan(everything) ?? [])], [...(theirs?.scan(everything) ?? [])]);
  }
}

describe("StateLoader", () => {
  it("makes a restart no different from none: versions, values and roots, then and later", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 5 }), (seed, versionsMax) => {
        const prng = createPrng(seed);
        const [restarted, steady] = [new Fixture(versionsMax), new Fixture(versionsMax)];
        for (let version = 0; version < 9; version++) {
          const writes = someWrites(prng, { keys: 40, writes: 30 });
          const all = prng.chance(1, 6) ? steady.model.pairs().map(([key]) => ({ key })) : writes;
          assert.deepEqual(restarted.commit(all).root, steady.commit(all).root);
          if (!prng.chance(1, 2)) continue;
          restarted.restart();
          assertSame(restarted, steady);
        }
        assert.deepEqual(restarted.table.entries, steady.table.entries);
        for (let idle = 0; idle < 6; idle++) restarted.commit([]);
        for (let idle = 0; idle < 6; idle++) steady.commit([]);
        finish(restarted.state.stage([], 99n));
        finish(steady.state.stage([], 99n));
        assert.equal(restarted.state.usage.nodes, steady.state.usage.nodes);
      }),
      { numRuns: 60 },
    );
  });

  it("finds the state of the last commit after a stage that was never written", () => {
    const fixture = aFixture();
    finish(fixture.state.stage([put("lost", "1")], 6n));
    fixture.restart();
    assert.deepEqual(fixture.state.latest().root, fixture.model.root());
  });

  it("keeps fewer versions when fewer are asked for, and cleans the rest of them away", () => {
    const fixture = aFixture();
    const loaded = finish(fixture.table.loaderOf(2).finish());
    assert.ok(loaded.kind === "ok");
    assert.equal(loaded.value.oldest, 4n);
    fixture.table.write(finish(loaded.value.stage([], 6n)).batch);
    assert.equal(verdict(fixture.table, 2), "loaded");
    const undone = [...fixture.table.entries.keys()].filter((key) => /^u . 0$/.test(nameOf(key)));
    assert.deepEqual(undone.map(nameOf), ["u 5 0", "u 6 0"]);
  });

  it("takes an empty table for the empty state", () => {
    assert.equal(verdict(new MemoryTable()), "loaded");
  });

  it("finds its entries between the bounds of its range, and nowhere else", () => {
    const { table } = aFixture();
    const [from, to] = [hexFromBytes(stateTableRange.from), hexFromBytes(stateTableRange.to)];
    for (const key of table.entries.keys()) assert.ok(from <= key && key < to);
  });

  it("refuses values that rotted, are missing, or are too many", () => {
    assert.equal(after([/^s .*1$/, flipped]), "VALUE_CORRUPT");
    assert.equal(after([/^s .*1$/, (record) => record.subarray(0, 3)]), "VALUE_CORRUPT");
    assert.equal(after([/^s .*1$/, () => undefined]), "ROOT_MISMATCH");
    const [other, { table }] = [new Fixture(), aFixture()];
    other.commit([put("intruder", "1")]);
    for (const [key, record] of other.table.entries) {
      if (nameOf(key).startsWith("s ")) table.entries.set(key, record);
    }
    assert.equal(verdict(table), "ROOT_MISMATCH");
  });

  it("refuses a value that was replaced by an older one with a good checksum", () => {
    const fixture = new Fixture();
    fixture.commit([put("a", "1"), put("b", "1")]);
    const older = fixture.table.copy();
    fixture.commit([put("a", "2")]);
    fixture.table.damage(/^s a$/, () => older.get(bytesFromText("state/sa")));
    assert.equal(verdict(fixture.table), "ROOT_MISMATCH");
  });

  it("refuses undo records with a gap, rotted ones, and ones that lead elsewhere", () => {
    assert.equal(after([/^u 4 /, () => undefined]), "UNDO_MISSING");
    assert.equal(after([/^u 4 0/, () => undefined]), "UNDO_MISSING");
    assert.equal(after([/^u 4 1/, () => undefined]), "UNDO_MISSING");
    assert.equal(after([/^u 5 /, () => undefined]), "UNDO_MISSING");
    assert.equal(after([/^u 4 /, flipped]), "UNDO_CORRUPT");
    const [one, other] = [aFixture(), new Fixture()];
    const prng = createPrng(78);
    for (let version = 0; version < 5; version++) {
      other.commit(someWrites(prng, { keys: 40, writes: 40 }));
    }
    one.table.damage(/^u . 1$/, () => undefined);
    for (const [key, record] of other.table.entries) {
      if (/^u . 1$/.test(nameOf(key))) one.table.entries.set(key, record);
    }
    assert.equal(verdict(one.table), "ROOT_MISMATCH");
  });

  it("refuses a table without its meta record, or with a rotted one", () => {
    assert.equal(after([/^m$/, () => undefined]), "META_MISSING");
    assert.equal(after([/^m$/, flipped]), "META_CORRUPT");
  });

  it("refuses entries of no known form, and entries out of order", () => {
    const { table } = aFixture();
    table.entries.set(hexFromBytes(bytesFromText("state/x")), new Uint8Array(8));
    assert.equal(verdict(table), "ENTRY_UNKNOWN");
    const loader = new StateLoader({ values: table });
    const key = bytesFromText("state/sk");
    loader.add(key, new Uint8Array(8));
    loader.add(key, new Uint8Array(8));
    const loaded = finish(loader.finish());
    assert.equal(loaded.kind === "refused" ? loaded.error.code : "loaded", "VALUE_CORRUPT");
    assert.equal(misordered(), "ENTRY_ORDER");
  });
});

function misordered(): string {
  const fixture = new Fixture();
  fixture.commit([put("a", "1"), put("b", "1"), remove("c")]);
  const loader = new StateLoader({ values: fixture.table });
  for (const text of ["state/sb", "state/sa"]) {
    const key = bytesFromText(text);
    loader.add(key, fixture.table.get(key) ?? emptyBytes);
  }
  const loaded = finish(loader.finish());
  return loaded.kind === "refused" ? loaded.error.code : "loaded";
}
