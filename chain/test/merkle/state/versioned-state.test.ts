import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import {
  bytesFromText,
  createPrng,
  emptyBytes,
  finish,
  hexFromBytes,
  type Prng,
} from "@pyralog/chain/base";
import {
  StateError,
  verifyStateProof,
  type CommittedState,
  type KeyScan,
  type StateClaim,
} from "@pyralog/chain/merkle";
import {
  flipped,
  type Damage,
  Fixture,
  put,
  remove,
  sha256,
  someWrites,
  StateModel,
  type Pair,
} from "../state-model.ts";

const everything: KeyScan = { prefix: emptyBytes };

function assertIs(state: CommittedState, model: StateModel): void {
  assert.equal(hexFromBytes(state.root), hexFromBytes(model.root()));
  assert.deepEqual([...state.scan(everything)], model.pairs());
  for (const [key, value] of model.pairs()) assert.deepEqual(state.get(key), value);
}

function assertProves(
  state: CommittedState,
  pair: readonly [Uint8Array, Uint8Array | undefined],
): void {
  const [key, value] = pair;
  const claim: StateClaim = { root: state.root, key, proof: state.prove(key) };
  assert.equal(verifyStateProof(value === undefined ? claim : { ...claim, value }), true);
}

function someScan(prng: Prng): KeyScan {
  const prefix = bytesFromText("k".repeat(prng.below(4)) + (prng.chance(1, 3) ? "1" : ""));
  const from = bytesFromText("k".repeat(prng.below(5)) + prng.below(90));
  return { prefix, reverse: prng.chance(1, 2), ...(prng.chance(1, 2) ? { from } : {}) };
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof StateError) return error.code;
    throw error;
  }
  return "accepted";
}

