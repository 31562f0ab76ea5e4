import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { createTime, timeFromRfc3339, timeToRfc3339, zeroTime } from "@pyralog/chain/types";
import { codeOf } from "./code-of.ts";

const end = 253_402_300_800_000_000_000n;

const written = (nanoseconds: bigint): string => timeToRfc3339(createTime(nanoseconds));

describe("times", () => {
  it("are read as they were written, from the year 1 to 9999", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: zeroTime, max: end - 1n }), (nanoseconds) => {
        const time = createTime(nanoseconds);
        assert.equal(timeFromRfc3339(timeToRfc3339(time)), time);
      }),
    );
  });

  it("agree with JavaScript's calendar, to the millisecond", () => {
    const last = 253_402_300_799_999;
    fc.assert(
      fc.property(fc.integer({ min: -62_135_596_800_000, max: last }), (milliseconds) => {
        const text = timeToRfc3339(createTime(BigInt(milliseconds) * 1_000_000n));
        assert.equal(new Date(text.replace(/(\.\d{3})\d*Z/, "$1Z")).getTime(), milliseconds);
      }),
    );
  });

  it("are written without needless zeros", () => {
    assert.equal(written(0n), "1970-01-01T00:00:00Z");
    assert.equal(written(100_000_000n), "1970-01-01T00:00:00.1Z");
    assert.equal(written(-1n), "1969-12-31T23:59:59.999999999Z");
    assert.equal(written(951_782_400_000_000_000n), "2000-02-29T00:00:00Z");
    assert.equal(written(end - 1n), "9999-12-31T23:59:59.999999999Z");
  });

  it("lose digits beyond nanoseconds, as in Go", () => {
    const time = timeFromRfc3339("2024-01-01T00:00:00.1234567899Z");
    assert.equal(timeToRfc3339(time), "2024-01-01T00:00:00.123456789Z");
  });

  it("are refused in other spellings, for dates that are none, and outside the years", () => {
    const wrong = [
      "",
      "2024-01-01",
      "2024-01-01 00:00:00Z",
      "2024-01-01T00:00:00",
      "2024-01-01T00:00:00+01:00",
      "2024-01-01T00:00:00.Z",
      "2024-13-01T00:00:00Z",
      "2024-00-01T00:00:00Z",
      "2023-02-29T00:00:00Z",
      "1900-02-29T00:00:00Z",
      "2024-04-31T00:00:00Z",
      "2024-01-00T00:00:00Z",
      "0000-01-01T00:00:00Z",
      "2024-01-01T24:00:00Z",
      "2024-01-01T00:60:00Z",
      "2024-01-01T00:00:60Z",
    ];
    for (const text of wrong)
      assert.equal(
        codeOf(() => timeFromRfc3339(text)),
        "JSON_INVALID",
      );
    assert.equal(
      codeOf(() => createTime(end)),
      "TIME_RANGE",
    );
    assert.equal(
      codeOf(() => createTime(zeroTime - 1n)),
      "TIME_RANGE",
    );
  });
});
