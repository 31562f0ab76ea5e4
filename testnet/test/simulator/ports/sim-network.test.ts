import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { ObservedWire, WireHandler } from "@pyralog/node/ports";
import { describeWire } from "../../../../node/test/ports/describe-wire.ts";
import { SimWorld } from "../../../src/simulator/ports/index.ts";

const names = ["a", "b", "c"] as const;

describeWire("simulated", async (work) => {
  const world = new SimWorld({ seed: 1 });
  const wireOf = (name: string): ObservedWire => world.boot(name).wire;
  await world.finish(() =>
    work({
      wires: [wireOf("a"), wireOf("b"), wireOf("c")],
      restarted: async (index) => wireOf(names[index] ?? "a"),
      async until(claim, isSo) {
        const { timers } = world.boot("observer");
        for (let tries = 0; !isSo(); tries++) {
          assert.ok(tries < 1_000, claim);
          await new Promise<void>((resolve) => {
            timers.after(10, resolve);
          });
        }
      },
    }),
  );
});

interface Pair {
  readonly world: SimWorld;
  readonly wires: readonly [ObservedWire, ObservedWire];
  /** What each of the two was told, in order. */
  readonly news: readonly [string[], string[]];
}

async function aPair(seed: number): Promise<Pair> {
  const world = new SimWorld({ seed });
  const wires = [world.boot("a").wire, world.boot("b").wire] as const;
  const news: readonly [string[], string[]] = [[], []];
  const start = async (index: 0 | 1): Promise<void> => wires[index].start(handlerInto(news[index]));
  await world.finish(async () => void (await Promise.all([start(0), start(1)])));
  await world.run(world.nowMs + 2_000);
  return { world, wires, news };
}

function handlerInto(news: string[]): WireHandler {
  return {
    connected: (peer) => news.push(`+${peer}`),
    disconnected: (peer) => news.push(`-${peer}`),
    received: ({ bytes }) => news.push(String(bytes[0])),
  };
}

const message = (number: number) =>
  ({ peer: "b", channel: "consensus", bytes: Uint8Array.of(number) }) as const;

const traceOf = async (seed: number): Promise<string> => {
  const { world, wires } = await aPair(seed);
  for (let number = 0; number < 50; number++) wires[0].send(message(number));
  await world.run(world.nowMs + 1_000);
  return world.trace.digest();
};

describe("the simulated network", () => {
  it("holds messages back during a short cut and brings them in order after it", async () => {
    const { world, wires, news } = await aPair(1);
    world.network.cut("a", "b");
    for (let number = 1; number <= 20; number++) {
      wires[0].send(message(number));
      await world.run(world.nowMs + 100);
    }
    assert.deepEqual(news[1], ["+a"]);
    world.network.heal("a", "b");
    await world.run(world.nowMs + 2_000);
    assert.deepEqual(news[1], [
      "+a",
      ...Array.from({ length: 20 }, (_, index) => String(index + 1)),
    ]);
  });

  it("lets a cut of one way be crossed the other way, until the silence ends it", async () => {
    const { world, wires, news } = await aPair(2);
    world.network.cut("b", "a");
    wires[0].send(message(7));
    await world.run(world.nowMs + 1_000);
    assert.deepEqual(news[1], ["+a", "7"]);
    await world.run(world.nowMs + 10_000);
    assert.deepEqual(news, [
      ["+b", "-b"],
      ["+a", "7", "-a"],
    ]);
    world.network.healAll();
    await world.run(world.nowMs + 5_000);
    assert.deepEqual(news[0], ["+b", "-b", "+b"]);
  });

  it("tells of a killed peer soon, and of one without power after the silence", async () => {
    for (const how of ["kill", "power"] as const) {
      const { world, news } = await aPair(3);
      world.crash("a", how);
      await world.run(world.nowMs + 100);
      assert.deepEqual(news[1], how === "kill" ? ["+a", "-a"] : ["+a"]);
      await world.run(world.nowMs + 8_000);
      assert.deepEqual(news[1], ["+a", "-a"]);
    }
  });

  it("gives a paused node everything when it goes on", async () => {
    const { world, wires, news } = await aPair(4);
    world.pause("b");
    wires[0].send(message(1));
    wires[0].send(message(2));
    await world.run(world.nowMs + 1_000);
    assert.deepEqual(news[1], ["+a"]);
    world.resume("b");
    await world.run(world.nowMs + 100);
    assert.deepEqual(news[1], ["+a", "1", "2"]);
  });

  it("loses, repeats and disorders messages when it is told to", async () => {
    const { world, wires, news } = await aPair(5);
    Object.assign(world.network.rules, {
      lossPerMille: 100,
      repeatPerMille: 100,
      disorderPerMille: 200,
    });
    for (let number = 0; number < 200; number++) wires[0].send(message(number));
    await world.run(world.nowMs + 2_000);
    const came = news[1].slice(1).map(Number);
    assert.ok(new Set(came).size < 200, "some are lost");
    assert.ok(came.length > new Set(came).size, "some come twice");
    assert.notDeepEqual(
      came,
      came.toSorted((one, other) => one - other),
      "some overtake",
    );
  });

  it("connects only who is linked", async () => {
    const world = new SimWorld({ seed: 6 });
    world.network.shape((one, other) => one === "a" && other === "b");
    const wires = names.map((name) => world.boot(name).wire);
    await world.finish(async () => {
      for (const wire of wires) await wire.start(handlerInto([]));
    });
    await world.run(world.nowMs + 10_000);
    assert.deepEqual(
      wires.map((wire) => wire.peers().map(({ peer }) => peer)),
      [["b"], ["a"], []],
    );
  });

  it("gives the same trace for the same seed, and another for another", async () => {
    assert.equal(await traceOf(7), await traceOf(7));
    assert.notEqual(await traceOf(7), await traceOf(8));
  });
});
