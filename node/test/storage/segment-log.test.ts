import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { concatBytes, equalBytes, hexFromBytes } from "@pyralog/chain/base";
import { PortError, type Disk } from "#ports";
import { SegmentLog, StorageError } from "#storage";
import { SimWorld } from "../../../testnet/src/simulator/ports/index.ts";

const directory = "wal";

function record(number: number, length = 1 + (number % 40)): Uint8Array {
  return new Uint8Array(length).fill(number % 256);
}

async function recordsOf(log: SegmentLog): Promise<readonly Uint8Array[]> {
  const records: Uint8Array[] = [];
  for await (const { bytes } of log.records()) records.push(bytes.slice());
  return records;
}

function failsWith(code: string): (error: unknown) => boolean {
  return (error) =>
    (error instanceof StorageError || error instanceof PortError) && error.code === code;
}

/** What the node's log holds after a start on what is on its disk. */
async function reopened(world: SimWorld, segmentBytes?: number): Promise<readonly Uint8Array[]> {
  const { disk } = world.boot("node");
  const options = segmentBytes === undefined ? {} : { segmentBytes };
  return world.finish(async () =>
    recordsOf(await SegmentLog.open({ disk, directory, ...options })),
  );
}

/** A log of three batches in one segment, and where each begins. */
async function threeBatches(world: SimWorld): Promise<{
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly starts: readonly number[];
  readonly records: readonly Uint8Array[];
}> {
  const { disk } = world.boot("node");
  const path = `${directory}/0000000000.log`;
  const starts: number[] = [];
  const records = [1, 2, 3, 4, 5].map((number) => record(number));
  await world.finish(async () => {
    const log = await SegmentLog.open({ disk, directory });
    for (const batch of [records.slice(0, 2), records.slice(2, 3), records.slice(3)]) {
      starts.push(world.disk("node").contents(path)?.length ?? 0);
      for (const each of batch) log.append(each);
      await log.sync();
    }
  });
  return { path, starts, records, bytes: world.disk("node").contents(path) ?? new Uint8Array(0) };
}

