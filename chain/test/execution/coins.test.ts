import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import {
  addAmounts,
  addCoins,
  amountFromText,
  coinsFromMessage,
  coinsToText,
  coinToMessage,
  equalCoins,
  isDenom,
  sortCoins,
  TxError,
  type Coins,
} from "@pyralog/chain/execution";

const amountMax = 2n ** 256n - 1n;
const aDenom = fc.constantFrom("aaa", "aab", "abc", "ibc/27A6", "zzz");
const aCoin = { denom: aDenom, amount: fc.bigInt(1n, 2n ** 128n) };
const someCoins: fc.Arbitrary<Coins> = fc
  .uniqueArray(fc.record(aCoin, { noNullPrototype: true }), {
    selector: ({ denom }) => denom,
    minLength: 1,
  })
  .map(sortCoins);

function amountIn(coins: Coins, denom: string): bigint {
  return coins.find((coin) => coin.denom === denom)?.amount ?? 0n;
}

describe("coins", () => {
  it("survive the way to their message and back", () => {
    fc.assert(
      fc.property(someCoins, (coins) => {
        assert.deepEqual(coinsFromMessage(coins.map(coinToMessage)), coins);
      }),
    );
  });

  it("add up denomination by denomination, in either order", () => {
    fc.assert(
      fc.property(someCoins, someCoins, (left, right) => {
        const sum = addCoins(left, right);
        assert.ok(equalCoins(sum, addCoins(right, left)));
        for (const { denom, amount } of sum) {
          assert.equal(amount, amountIn(left, denom) + amountIn(right, denom));
        }
        assert.deepEqual(coinsFromMessage(sum.map(coinToMessage)), sum);
      }),
    );
  });

  it("are refused unless they are sorted, unique, positive and whole", () => {
    const odd: readonly (readonly { denom: string; amount: string }[])[] = [
      [],
      [{ denom: "aaa", amount: "0" }],
      [{ denom: "aaa", amount: "-1" }],
      [{ denom: "aaa", amount: "+1" }],
      [{ denom: "aaa", amount: "1e3" }],
      [{ denom: "aaa", amount: "1.0" }],
      [{ denom: "aaa", amount: " 1" }],
      [{ denom: "aaa", amount: "" }],
      [{ denom: "aaa", amount: (amountMax + 1n).toString() }],
      [{ denom: "aaa", amount: "9".repeat(79) }],
      [
        { denom: "aab", amount: "1" },
        { denom: "aaa", amount: "1" },
      ],
      [
        { denom: "aaa", amount: "1" },
        { denom: "aaa", amount: "1" },
      ],
      [{ denom: "a", amount: "1" }],
      [{ denom: "1aa", amount: "1" }],
      [{ denom: "a a", amount: "1" }],
      [{ denom: "__proto__", amount: "1" }],
    ];
    for (const coins of odd) {
      assert.throws(() => coinsFromMessage(coins), { code: "INVALID_COINS", number: 10 });
    }
  });

  it("reach up to 2^256 − 1 and no further", () => {
    assert.equal(amountFromText(amountMax.toString()), amountMax);
    assert.equal(amountFromText((amountMax + 1n).toString()), undefined);
    assert.equal(addAmounts(amountMax, 0n), amountMax);
    assert.throws(() => addAmounts(amountMax, 1n), TxError);
    const most = [{ denom: "aaa", amount: amountMax }];
    assert.throws(() => addCoins(most, most), TxError);
  });

  it("are printed as the SDK does", () => {
    const two = [
      { denom: "aaa", amount: 1n },
      { denom: "bbb", amount: 2n },
    ];
    assert.equal(coinsToText(two), "1aaa,2bbb");
    assert.equal(coinsToText([]), "");
  });

  it("differ in length, denomination or amount", () => {
    const one = [{ denom: "aaa", amount: 1n }];
    assert.equal(equalCoins(one, []), false);
    assert.equal(equalCoins(one, [{ denom: "aab", amount: 1n }]), false);
    assert.equal(equalCoins(one, [{ denom: "aaa", amount: 2n }]), false);
  });

  it("have denominations of 3 to 128 characters that start with a letter", () => {
    for (const good of ["abc", "ibc/AB-1.2_3:x", `a${"b".repeat(127)}`]) assert.ok(isDenom(good));
    for (const odd of ["ab", `a${"b".repeat(128)}`, "1bc", "a\u0000b", "äbc", "a b"]) {
      assert.equal(isDenom(odd), false);
    }
  });
});