describe("VersionedState", () => {
  it("begins empty at version zero, with a root of zeros", () => {
    const { state } = new Fixture();
    assert.equal(state.latest().version, 0n);
    assertIs(state.latest(), new StateModel());
  });

  it("has a root that depends on the live pairs alone, whatever the order and the batches", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 12 }), (seed, batches) => {
        const prng = createPrng(seed);
        const fixture = new Fixture();
        for (let batch = 0; batch < batches; batch++) {
          const { root } = fixture.commit(someWrites(prng, { keys: 80, writes: 60 }));
          assert.equal(hexFromBytes(root), hexFromBytes(fixture.model.root()));
        }
        const fresh = new Fixture();
        const shuffled = fixture.model.pairs().toSorted(() => prng.below(3) - 1);
        const { root } = fresh.commit(shuffled.map(([key, value]) => ({ key, value })));
        assert.deepEqual(root, fixture.state.latest().root);
      }),
      { numRuns: 60 },
    );
  });

  it("has the same root whether a large batch comes at once or in parts", () => {
    const prng = createPrng(31);
    const [fixture, other] = [new Fixture(), new Fixture()];
    for (let version = 0; version < 4; version++) {
      const writes = someWrites(prng, { keys: 6000, writes: 9000 });
      const { root } = fixture.commit(writes);
      for (let from = 0; from < writes.length; from += 700) {
        other.commit(writes.slice(from, from + 700));
      }
      assert.deepEqual(root, other.state.latest().root);
    }
    assertIs(fixture.state.latest(), fixture.model);
  });

  it("reads every kept version as it was, by key and in order, and no older one", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 6 }), (seed, versionsMax) => {
        const prng = createPrng(seed);
        const fixture = new Fixture(versionsMax);
        for (let version = 1; version <= 10; version++) {
          fixture.commit(someWrites(prng, { keys: 60, writes: 40 }));
        }
        for (const [version, model] of fixture.models) {
          const state = fixture.state.at(version);
          assert.equal(state !== undefined, version > 10n - BigInt(versionsMax));
          if (state === undefined) continue;
          assertIs(state, model);
          const scan = someScan(prng);
          assert.deepEqual([...state.scan(scan)], model.scan(scan));
          const keysOnly = [...state.scan({ ...scan, keysOnly: true })];
          assert.deepEqual(
            keysOnly,
            model.scan(scan).map(([key]) => [key, emptyBytes]),
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  it("proves what each kept version has and lacks", () => {
    const prng = createPrng(11);
    const fixture = new Fixture();
    for (let version = 1; version <= 6; version++) {
      fixture.commit(someWrites(prng, { keys: 60, writes: 60 }));
    }
    for (let version = 3n; version <= 6n; version++) {
      const state = fixture.state.at(version);
      assert.ok(state !== undefined);
      for (let at = 0; at < 60; at++) {
        const key = bytesFromText("k".repeat(1 + (at % 7)) + at);
        const value = fixture.models.get(version)?.get(key);
        assertProves(state, [key, value]);
      }
    }
  });

  it("shows nothing of a version before its commit, though the table has it already", () => {
    const fixture = new Fixture();
    fixture.commit([put("kept", "1"), put("changed", "1"), put("gone", "1")]);
    fixture.commit([put("changed", "2")]);
    const before = [fixture.models.get(1n), fixture.models.get(2n)];
    const writes = [put("changed", "3"), remove("gone"), put("new", "3")];
    const staged = finish(fixture.state.stage(writes, 3n));
    fixture.table.write(staged.batch);
    for (const [at, model] of before.entries()) {
      const state = fixture.state.at(BigInt(at + 1));
      assert.ok(state !== undefined && model !== undefined);
      assertIs(state, model);
    }
    fixture.state.commit(staged);
    assertIs(fixture.state.latest(), fixture.model.apply(writes));
  });

  it("lets readers in at every pause of a stage", () => {
    const prng = createPrng(3);
    const fixture = new Fixture();
    for (let version = 1; version <= 4; version++) {
      fixture.commit(someWrites(prng, { keys: 3000, writes: 3000 }));
    }
    const stage = fixture.state.stage(someWrites(prng, { keys: 3000, writes: 3000 }), 5n);
    let turns = 0;
    for (let turn = stage.next(); turn.done !== true; turn = stage.next()) {
      turns++;
      const scan = someScan(prng);
      for (let version = 1n; version <= 4n; version++) {
        const state = fixture.state.at(version);
        const model = fixture.models.get(version);
        assert.ok(state !== undefined && model !== undefined);
        assert.deepEqual([...state.scan(scan)].slice(0, 20), model.scan(scan).slice(0, 20));
      }
    }
    assert.ok(turns > 5, `a stage of thousands of writes pauses often, not ${turns} times`);
  });

  it("goes on with a scan whose index changes under it", () => {
    const prng = createPrng(8);
    const fixture = new Fixture(3);
    fixture.commit(someWrites(prng, { keys: 300, writes: 300 }));
    for (const reverse of [false, true]) {
      const { state, model } = { state: fixture.state.latest(), model: fixture.model };
      const seen: Pair[] = [];
      for (const pair of state.scan({ ...everything, reverse })) {
        seen.push(pair);
        if (seen.length % 40 === 0 && fixture.state.at(state.version + 1n) === undefined) {
          fixture.commit(someWrites(prng, { keys: 600, writes: 200 }));
        }
      }
      assert.deepEqual(seen, model.scan({ ...everything, reverse }));
    }
  });

  it("forgets a staged version that is not committed when the next is staged", () => {
    const prng = createPrng(21);
    const [fixture, other] = [new Fixture(), new Fixture()];
    for (let version = 1n; version <= 8n; version++) {
      const writes = someWrites(prng, { keys: 50, writes: 50 });
      finish(fixture.state.stage(someWrites(prng, { keys: 90, writes: 50 }), version));
      const cut = fixture.state.stage(someWrites(prng, { keys: 90, writes: 50 }), version);
      for (let turn = prng.below(5); turn > 0; turn--) cut.next();
      fixture.commit(writes);
      other.commit(writes);
      assertIs(fixture.state.latest(), fixture.model);
    }
    finish(fixture.state.stage([], 9n));
    finish(other.state.stage([], 9n));
    assert.equal(fixture.state.usage.nodes, other.state.usage.nodes);
  });

  it("tells the root of a genesis state before there is a block", () => {
    const fixture = new Fixture();
    const genesis = [put("a", "1"), put("b", "2")];
    const { root } = finish(fixture.state.stage(genesis, 0n));
    assert.deepEqual(root, new StateModel().apply(genesis).root());
    assert.equal(fixture.commit(genesis).version, 1n);
    assert.deepEqual(fixture.state.latest().root, root);
  });

  it("writes nothing for pairs that do not change", () => {
    const fixture = new Fixture();
    const idle = fixture.commit([]).batch.length;
    fixture.commit([put("a", "1"), put("b", "1")]);
    const { batch } = fixture.commit([put("a", "1"), remove("c")]);
    assert.equal(batch.filter(({ value }) => value !== undefined).length, idle);
    assertIs(fixture.state.latest(), fixture.model);
  });

  it("frees what expired versions alone had, keys too", () => {
    const fixture = new Fixture(3);
    const prng = createPrng(5);
    for (let version = 0; version < 30; version++) {
      fixture.commit(someWrites(prng, { keys: 500, writes: 200 }));
    }
    fixture.commit(fixture.model.pairs().map(([key]) => ({ key })));
    for (let version = 0; version < 4; version++) fixture.commit([]);
    assert.equal(fixture.state.usage.nodes, 0);
    assert.equal(fixture.state.usage.pairs, 0);
    assert.deepEqual(fixture.state.latest().root, new Uint8Array(32));
    const left = [...fixture.table.entries.keys()];
    assert.equal(left.length, 1 + 3, "the meta record, and the undo headers of kept versions");
  });

  it("keeps keys apart whose hashes share more bits than one node skips", () => {
    const keys = keysOfOneWay();
    const fixture = new Fixture(3);
    const prng = createPrng(9);
    for (let version = 0; version < 40; version++) {
      const chosen = keys.filter(() => prng.chance(1, 2));
      const text = `v${version}`;
      fixture.commit(chosen.map((key) => (prng.chance(1, 2) ? remove(key) : put(key, text))));
      assertIs(fixture.state.latest(), fixture.model);
      for (const key of keys.map((each) => bytesFromText(each))) {
        if (fixture.model.pairs().length === 0) continue;
        assertProves(fixture.state.latest(), [key, fixture.model.get(key)]);
      }
    }
  });

  it("refuses readers of a version that is no longer kept", () => {
    const fixture = new Fixture(2);
    fixture.commit([put("a", "1"), put("b", "1")]);
    const old = fixture.state.latest();
    const [a, scan] = [bytesFromText("a"), old.scan(everything)[Symbol.iterator]()];
    scan.next();
    for (let version = 0; version < 3; version++) fixture.commit([put("a", `${version}`)]);
    assert.equal(
      codeOf(() => old.get(a)),
      "VERSION_EXPIRED",
    );
    assert.equal(
      codeOf(() => old.prove(a)),
      "VERSION_EXPIRED",
    );
    assert.equal(
      codeOf(() => scan.next()),
      "VERSION_EXPIRED",
    );
  });

  it("stops on a value that the table has lost or let rot, live or replaced", () => {
    assert.equal(read(2n, [/^s /, flipped]), "VALUE_CORRUPT");
    assert.equal(read(2n, [/^s /, () => undefined]), "VALUE_MISSING");
    assert.equal(read(1n, [/^u /, flipped]), "UNDO_CORRUPT");
    assert.equal(read(1n, [/^u /, () => undefined]), "UNDO_MISSING");
  });
});

/** How reading the key of a damaged table fails. */
function read(version: bigint, damage: Damage): string {
  const fixture = new Fixture(4, 0);
  for (const value of ["one", "two"]) fixture.commit([put("a", value)]);
  fixture.table.damage(...damage);
  return codeOf(() => fixture.state.at(version)?.get(bytesFromText("a")));
}

/** Keys whose hashes begin alike, for more bits than a node can skip, found among many. */
function keysOfOneWay(): readonly string[] {
  const hashed = Array.from({ length: 60_000 }, (_, at) => `ground ${at}`).map(
    (key) => [hexFromBytes(sha256(bytesFromText(key))), key] as const,
  );
  const sorted = hashed.toSorted((one, other) => (one[0] < other[0] ? -1 : 1));
  const found = new Set<string>();
  for (const [at, [hash, key]] of sorted.entries()) {
    const [next, neighbour] = sorted[at + 1] ?? ["", ""];
    if (hash.slice(0, 7) !== next.slice(0, 7)) continue;
    found.add(key).add(neighbour);
  }
  assert.ok(found.size >= 4, "some pairs share 28 bits");
  return [...found];
}
