import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { HashCache } from "../../src/mempool/hash-cache.ts";

describe("hash cache", () => {
  it("remembers the last so many keys at least, and no more than twice as many", () => {
    const keys = fc.array(fc.integer({ min: 0, max: 30 }).map(String), { maxLength: 120 });
    fc.assert(
      fc.property(keys, (pushed) => {
        const cache = new HashCache(5);
        const latest: string[] = [];
        for (const key of pushed) {
          const recent = new Set(latest.slice(-5));
          if (recent.has(key)) assert.equal(cache.push(key), false);
          else cache.push(key);
          if (latest.includes(key)) latest.splice(latest.indexOf(key), 1);
          latest.push(key);
          for (const kept of latest.slice(-5)) if (kept !== key) assert.ok(cache.has(kept));
          const all = [...new Set(pushed)].filter((candidate) => cache.has(candidate));
          assert.ok(all.length <= 10, `${all.length}`);
        }
      }),
    );
  });

  it("forgets a key that is removed, and takes it as new", () => {
    const cache = new HashCache(2);
    for (const key of ["a", "b", "c"]) assert.ok(cache.push(key));
    cache.remove("a");
    assert.ok(!cache.has("a"));
    assert.ok(cache.push("a"));
    assert.ok(!cache.push("a"));
  });
});