describe("a segment log", () => {
  it("reads back in order what was synced, after any number of starts", async () => {
    const world = new SimWorld({ seed: 1 });
    const written: Uint8Array[] = [];
    for (let start = 0; start < 5; start++) {
      const { disk } = world.boot("node");
      await world.finish(async () => {
        const log = await SegmentLog.open({ disk, directory });
        assert.deepEqual(await recordsOf(log), written);
        for (let number = 0; number < 7; number++) {
          written.push(record(start * 10 + number));
          log.append(record(start * 10 + number));
        }
        await log.sync();
      });
    }
    assert.deepEqual(await reopened(world), written);
  });

  it("holds empty records and ones larger than a segment", async () => {
    const world = new SimWorld({ seed: 2 });
    const { disk } = world.boot("node");
    const written = [new Uint8Array(0), new Uint8Array(5_000).fill(1), new Uint8Array(0)];
    await world.finish(async () => {
      const log = await SegmentLog.open({ disk, directory, segmentBytes: 100 });
      for (const each of written) {
        log.append(each);
        await log.sync();
      }
    });
    assert.deepEqual(await reopened(world, 100), written);
  });

  it("syncs once for everybody who waits", async () => {
    const world = new SimWorld({ seed: 3, keepsTrace: true });
    const { disk } = world.boot("node");
    await world.finish(async () => {
      const log = await SegmentLog.open({ disk, directory });
      const waiting = Array.from({ length: 50 }, (_, number) => {
        log.append(record(number));
        return log.sync();
      });
      await Promise.all(waiting);
    });
    const syncs = world.trace.lines.filter((line) => line.includes(" sync "));
    // One of the opening, one of the first caller, and one that all the others share.
    assert.equal(syncs.length, 3);
  });

  it("starts a new segment when one is full, and deletes old ones from the front", async () => {
    const world = new SimWorld({ seed: 4 });
    const { disk } = world.boot("node");
    await world.finish(async () => {
      const log = await SegmentLog.open({ disk, directory, segmentBytes: 200 });
      for (let number = 0; number < 20; number++) {
        log.append(record(number, 60));
        await log.sync();
      }
      const { first, last } = log.segments;
      assert.equal(first, 0);
      assert.ok(last > 5);
      await log.removeBefore(4);
      assert.equal(log.segments.first, 4);
      await log.removeBefore(1_000);
      assert.deepEqual(log.segments, { first: last, last });
    });
    const left = await reopened(world, 200);
    assert.ok(left.length > 0 && equalBytes(left.at(-1) ?? record(0), record(19, 60)));
  });

  it("cuts a last batch off that is torn, at whatever byte", async () => {
    const { path, bytes, starts, records } = await threeBatches(new SimWorld({ seed: 5 }));
    for (let length = starts[2] ?? 0; length < bytes.length; length++) {
      const world = new SimWorld({ seed: length });
      world.disk("node").place(path, bytes.slice(0, length));
      assert.deepEqual(await reopened(world), records.slice(0, 3), `cut at ${length}`);
      assert.equal(world.disk("node").contents(path)?.length, starts[2]);
    }
  });

  it("cuts off what a power cut left behind the end: zeros or parts of a batch", async () => {
    const { path, bytes, starts, records } = await threeBatches(new SimWorld({ seed: 6 }));
    const whole = bytes.subarray(0, starts[2]);
    const torn = bytes.slice(starts[2]).fill(0, 0, 8);
    for (const tail of [new Uint8Array(4_096), torn, torn.slice(3)]) {
      const world = new SimWorld({ seed: 7 });
      world.disk("node").place(path, concatBytes([whole, tail]));
      assert.deepEqual(await reopened(world), records.slice(0, 3));
    }
  });

  it("goes on writing behind a cut, and reads both afterwards", async () => {
    const { path, bytes, records } = await threeBatches(new SimWorld({ seed: 8 }));
    const world = new SimWorld({ seed: 9 });
    world.disk("node").place(path, bytes.slice(0, -1));
    const { disk } = world.boot("node");
    await world.finish(async () => {
      const log = await SegmentLog.open({ disk, directory });
      log.append(record(99));
      await log.sync();
    });
    assert.deepEqual(await reopened(world), [...records.slice(0, 3), record(99)]);
  });

  it("refuses damage before the last batch, whichever bit it is", async () => {
    const { path, bytes, starts } = await threeBatches(new SimWorld({ seed: 10 }));
    const end = (starts[2] ?? 0) * 8;
    for (let bit = 0; bit < end; bit++) {
      const world = new SimWorld({ seed: bit });
      world.disk("node").place(path, bytes);
      world.disk("node").rot(path, bit);
      await assert.rejects(() => reopened(world), failsWith("LOG_CORRUPT"), `bit ${bit}`);
    }
  });

  it("gives no record that was not written, whichever bit of the last batch turns", async () => {
    const { path, bytes, starts, records } = await threeBatches(new SimWorld({ seed: 11 }));
    for (let bit = (starts[2] ?? 0) * 8; bit < bytes.length * 8; bit++) {
      const world = new SimWorld({ seed: bit });
      world.disk("node").place(path, bytes);
      world.disk("node").rot(path, bit);
      assert.deepEqual(await reopened(world), records.slice(0, 3), `bit ${bit}`);
    }
  });

  it("refuses batches of one length that changed places, within a segment or between two", async () => {
    for (const segmentBytes of [1_000, 100]) {
      const world = new SimWorld({ seed: 12 });
      const { disk } = world.boot("node");
      await world.finish(async () => {
        const log = await SegmentLog.open({ disk, directory, segmentBytes });
        for (let number = 0; number < 4; number++) {
          log.append(record(number, 60));
          await log.sync();
        }
      });
      const [first, second] = ["0000000000", "0000000001"].map(
        (name) => `${directory}/${name}.log`,
      );
      assert.ok(first !== undefined && second !== undefined);
      const bytes = world.disk("node").contents(first) ?? new Uint8Array(0);
      const other = world.disk("node").contents(second);
      if (other === undefined) {
        const half = bytes.length / 4;
        const swapped = [bytes.slice(half, 2 * half), bytes.slice(0, half), bytes.slice(2 * half)];
        world.disk("node").place(first, concatBytes(swapped));
      } else {
        world.disk("node").place(first, other);
        world.disk("node").place(second, bytes);
      }
      await assert.rejects(() => reopened(world, segmentBytes), failsWith("LOG_CORRUPT"));
    }
  });

  it("refuses a damaged or shortened segment before the last one", async () => {
    for (const damage of ["rot", "cut"] as const) {
      const world = new SimWorld({ seed: 14 });
      const { disk } = world.boot("node");
      await world.finish(async () => {
        const log = await SegmentLog.open({ disk, directory, segmentBytes: 100 });
        for (let number = 0; number < 6; number++) {
          log.append(record(number, 60));
          await log.sync();
        }
      });
      const path = `${directory}/0000000002.log`;
      const bytes = world.disk("node").contents(path) ?? new Uint8Array(0);
      if (damage === "rot") world.disk("node").rot(path, 300);
      else world.disk("node").place(path, bytes.slice(0, -1));
      await assert.rejects(() => reopened(world, 100), failsWith("LOG_CORRUPT"));
    }
  });

  it("refuses a log that lacks a segment in between", async () => {
    const world = new SimWorld({ seed: 15 });
    for (const number of [3, 5]) {
      world.disk("node").place(`${directory}/000000000${number}.log`, new Uint8Array(0));
    }
    await assert.rejects(() => reopened(world), failsWith("LOG_GAP"));
  });

  it("fails for good when a sync fails, and never acknowledges what it was to save", async () => {
    for (const fault of ["failingSyncs", "failingWrites"] as const) {
      const world = new SimWorld({ seed: 16 });
      const { disk } = world.boot("node");
      await world.finish(async () => {
        const log = await SegmentLog.open({ disk, directory });
        world.disk("node").faults[fault] = 1;
        log.append(record(1));
        await assert.rejects(() => log.sync(), failsWith("DISK_FAILED"));
        await assert.rejects(() => log.sync(), failsWith("DISK_FAILED"));
        log.append(record(2));
        await assert.rejects(() => log.sync(), failsWith("DISK_FAILED"));
      });
    }
  });

  it("stops at a full disk and goes on from what it acknowledged once there is room", async () => {
    const world = new SimWorld({ seed: 17 });
    const { disk } = world.boot("node");
    world.disk("node").faults.bytesMax = 1_000;
    const acknowledged: Uint8Array[] = [];
    await world.finish(async () => {
      const log = await SegmentLog.open({ disk, directory });
      const fill = async (): Promise<void> => {
        for (let number = 0; ; number++) {
          log.append(record(number, 100));
          await log.sync();
          acknowledged.push(record(number, 100));
        }
      };
      await assert.rejects(fill, failsWith("DISK_FULL"));
    });
    assert.ok(acknowledged.length > 5);
    world.disk("node").faults.bytesMax = Infinity;
    assert.deepEqual(await reopened(world), acknowledged);
  });

  it("keeps everything it acknowledged, and nothing but what was appended, through any crash", async () => {
    for (let seed = 0; seed < 300; seed++) {
      const world = new SimWorld({ seed });
      const appended: Uint8Array[] = [];
      let acknowledged = 0;
      for (let life = 0; life < 4; life++) {
        const { disk } = world.boot("node");
        const start = appended.length;
        const found = await surviving(world, disk);
        assertPrefix({ found, appended, atLeast: acknowledged, seed });
        appended.length = found.length;
        acknowledged = found.length;
        void runUntilCrash({
          world,
          disk,
          appended,
          acknowledge: (count) => (acknowledged = count),
        });
        await world.run(world.nowMs + world.prng.below(60));
        assert.ok(appended.length >= start - 50);
        world.crash("node", world.prng.chance(1, 2) ? "power" : "kill");
      }
    }
  });
});

