import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { PortError } from "@pyralog/node/ports";
import { describeTable } from "../../../../node/test/ports/describe-table.ts";
import { SimWorld } from "../../../src/simulator/ports/index.ts";

const isFailed = (error: unknown): boolean =>
  error instanceof PortError && error.code === "DISK_FAILED";

describeTable("simulated", async (work) => {
  const world = new SimWorld({ seed: 1 });
  const table = world.boot("node").table("state");
  await world.finish(() => work(table));
});

describe("the simulated table", () => {
  const key = Uint8Array.of(1);

  it("has a batch that a crash cut off whole or not at all", async () => {
    const found = new Set<number>();
    for (let seed = 0; seed < 40; seed++) {
      const world = new SimWorld({ seed });
      const table = world.boot("node").table("state");
      void table.write([
        { key, value: key },
        { key: Uint8Array.of(2), value: key },
      ]);
      await world.run(0.1);
      world.crash("node", "power");
      found.add(world.table("node", "state").entries.length);
    }
    assert.deepEqual(found, new Set([0, 2]));
  });

  it("outlives the process that wrote it", async () => {
    const world = new SimWorld({ seed: 2 });
    const table = world.boot("node").table("state");
    await world.finish(() => table.write([{ key, value: key }]));
    world.crash("node", "power");
    assert.deepEqual(world.boot("node").table("state").getSync(key), key);
  });

  it("fails for good after one failed batch", async () => {
    const world = new SimWorld({ seed: 3 });
    const table = world.boot("node").table("state");
    world.table("node", "state").faults.failingWrites = 1;
    await world.finish(async () => {
      await assert.rejects(() => table.write([{ key, value: key }]), isFailed);
      await assert.rejects(() => table.write([{ key, value: key }]), isFailed);
    });
  });

  it("is full where the simulation says so", async () => {
    const world = new SimWorld({ seed: 4 });
    const table = world.boot("node").table("state");
    world.table("node", "state").faults.full = true;
    await world.finish(() =>
      assert.rejects(
        () => table.write([{ key, value: key }]),
        (error: unknown) => error instanceof PortError && error.code === "DISK_FULL",
      ),
    );
  });
});
