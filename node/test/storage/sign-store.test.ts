import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { hexFromBytes } from "@pyralog/chain/base";
import type { Disk } from "#ports";
import { PortError } from "#ports";
import { SignStore, StorageError } from "#storage";
import { SimWorld } from "../../../testnet/src/simulator/ports/index.ts";

const path = "priv_validator_state";
const copyBytes = 2 * 1024 * 1024;

function failsWith(code: string): (error: unknown) => boolean {
  return (error) =>
    (error instanceof StorageError || error instanceof PortError) && error.code === code;
}

async function swapped(store: SignStore, record: Uint8Array): Promise<void> {
  const result = await store.swap({ expected: store.present.revision, record });
  assert.equal(result.kind, "swapped");
}

/** A store that was created and swapped so many times; record n is n times n. */
async function aStore(world: SimWorld, swaps: number): Promise<void> {
  const { disk } = world.boot("node");
  await world.finish(async () => {
    await SignStore.create({ disk, path });
    const store = await SignStore.open({ disk, path });
    for (let number = 1; number <= swaps; number++) {
      await swapped(store, new Uint8Array(number).fill(number));
    }
    await store.close();
  });
}

async function presentIn(world: SimWorld): Promise<string> {
  const { disk } = world.boot("node");
  return world.finish(async () => {
    const store = await SignStore.open({ disk, path });
    return `${store.present.revision}:${hexFromBytes(store.present.record)}`;
  });
}