function surviving(world: SimWorld, disk: Disk): Promise<readonly Uint8Array[]> {
  return world.finish(async () =>
    recordsOf(await SegmentLog.open({ disk, directory, segmentBytes: 2_000 })),
  );
}

function assertPrefix(state: {
  readonly found: readonly Uint8Array[];
  readonly appended: readonly Uint8Array[];
  readonly atLeast: number;
  readonly seed: number;
}): void {
  const { found, appended, atLeast, seed } = state;
  assert.ok(
    found.length >= atLeast,
    `seed ${seed}: ${atLeast} acknowledged, ${found.length} found`,
  );
  assert.deepEqual(
    found.map((each) => hexFromBytes(each)),
    appended.slice(0, found.length).map((each) => hexFromBytes(each)),
    `seed ${seed}`,
  );
}

async function runUntilCrash(state: {
  readonly world: SimWorld;
  readonly disk: Disk;
  readonly appended: Uint8Array[];
  readonly acknowledge: (count: number) => void;
}): Promise<void> {
  const { world, disk, appended, acknowledge } = state;
  const log = await SegmentLog.open({ disk, directory, segmentBytes: 2_000 });
  for (;;) {
    const count = 1 + world.prng.below(5);
    for (let index = 0; index < count; index++) {
      const bytes = world.prng.bytes(world.prng.below(700));
      appended.push(bytes);
      log.append(bytes);
    }
    const target = appended.length;
    await log.sync();
    acknowledge(target);
  }
}
