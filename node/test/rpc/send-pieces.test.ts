import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import fc from "fast-check";
import { describe, it } from "mocha";
import { isLarge, sendPieces, type PieceSink } from "../../src/rpc/send-pieces.ts";

const textMax = 256 * 1024;

/** A client that takes pieces, or waits with them until it is told to go on. */
class Client extends EventEmitter implements PieceSink {
  readonly pieces: Uint8Array[] = [];
  destroyed = false;
  ended = false;
  isSlow = false;

  write(piece: string): boolean {
    this.pieces.push(new TextEncoder().encode(piece));
    return !this.isSlow;
  }

  end(): void {
    this.ended = true;
  }
}

function countingTimers() {
  const counted = { pauses: 0 };
  const pause = (): Promise<void> => Promise.resolve(void counted.pauses++);
  return { timers: { pause }, counted };
}

function taken({ pieces }: Client): string {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  return pieces.map((piece) => decoder.decode(piece)).join("");
}

describe("a large answer", () => {
  it("leaves in pieces, with a breath of the loop after each", async () => {
    const client = new Client();
    const { timers, counted } = countingTimers();
    await sendPieces(client, { text: "a".repeat(textMax * 3), timers });
    assert.deepEqual([client.pieces.length, counted.pauses, client.ended], [3, 3, true]);
  });

  it("arrives as it was, wherever its characters would be cut", async () => {
    const long = "é🜂".repeat(textMax / 3);
    const { timers } = countingTimers();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 3 }), fc.string(), async (shift, end) => {
        const client = new Client();
        const text = "x".repeat(shift) + long + end;
        await sendPieces(client, { text, timers });
        assert.equal(taken(client), new TextDecoder().decode(new TextEncoder().encode(text)));
      }),
      { numRuns: 8 },
    );
  });

  it("waits for a slow client, and ends where it goes away", async () => {
    const client = new Client();
    const { timers } = countingTimers();
    client.isSlow = true;
    const sent = sendPieces(client, { text: "a".repeat(textMax * 3), timers });
    assert.equal(client.pieces.length, 1);
    client.emit("drain");
    for (let step = 0; step < 5; step++) await Promise.resolve();
    assert.equal(client.pieces.length, 2);
    client.destroyed = true;
    client.emit("close");
    await sent;
    assert.deepEqual([client.pieces.length, client.ended], [2, false]);
    assert.equal(client.listenerCount("drain") + client.listenerCount("close"), 0);
  });

  it("is one that takes longer than a piece", () => {
    assert.deepEqual(
      [isLarge("a".repeat(textMax)), isLarge("a".repeat(textMax + 1))],
      [false, true],
    );
  });
});
