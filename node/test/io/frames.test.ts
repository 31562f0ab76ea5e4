import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { concatBytes } from "@pyralog/chain/base";
import { FrameError, FrameReader, SendQueue } from "#io";

const message = fc.uint8Array({ maxLength: 300 });

function aReader(bytesMax: number): FrameReader {
  return new FrameReader({ bytesMax, framesMax: 100 });
}

describe("frames", () => {
  it("gives the messages back however the stream is cut into chunks", () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 20 }),
        fc.record({
          taken: fc.integer({ min: 1, max: 700 }),
          pushed: fc.integer({ min: 1, max: 700 }),
        }),
        (messages, { taken, pushed }) => {
          const queue = new SendQueue({ messagesMax: 100, bytesMax: 100_000 });
          for (const each of messages) assert.ok(queue.push(each));
          const chunks: Uint8Array[] = [];
          while (queue.length > 0) chunks.push(queue.take(Math.max(4, taken)));
          const stream = concatBytes(chunks);
          const reader = aReader(300);
          const read: Uint8Array[] = [];
          for (let start = 0; start < stream.length; start += pushed) {
            read.push(...reader.push(stream.subarray(start, start + pushed)));
          }
          assert.deepEqual(read, messages);
        },
      ),
    );
  });

  it("refuses a frame over the limit by its length alone", () => {
    const reader = aReader(10);
    assert.deepEqual(reader.push(Uint8Array.of(0, 0, 0, 10)), []);
    const other = aReader(10);
    assert.throws(
      () => other.push(Uint8Array.of(0, 0, 0, 11)),
      (error: unknown) => error instanceof FrameError && error.code === "FRAME_TOO_LONG",
    );
  });

  it("hands out messages that nothing else can change", () => {
    const chunk = Uint8Array.of(0, 0, 0, 1, 7);
    const [frame] = aReader(10).push(chunk);
    chunk[4] = 8;
    assert.deepEqual(frame, Uint8Array.of(7));
  });

  it("takes no message beyond its number or its bytes, and takes again after a write", () => {
    const byNumber = new SendQueue({ messagesMax: 2, bytesMax: 1_000 });
    assert.deepEqual(
      [1, 2, 3].map((each) => byNumber.push(Uint8Array.of(each))),
      [true, true, false],
    );
    byNumber.take(5);
    assert.ok(byNumber.push(Uint8Array.of(3)));
    const byBytes = new SendQueue({ messagesMax: 100, bytesMax: 20 });
    assert.deepEqual(
      [10, 10, 1].map((length) => byBytes.push(new Uint8Array(length))),
      [true, false, true],
    );
  });

  it("stays as small as what waits, over any number of messages", () => {
    const queue = new SendQueue({ messagesMax: 10, bytesMax: 1_000 });
    for (let number = 0; number < 5_000; number++) {
      assert.ok(queue.push(Uint8Array.of(number % 256)));
      assert.deepEqual(queue.take(5), Uint8Array.of(0, 0, 0, 1, number % 256));
    }
    assert.equal(queue.length, 0);
    assert.deepEqual(queue.take(5), new Uint8Array(0));
  });
});
