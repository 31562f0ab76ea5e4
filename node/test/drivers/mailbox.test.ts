import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { Mailbox } from "@pyralog/node/drivers";

function aMailbox(handle: (input: string) => Promise<void>): {
  readonly mailbox: Mailbox<string>;
  readonly failures: unknown[];
} {
  const failures: unknown[] = [];
  const mailbox = new Mailbox<string>({
    handle,
    failed: (error) => void failures.push(error),
    inputsMax: 2,
  });
  return { mailbox, failures };
}

describe("Mailbox", () => {
  it("handles one input after the other, each to its end", async () => {
    const seen: string[] = [];
    const { mailbox } = aMailbox(async (input) => {
      seen.push(`begin ${input}`);
      await Promise.resolve();
      seen.push(`end ${input}`);
    });
    mailbox.post("a");
    mailbox.post("b");
    assert.deepEqual(seen, []);
    await mailbox.idle();
    assert.deepEqual(seen, ["begin a", "end a", "begin b", "end b"]);
  });

  it("takes answers before what waits", async () => {
    const seen: string[] = [];
    const { mailbox } = aMailbox(async (input) => {
      seen.push(input);
      if (input === "a") mailbox.postFirst(["a1", "a2"]);
      await Promise.resolve();
    });
    mailbox.post("a");
    mailbox.post("b");
    await mailbox.idle();
    assert.deepEqual(seen, ["a", "a1", "a2", "b"]);
  });

  it("refuses an offer beyond its bound, but takes a post", async () => {
    const { mailbox } = aMailbox(() => Promise.resolve());
    assert.deepEqual(
      [mailbox.offer("a"), mailbox.offer("b"), mailbox.offer("c")],
      [true, true, false],
    );
    mailbox.post("d");
    assert.equal(mailbox.size, 3);
    await mailbox.idle();
    assert.equal(mailbox.size, 0);
  });

  it("stops for good at the first failure and tells it once", async () => {
    const seen: string[] = [];
    const { mailbox, failures } = aMailbox((input) => {
      seen.push(input);
      return Promise.reject(new Error("disk"));
    });
    mailbox.post("a");
    mailbox.post("b");
    await mailbox.idle();
    mailbox.post("c");
    await mailbox.idle();
    assert.deepEqual(seen, ["a"]);
    assert.equal(failures.length, 1);
  });

  it("closes after what it is handling", async () => {
    const seen: string[] = [];
    const { mailbox } = aMailbox(async (input) => {
      await Promise.resolve();
      seen.push(input);
    });
    mailbox.post("a");
    await Promise.resolve();
    mailbox.post("b");
    await mailbox.close();
    assert.deepEqual(seen, ["a"]);
  });
});
