import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { AssertionFailure } from "@pyralog/chain/base";
import {
  consensusParamsDefault,
  createHeight,
  createPower,
  encodeValidatorSet,
  incrementProposerPriority,
  updateValidatorSet,
  type ConsensusParams,
  type Height,
  type ValidatorSet,
} from "@pyralog/chain/types";
import { StateStore, StorageError } from "#storage";
import { SimWorld } from "../../../testnet/src/simulator/ports/index.ts";
import { anEvent, aTxResult, aValidatorSet, someResults } from "./a-chain.ts";

const height = (number: number): Height => createHeight(BigInt(number));
const prefix = "s/";

function inStore<Value>(
  world: SimWorld,
  work: (store: StateStore) => Promise<Value>,
): Promise<Value> {
  const table = world.boot("node").table("chain");
  return world.finish(async () => work(await StateStore.open(table, prefix)));
}

/** The set of each height from 1 to 200; it changes at 100. */
function setsOf200(): readonly ValidatorSet[] {
  const sets = [aValidatorSet([10n, 20n, 35n])];
  for (let at = 2; at <= 200; at++) {
    const next = incrementProposerPriority(sets.at(-1) ?? aValidatorSet([1n]), 1);
    if (at !== 100) {
      sets.push(next);
      continue;
    }
    const change = { publicKey: { type: "ed25519", bytes: new Uint8Array(32).fill(9) } } as const;
    const changed = updateValidatorSet(next, [{ ...change, power: createPower(7n) }]);
    assert.equal(changed.kind, "ok");
    sets.push(changed.value);
  }
  return sets;
}

function paramsAt(at: number): ConsensusParams {
  const maxGas = at < 50 ? -1n : 1_000n;
  return { ...consensusParamsDefault, block: { ...consensusParamsDefault.block, maxGas } };
}

async function save200(store: StateStore): Promise<void> {
  for (const [index, value] of setsOf200().entries()) {
    const at = index + 1;
    const changed = height(at < 100 ? 1 : 100);
    const paramsChanged = height(at < 50 ? 1 : 50);
    const results = someResults(Array.from({ length: at % 40 }, (_, code) => aTxResult([], code)));
    await store.save({
      state: Uint8Array.of(at),
      validators: [{ height: height(at), value, changed }],
      params: [{ height: height(at), value: paramsAt(at), changed: paramsChanged }],
      results: { height: height(at), value: results },
    });
  }
}

const isCorrupt = (error: unknown): boolean =>
  error instanceof StorageError && error.code === "VALUE_CORRUPT";

const isMissing = (error: unknown): boolean =>
  error instanceof StorageError && error.code === "VALUE_MISSING";

