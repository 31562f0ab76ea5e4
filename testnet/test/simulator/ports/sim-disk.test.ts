import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { PortError } from "@pyralog/node/ports";
import { describeDisk } from "../../../../node/test/ports/describe-disk.ts";
import { SimWorld } from "../../../src/simulator/ports/index.ts";

const fails = (code: string) => (error: unknown) =>
  error instanceof PortError && error.code === code;

describeDisk("simulated", async (work) => {
  const world = new SimWorld({ seed: 1 });
  const { disk } = world.boot("node");
  await world.finish(() => work(disk));
});

describe("the simulated disk", () => {
  it("keeps what was synced through every power cut", async () => {
    for (let seed = 0; seed < 50; seed++) {
      const world = new SimWorld({ seed });
      const { disk } = world.boot("node");
      await world.finish(async () => {
        const file = await disk.open("log");
        await file.write(0, Uint8Array.of(1, 2, 3));
        await file.sync();
        await file.write(3, Uint8Array.of(4));
      });
      world.crash("node", "power");
      assert.deepEqual(world.disk("node").contents("log")?.slice(0, 3), Uint8Array.of(1, 2, 3));
    }
  });

  it("loses what was not synced in some power cuts, keeps it in others, tears it in others", async () => {
    const outcomes = new Set<string>();
    for (let seed = 0; seed < 80; seed++) {
      const world = new SimWorld({ seed });
      const { disk } = world.boot("node");
      await world.finish(async () => {
        const file = await disk.open("log");
        await file.write(0, new Uint8Array(1_500).fill(7));
      });
      world.crash("node", "power");
      const left = world.disk("node").contents("log") ?? new Uint8Array(0);
      const whole = left.length === 1_500 && left.every((byte) => byte === 7);
      outcomes.add(left.length === 0 ? "lost" : whole ? "kept" : "torn");
    }
    assert.deepEqual(outcomes, new Set(["kept", "lost", "torn"]));
  });

  it("keeps everything written when only the process dies", async () => {
    const world = new SimWorld({ seed: 3 });
    const { disk } = world.boot("node");
    await world.finish(async () => (await disk.open("log")).write(0, Uint8Array.of(9)));
    world.crash("node", "kill");
    assert.deepEqual(world.disk("node").contents("log"), Uint8Array.of(9));
  });

  it("answers a process that died never", async () => {
    const world = new SimWorld({ seed: 4 });
    const { disk } = world.boot("node");
    let answered = false;
    void disk.open("log").then(() => (answered = true));
    world.crash("node", "kill");
    await world.run(10_000);
    assert.equal(answered, false);
  });

  it("fails a sync once, and the file for good", async () => {
    const world = new SimWorld({ seed: 5 });
    const { disk } = world.boot("node");
    await world.finish(async () => {
      const file = await disk.open("log");
      await file.write(0, Uint8Array.of(1));
      world.disk("node").faults.failingSyncs = 1;
      await assert.rejects(() => file.sync(), fails("DISK_FAILED"));
      await assert.rejects(() => file.sync(), fails("DISK_FAILED"));
      await assert.rejects(() => file.write(1, Uint8Array.of(1)), fails("DISK_FAILED"));
    });
  });

  it("is full where the simulation says so", async () => {
    const world = new SimWorld({ seed: 6 });
    const { disk } = world.boot("node");
    world.disk("node").faults.bytesMax = 10;
    await world.finish(async () => {
      const file = await disk.open("log");
      await file.write(0, new Uint8Array(10));
      await assert.rejects(() => file.write(10, Uint8Array.of(1)), fails("DISK_FULL"));
      await assert.rejects(() => disk.replace("small", Uint8Array.of(1)), fails("DISK_FULL"));
    });
  });

  it("replaces a file whole or not at all", async () => {
    const lengths = new Set<number | undefined>();
    for (let seed = 0; seed < 40; seed++) {
      const world = new SimWorld({ seed });
      const { disk } = world.boot("node");
      await world.finish(() => disk.replace("small", new Uint8Array(10)));
      void disk.replace("small", new Uint8Array(2_000));
      world.crash("node", "power");
      lengths.add(world.disk("node").contents("small")?.length);
    }
    assert.deepEqual(lengths, new Set([10, 2_000]));
  });

  it("turns bits over where it is told to", async () => {
    const world = new SimWorld({ seed: 7 });
    const { disk } = world.boot("node");
    await world.finish(() => disk.replace("small", Uint8Array.of(0, 0)));
    world.disk("node").rot("small", 9);
    assert.deepEqual(await world.finish(() => disk.read("small")), Uint8Array.of(0, 2));
  });
});
