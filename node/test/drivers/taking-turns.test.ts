import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { takingTurns } from "../../src/drivers/taking-turns.ts";

/** Timers whose loop turns when it is told to. */
function aLoop() {
  const waiting: (() => void)[] = [];
  const timers = {
    after: () => () => undefined,
    pause: () => new Promise<void>((resolve) => waiting.push(resolve)),
  };
  const turn = async (): Promise<void> => {
    for (const resolve of waiting.splice(0)) resolve();
    for (let step = 0; step < 10; step++) await Promise.resolve();
  };
  return { timers, turn };
}

describe("taking turns", () => {
  it("lets one of those that pause go on with each turn of the loop, in their order", async () => {
    const { timers, turn } = aLoop();
    const turns = takingTurns(timers);
    const seen: string[] = [];
    const work = async (name: string): Promise<void> => {
      for (let step = 0; step < 2; step++) {
        await turns.pause();
        seen.push(name);
      }
    };
    const works = [work("a"), work("b"), work("c")];
    const perTurn: number[] = [];
    for (let turned = 0; turned < 7; turned++) {
      const before = seen.length;
      await turn();
      perTurn.push(seen.length - before);
    }
    await Promise.all(works);
    assert.deepEqual(perTurn, [1, 1, 1, 1, 1, 1, 0]);
    assert.equal(seen.join(""), "abcabc");
  });

  it("begins again after all were served", async () => {
    const { timers, turn } = aLoop();
    const turns = takingTurns(timers);
    const first = turns.pause();
    await turn();
    await first;
    const second = turns.pause();
    await turn();
    await second;
  });
});