describe("the state store", () => {
  it("has nothing before the first save", async () => {
    await inStore(new SimWorld({ seed: 1 }), async (store) => {
      assert.equal(await store.loadState(), undefined);
      assert.equal(await store.loadValidators(height(1)), undefined);
      assert.equal(await store.loadParams(height(1)), undefined);
      assert.equal(await store.loadResults(height(1)), undefined);
      assert.equal(store.loadTxResult(height(1), 0), undefined);
    });
  });

  it("gives the newest state, and each height's validators with their turns, and parameters", async () => {
    const world = new SimWorld({ seed: 2 });
    await inStore(world, save200);
    await inStore(world, async (store) => {
      assert.deepEqual(await store.loadState(), Uint8Array.of(200));
      for (const [index, set] of setsOf200().entries()) {
        const loaded = await store.loadValidators(height(index + 1));
        assert.ok(loaded !== undefined);
        assert.deepEqual(
          encodeValidatorSet(loaded),
          encodeValidatorSet(set),
          `height ${index + 1}`,
        );
        assert.deepEqual(await store.loadParams(height(index + 1)), paramsAt(index + 1));
      }
      assert.equal(await store.loadValidators(height(201)), undefined);
    });
  });

  it("writes a set whole where it changed and now and then, and points there elsewhere", async () => {
    const world = new SimWorld({ seed: 3 });
    await inStore(world, save200);
    const whole = world
      .table("node", "chain")
      .entries.filter(
        ([key, value]) => String.fromCodePoint(...key).includes("validators") && value.length > 30,
      )
      .map(([key]) =>
        Number(new DataView(key.buffer, key.byteOffset).getBigUint64(key.length - 8)),
      );
    assert.deepEqual(whole, [1, 64, 100, 128, 192]);
  });

  it("gives all results of a height, and one of them alone", async () => {
    const world = new SimWorld({ seed: 4 });
    const txResults = Array.from({ length: 35 }, (_, code) =>
      aTxResult([anEvent("transfer", { amount: `${code}` })], code),
    );
    const value = { ...someResults(txResults, [anEvent("epoch", { number: "1" })]) };
    await inStore(world, async (store) => {
      const results = { height: height(7), value };
      await store.save({ state: Uint8Array.of(1), validators: [], params: [], results });
    });
    await inStore(world, async (store) => {
      assert.deepEqual(await store.loadResults(height(7)), value);
      for (const [index, result] of txResults.entries()) {
        assert.deepEqual(store.loadTxResult(height(7), index), result);
      }
      assert.equal(store.loadTxResult(height(7), 35), undefined);
      assert.equal(store.loadTxResult(height(8), 0), undefined);
    });
  });

  it("has all of an update that a crash cut off, or nothing of it", async () => {
    const outcomes = new Set<string>();
    for (let seed = 0; seed < 40; seed++) {
      const world = new SimWorld({ seed });
      const table = world.boot("node").table("chain");
      const store = await world.finish(() => StateStore.open(table, prefix));
      void store.save({
        state: Uint8Array.of(1),
        validators: [{ height: height(1), value: aValidatorSet([1n]), changed: height(1) }],
        params: [{ height: height(1), value: consensusParamsDefault, changed: height(1) }],
        results: { height: height(1), value: someResults([aTxResult()]) },
      });
      await world.run(world.prng.below(6));
      world.crash("node", "power");
      await inStore(world, async (again) => {
        const found = [
          await again.loadState(),
          await again.loadValidators(height(1)),
          await again.loadParams(height(1)),
          await again.loadResults(height(1)),
        ];
        outcomes.add(found.map((each) => (each === undefined ? "0" : "1")).join(""));
      });
    }
    assert.deepEqual(outcomes, new Set(["0000", "1111"]));
  });

  it("keeps opaque evidence beside the state until it is erased", async () => {
    const world = new SimWorld({ seed: 5 });
    const keys = [Uint8Array.of(0), Uint8Array.of(255, 255), Uint8Array.of(7)];
    await inStore(world, async (store) => {
      const update = { state: Uint8Array.of(1), validators: [], params: [] };
      await store.save({ ...update, evidence: keys.map((key) => ({ key, value: key })) });
      await store.save({ ...update, evidence: [{ key: Uint8Array.of(7) }] });
    });
    await inStore(world, async (store) => {
      const found: (readonly [Uint8Array, Uint8Array])[] = [];
      for await (const entry of store.loadEvidence()) found.push(entry);
      assert.deepEqual(found, [
        [keys[0], keys[0]],
        [keys[1], keys[1]],
      ]);
    });
  });

  it("prunes from below, but keeps what later heights point to", async () => {
    const world = new SimWorld({ seed: 6 });
    await inStore(world, save200);
    await inStore(world, async (store) => {
      await store.prune(height(120));
      const sets = setsOf200();
      for (const at of [120, 127, 150, 200]) {
        const loaded = await store.loadValidators(height(at));
        const set = sets[at - 1];
        assert.ok(loaded !== undefined && set !== undefined);
        assert.deepEqual(encodeValidatorSet(loaded), encodeValidatorSet(set));
        assert.deepEqual(await store.loadParams(height(at)), paramsAt(at));
        assert.notEqual(await store.loadResults(height(at)), undefined);
      }
      assert.equal(await store.loadValidators(height(90)), undefined);
      assert.equal(await store.loadResults(height(119)), undefined);
      assert.equal(store.loadTxResult(height(119), 0), undefined);
      await store.prune(height(199));
      assert.notEqual(await store.loadValidators(height(199)), undefined);
    });
    await inStore(world, async (store) => {
      assert.deepEqual(await store.loadState(), Uint8Array.of(200));
      assert.notEqual(await store.loadParams(height(199)), undefined);
    });
  });

  it("names a value that bits rotted in", async () => {
    const world = new SimWorld({ seed: 7 });
    await inStore(world, save200);
    for (const [key] of world.table("node", "chain").entries.slice(0, 400)) {
      world.table("node", "chain").rot(key, 5);
    }
    await inStore(world, async (store) => {
      await assert.rejects(() => store.loadParams(height(10)), isCorrupt);
      await assert.rejects(() => store.loadResults(height(10)), isCorrupt);
    });
  });

  it("names the state and any height's results that are gone between others", async () => {
    const losses = [
      { key: `${prefix}state`, at: undefined },
      ...[1, 77, 199].map((at) => ({ key: `${prefix}results`, at })),
    ];
    for (const { key: lost, at } of losses) {
      const world = new SimWorld({ seed: 9 });
      await inStore(world, save200);
      const table = world.table("node", "chain");
      for (const [key] of table.entries) {
        const isLost = at === undefined || key.at(-1) === at;
        if (isLost && String.fromCodePoint(...key).startsWith(lost)) table.apply([{ key }]);
      }
      await inStore(world, async (store) => {
        const read = at === undefined ? store.loadState() : store.loadResults(height(at));
        await assert.rejects(() => read, isMissing, `${lost} ${at}`);
      });
    }
  });

  it("names a set or results that others need and that are gone", async () => {
    const world = new SimWorld({ seed: 8 });
    await inStore(world, save200);
    const table = world.table("node", "chain");
    for (const [key] of table.entries) {
      const text = String.fromCodePoint(...key);
      if (text.includes("validators") && key.at(-1) === 64) table.apply([{ key }]);
      if (text.includes("tx-results") && key.at(-9) === 39) table.apply([{ key }]);
    }
    await inStore(world, async (store) => {
      await assert.rejects(() => store.loadValidators(height(70)), isMissing);
      await assert.rejects(() => store.loadResults(height(39)), isMissing);
    });
  });

  it("refuses a change after the height that it is for, as our own mistake", async () => {
    await inStore(new SimWorld({ seed: 9 }), async (store) => {
      const validators = [{ height: height(1), value: aValidatorSet([1n]), changed: height(2) }];
      assert.throws(
        () => store.save({ state: Uint8Array.of(1), validators, params: [] }),
        AssertionFailure,
      );
      await Promise.resolve();
    });
  });
});
