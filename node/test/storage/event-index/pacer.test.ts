import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { Pacer } from "../../../src/storage/event-index/pacer.ts";

describe("the pacer of a search", () => {
  it("rests after so much work, whether in few pieces or many, and counts anew then", async () => {
    let pauses = 0;
    const pacer = new Pacer(() => Promise.resolve(void pauses++));
    let spent = 0;
    while (!pacer.spend(1)) spent++;
    await pacer.rest();
    assert.equal(pacer.spend(spent), false);
    assert.equal(pacer.spend(1), true);
    await pacer.rest();
    assert.equal(pauses, 2);
  });
});
