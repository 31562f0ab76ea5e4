import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { AssertionFailure, bytesFromText, textFromBytes } from "@pyralog/chain/base";
import { createHeight, type Height } from "@pyralog/chain/types";
import { Wal } from "#storage";
import { SimWorld } from "../../../testnet/src/simulator/ports/index.ts";

const height = (number: number): Height => createHeight(BigInt(number));

/** Segments are small enough that one holds two heights. */
async function inWal(world: SimWorld, work: (wal: Wal) => Promise<void>): Promise<void> {
  const { disk } = world.boot("node");
  const segmentBytes = 700;
  await world.finish(async () => work(await Wal.open({ disk, directory: "wal", segmentBytes })));
}

async function entriesAfter(wal: Wal, number: number): Promise<readonly string[]> {
  const entries: string[] = [];
  for await (const entry of wal.replay(height(number))) entries.push(textFromBytes(entry));
  return entries;
}

const append = (wal: Wal, ...entries: readonly string[]): void => {
  for (const entry of entries) wal.append(bytesFromText(entry));
};

describe("the consensus WAL", () => {
  it("replays what follows the end of a height", async () => {
    const world = new SimWorld({ seed: 1 });
    await inWal(world, async (wal) => {
      assert.equal(wal.endHeight, undefined);
      await wal.endOf(height(0));
      append(wal, "a", "b");
      await wal.endOf(height(1));
      append(wal, "c", "");
      await wal.sync();
    });
    await inWal(world, async (wal) => {
      assert.equal(wal.endHeight, 1n);
      assert.deepEqual(await entriesAfter(wal, 1), ["c", ""]);
      assert.deepEqual(await entriesAfter(wal, 0), ["a", "b", "c", ""]);
    });
  });

  it("replays after the last of two ends of one height", async () => {
    const world = new SimWorld({ seed: 2 });
    await inWal(world, async (wal) => {
      await wal.endOf(height(1));
      append(wal, "before");
      await wal.endOf(height(1));
      append(wal, "after");
      await wal.sync();
      assert.deepEqual(await entriesAfter(wal, 1), ["after"]);
    });
  });

  it("knows which ends it has, and replays after no other", async () => {
    const world = new SimWorld({ seed: 3 });
    await inWal(world, async (wal) => {
      await wal.endOf(height(4));
      assert.ok(wal.hasEndOf(height(4)));
      assert.equal(wal.hasEndOf(height(5)), false);
      await assert.rejects(() => entriesAfter(wal, 5), AssertionFailure);
    });
  });

  it("loses at most what was not synced", async () => {
    const world = new SimWorld({ seed: 4 });
    await inWal(world, async (wal) => {
      await wal.endOf(height(0));
      append(wal, "synced");
      await wal.sync();
      append(wal, "not synced");
    });
    world.crash("node", "power");
    await inWal(world, async (wal) => {
      assert.deepEqual(await entriesAfter(wal, 0), ["synced"]);
    });
  });

  it("deletes no segment that a replay from the kept height needs", async () => {
    const world = new SimWorld({ seed: 5 });
    const large = "x".repeat(300);
    await inWal(world, async (wal) => {
      for (let number = 0; number < 30; number++) {
        await wal.endOf(height(number));
        append(wal, `${number}`, large);
        await wal.sync();
        await wal.prune(height(number));
        assert.deepEqual(await entriesAfter(wal, number), [`${number}`, large]);
      }
      await wal.prune(height(1_000));
    });
    assert.ok(world.disk("node").paths.length <= 4, world.disk("node").paths.join());
    await inWal(world, async (wal) => {
      assert.equal(wal.endHeight, 29n);
      assert.deepEqual(await entriesAfter(wal, 29), ["29", large]);
    });
  });
});