describe("the sign store", () => {
  it("begins with an empty record at revision 0, and creates over nothing", async () => {
    const world = new SimWorld({ seed: 1 });
    await aStore(world, 0);
    assert.equal(await presentIn(world), "0:");
    await aStore(world, 2);
    const { disk } = world.boot("node");
    await world.finish(() => SignStore.create({ disk, path }));
    assert.equal(await presentIn(world), "2:0202");
  });

  it("gives the newest record after any number of swaps", async () => {
    const world = new SimWorld({ seed: 2 });
    for (let swaps = 1; swaps < 6; swaps++) {
      await aStore(world, 1);
    }
    assert.equal((await presentIn(world)).split(":")[0], "5");
  });

  it("swaps nothing that somebody else swapped since, and tells what is there", async () => {
    const world = new SimWorld({ seed: 3 });
    await aStore(world, 3);
    const { disk } = world.boot("node");
    await world.finish(async () => {
      const store = await SignStore.open({ disk, path });
      const [first, second] = await Promise.all([
        store.swap({ expected: 3n, record: Uint8Array.of(10) }),
        store.swap({ expected: 3n, record: Uint8Array.of(11) }),
      ]);
      assert.deepEqual(first, { kind: "swapped", revision: 4n });
      const present = { revision: 4n, record: Uint8Array.of(10) };
      assert.deepEqual(second, { kind: "conflict", present });
      assert.deepEqual(store.present, present);
    });
    assert.equal(await presentIn(world), "4:0a");
  });

  it("refuses to begin without its file, and says what to do", async () => {
    const world = new SimWorld({ seed: 4 });
    await assert.rejects(() => presentIn(world), failsWith("SIGN_RECORD_MISSING"));
    await assert.rejects(() => presentIn(world), /priv_validator_state/);
  });

  it("refuses a file without one whole copy, an empty one too", async () => {
    const world = new SimWorld({ seed: 5 });
    world.disk("node").place(path, new Uint8Array(0));
    await assert.rejects(() => presentIn(world), failsWith("SIGN_RECORD_CORRUPT"));
    await aStore(new SimWorld({ seed: 5 }), 0);
    world.disk("node").place(path, new Uint8Array(8 * 1024 * 1024).fill(255));
    await assert.rejects(() => presentIn(world), failsWith("SIGN_RECORD_CORRUPT"));
  });

  it("takes a copy that stands in another place than it was written for for damaged", async () => {
    const source = new SimWorld({ seed: 5 });
    await aStore(source, 0);
    const copy = source.disk("node").contents(path) ?? new Uint8Array(0);
    const moved = new Uint8Array(4 * copyBytes);
    moved.set(copy, copyBytes);
    await assert.rejects(() => presentFrom(moved), failsWith("SIGN_RECORD_CORRUPT"));
  });

  it("gives the newest record whichever single bit of a copy turns", async () => {
    const source = new SimWorld({ seed: 6 });
    await aStore(source, 4);
    const bytes = source.disk("node").contents(path) ?? new Uint8Array(0);
    for (let copy = 0; copy < 4; copy++) {
      for (let bit = 0; bit < 30 * 8; bit += 7) {
        const rotten = bytes.slice();
        const index = copy * copyBytes + Math.floor(bit / 8);
        if (index >= rotten.length) continue;
        rotten[index] = (rotten[index] ?? 0) ^ (1 << (bit % 8));
        assert.equal(await presentFrom(rotten), "4:04040404", `copy ${copy}, bit ${bit}`);
      }
    }
  });

  it("makes a damaged copy anew when it opens, before the other one rots", async () => {
    const world = new SimWorld({ seed: 8 });
    await aStore(world, 3);
    const newestSlot = 1;
    for (const copy of [0, 1, 0, 1]) {
      const bytes = (world.disk("node").contents(path) ?? new Uint8Array(0)).slice();
      const begin = (copy * 2 + newestSlot) * copyBytes;
      bytes.fill(0, begin, begin + 512);
      const { disk } = world.boot("node");
      await world.finish(() => disk.replace(path, bytes));
      assert.equal(await presentIn(world), "3:030303");
    }
  });

  it("gives the newest record when any one sector is gone", async () => {
    const source = new SimWorld({ seed: 7 });
    await aStore(source, 5);
    const bytes = source.disk("node").contents(path) ?? new Uint8Array(0);
    for (let copy = 0; copy < 4; copy++) {
      const damaged = bytes.slice().fill(0, copy * copyBytes, copy * copyBytes + 4_096);
      assert.equal(await presentFrom(damaged), "5:0505050505");
    }
  });

  it("keeps the old record where the write of the new one tore, at whatever byte", async () => {
    const source = new SimWorld({ seed: 8 });
    await aStore(source, 3);
    const before = source.disk("node").contents(path) ?? new Uint8Array(0);
    const { disk } = source.boot("node");
    await source.finish(async () => {
      const store = await SignStore.open({ disk, path });
      await swapped(store, Uint8Array.of(4, 4, 4, 4));
    });
    const after = source.disk("node").contents(path) ?? new Uint8Array(0);
    const first = after.findIndex((byte, index) => byte !== before[index]);
    const slot = Math.floor(first / copyBytes) * copyBytes;
    for (let torn = 0; torn <= 24; torn++) {
      const bytes = before.slice();
      bytes.set(after.subarray(slot, slot + torn), slot);
      const expected = torn === 24 ? "4:04040404" : "3:030303";
      assert.equal(await presentFrom(bytes), expected, `torn after ${torn} bytes`);
    }
  });

  it("fails for good when its sync fails", async () => {
    const world = new SimWorld({ seed: 9 });
    await aStore(world, 1);
    const { disk } = world.boot("node");
    await world.finish(async () => {
      const store = await SignStore.open({ disk, path });
      world.disk("node").faults.failingSyncs = 1;
      const swap = { expected: 1n, record: Uint8Array.of(2) };
      await assert.rejects(() => store.swap(swap), failsWith("DISK_FAILED"));
      await assert.rejects(() => store.swap(swap), failsWith("DISK_FAILED"));
      assert.deepEqual(store.present.record, Uint8Array.of(1));
    });
  });

  it("never forgets a record that it acknowledged, through any crash", async () => {
    for (let seed = 0; seed < 40; seed++) {
      const world = new SimWorld({ seed });
      await aStore(world, 1);
      let acknowledged = 1n;
      for (let life = 0; life < 5; life++) {
        const { disk } = world.boot("node");
        const store = await world.finish(() => SignStore.open({ disk, path }));
        const { revision, record } = store.present;
        assert.ok(revision >= acknowledged, `seed ${seed}`);
        assert.equal(record[0], Number(revision) % 256);
        acknowledged = revision;
        void swapUntilCrash({ disk, store }, (count) => (acknowledged = count));
        await world.run(world.nowMs + world.prng.below(25));
        world.crash("node", world.prng.chance(2, 3) ? "power" : "kill");
      }
    }
  });
});

async function presentFrom(bytes: Uint8Array): Promise<string> {
  const world = new SimWorld({ seed: 1 });
  world.disk("node").place(path, bytes);
  return presentIn(world);
}

async function swapUntilCrash(
  node: { readonly disk: Disk; readonly store: SignStore },
  acknowledge: (revision: bigint) => void,
): Promise<void> {
  const { store } = node;
  for (;;) {
    const next = store.present.revision + 1n;
    await swapped(store, new Uint8Array(900).fill(Number(next) % 256));
    acknowledge(next);
  }
}
