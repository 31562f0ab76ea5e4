import assert from "node:assert/strict";
import { describe, it } from "mocha";
import fc from "fast-check";
import {
  amountFromText,
  amountsFromText,
  bothFromAmount,
  displayFromAmount,
  RenderError,
  type RenderErrorCode,
} from "@pyralog/wallet-cli/render";

const units = [
  { base: "apyr", display: "pyr", exponent: 18 },
  { base: "ucent", display: "cent", exponent: 6 },
];

function refusesWith(code: RenderErrorCode): (error: unknown) => boolean {
  return (error) => error instanceof RenderError && error.code === code;
}

describe("amounts", () => {
  it("are exact: no decimal is ever lost", () => {
    for (const [text, amount] of [
      ["1.5pyr", 1_500_000_000_000_000_000n],
      ["1500000000000000000apyr", 1_500_000_000_000_000_000n],
      ["0.000000000000000001pyr", 1n],
      ["123456789.123456789123456789PYR", 123_456_789_123_456_789_123_456_789n],
      ["1.50000000000000000000000pyr", 1_500_000_000_000_000_000n],
      ["0pyr", 0n],
    ] as const) {
      assert.deepEqual(amountFromText(text, units), { denom: "apyr", amount }, text);
    }
  });

  it("come back from how they are shown", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 40n }),
        fc.constantFrom(...units),
        (amount, unit) => {
          const shown = displayFromAmount({ denom: unit.base, amount }, units);
          const written = shown.replaceAll(",", "").replace(" ", "");
          assert.deepEqual(amountFromText(written, units), { denom: unit.base, amount });
        },
      ),
    );
  });

  it("are shown in groups, without needless zeros, beside the base units", () => {
    const amount = { denom: "apyr", amount: 1_234_567n * 10n ** 18n + 10n ** 17n };
    assert.equal(displayFromAmount(amount, units), "1,234,567.1 PYR");
    assert.equal(
      bothFromAmount({ denom: "apyr", amount: 5n * 10n ** 17n }, units),
      "0.5 PYR (500000000000000000apyr)",
    );
    assert.equal(displayFromAmount({ denom: "other", amount: 1000n }, units), "1,000 other");
  });

  it("of several units are sorted as transactions hold them", () => {
    assert.deepEqual(amountsFromText("2cent, 1apyr", units), [
      { denom: "apyr", amount: 1n },
      { denom: "ucent", amount: 2_000_000n },
    ]);
  });

  it("AMOUNT_INVALID: signs, spaces, missing parts, too many decimals or digits", () => {
    for (const text of [
      "",
      "pyr",
      "1",
      "-1pyr",
      "+1pyr",
      "1 pyr",
      "1,5pyr",
      ".5pyr",
      "1.pyr",
      "0.5apyr",
      "0.0000000000000000001pyr",
      `${"9".repeat(78)}apyr`,
    ]) {
      assert.throws(() => amountFromText(text, units), refusesWith("AMOUNT_INVALID"), text);
    }
    assert.throws(() => amountsFromText("1pyr,1apyr", units), refusesWith("AMOUNT_INVALID"));
  });

  it("DENOM_UNKNOWN: lists the units that there are", () => {
    assert.throws(
      () => amountFromText("1btc", units),
      (error: unknown) =>
        refusesWith("DENOM_UNKNOWN")(error) &&
        error instanceof Error &&
        error.message.includes("pyr, apyr, cent, ucent"),
    );
    for (const text of ["1APYR", "1e3pyr"]) {
      assert.throws(() => amountFromText(text, units), refusesWith("DENOM_UNKNOWN"));
    }
  });
});
