import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { SocketMemory, type SocketHolder } from "../../src/rpc/socket-memory.ts";

class Holder implements SocketHolder {
  unsentBytes = 0;
  unreadBytes = 0;
  reason = "";

  cutOff(reason: string): void {
    this.reason = reason;
  }
}

function holders(memory: SocketMemory, count: number): readonly Holder[] {
  return Array.from({ length: count }, () => {
    const holder = new Holder();
    memory.add(holder);
    return holder;
  });
}

describe("what WebSocket clients make the node hold", () => {
  const limits = { unsentBytesMax: 100, unreadBytesMax: 50 };

  it("is bounded for all together: who takes its answers slowest is cut off, nobody else", () => {
    const memory = new SocketMemory(limits);
    const [quick, slow, slower] = holders(memory, 3);
    assert.ok(quick !== undefined && slow !== undefined && slower !== undefined);
    [quick.unsentBytes, slow.unsentBytes, slower.unsentBytes] = [10, 40, 50];
    memory.sending();
    assert.equal(slower.reason, "");
    quick.unsentBytes = 11;
    memory.sending();
    assert.equal(slower.reason, "too many answers are not read");
    assert.equal(slow.reason + quick.reason, "");
    memory.sending();
    assert.equal(slow.reason + quick.reason, "", "what is gone does not count");
  });

  it("is bounded for messages that do not end, likewise", () => {
    const memory = new SocketMemory(limits);
    const [one, other] = holders(memory, 2);
    assert.ok(one !== undefined && other !== undefined);
    [one.unreadBytes, other.unreadBytes] = [26, 25];
    memory.reading();
    assert.equal(one.reason, "too many messages do not end");
    assert.equal(other.reason, "");
  });

  it("no longer counts a client that is gone", () => {
    const memory = new SocketMemory(limits);
    const [gone, left] = holders(memory, 2);
    assert.ok(gone !== undefined && left !== undefined);
    [gone.unsentBytes, left.unsentBytes] = [90, 90];
    memory.delete(gone);
    memory.sending();
    assert.equal(left.reason, "");
  });
});
