import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { bytesFromText } from "@pyralog/chain/base";
import {
  gasCosts,
  GasMeter,
  gasPricesFromText,
  isEnough,
  Overlay,
  requiredFees,
  Store,
} from "@pyralog/chain/execution";

const text = bytesFromText;

describe("GasMeter", () => {
  it("counts up to its limit, and says where it was passed", () => {
    const gas = new GasMeter(10n);
    gas.consume(10, "here");
    const message = "out of gas in location: there; gasWanted: 10, gasUsed: 11: out of gas";
    assert.throws(() => gas.consume(1, "there"), { code: "OUT_OF_GAS", number: 11, message });
    assert.equal(gas.used, 11n);
  });

  it("takes limits beyond what numbers hold", () => {
    const gas = GasMeter.unlimited();
    gas.consume(1_000_000_000, "anywhere");
    assert.equal(gas.limit, 2n ** 64n - 1n);
  });
});

function storeOver(pairs: Readonly<Record<string, string>>): { gas: GasMeter; store: Store } {
  const overlay = new Overlay({ get: () => undefined, scan: () => [] });
  for (const [key, value] of Object.entries(pairs)) overlay.set(text(key), text(value));
  const gas = GasMeter.unlimited();
  return { gas, store: new Store(overlay, gas) };
}

describe("Store", () => {
  it("charges the SDK's prices for reading, writing, deleting and walking", () => {
    const { gas, store } = storeOver({ ab: "xyz" });
    const cost = (work: () => void): number => {
      const before = gas.used;
      work();
      return Number(gas.used - before);
    };
    assert.equal(
      cost(() => store.get(text("ab"))),
      1000 + 3 * 5,
    );
    assert.equal(
      cost(() => store.get(text("no"))),
      1000 + 3 * 2,
    );
    assert.equal(
      cost(() => store.has(text("ab"))),
      1000,
    );
    assert.equal(
      cost(() => store.set(text("ab"), text("x"))),
      2000 + 30 * 3,
    );
    assert.equal(
      cost(() => store.delete(text("ab"))),
      1000,
    );
    store.set(text("ab"), text("x"));
    assert.equal(
      cost(() => [...store.scan({ prefix: text("a") })]),
      30 + 3 * 3,
    );
  });

  it("charges a new key for the depth that it can force", () => {
    const { gas, store } = storeOver({});
    store.set(text("k"), text("v"));
    assert.equal(gas.used, BigInt(2000 + 30 * 2 + gasCosts.newKeyFlat));
  });
});

describe("gas prices", () => {
  it("are read as the SDK writes them, and asked for rounded up", () => {
    const prices = gasPricesFromText("0.025uatom, 1000000000apyr");
    assert.deepEqual(requiredFees(prices, 100_001n), [
      { denom: "uatom", amount: 2501n },
      { denom: "apyr", amount: 100_001_000_000_000n },
    ]);
    assert.deepEqual(gasPricesFromText(" "), []);
    assert.deepEqual(requiredFees(gasPricesFromText("0apyr"), 5n), []);
  });

  it("are refused where they are none", () => {
    for (const odd of ["1", "apyr", "-1apyr", "1.apyr", "1apyr,,", `1.${"0".repeat(19)}apyr`]) {
      assert.throws(() => gasPricesFromText(odd), { code: "GAS_PRICE_MALFORMED" }, odd);
    }
  });

  it("are met by one coin of those that are asked for", () => {
    const required = requiredFees(gasPricesFromText("2uatom,3apyr"), 10n);
    assert.ok(isEnough([{ denom: "apyr", amount: 30n }], required));
    assert.ok(isEnough([{ denom: "uatom", amount: 20n }], required));
    assert.equal(isEnough([{ denom: "uatom", amount: 19n }], required), false);
    assert.equal(isEnough([], required), false);
  });

  it("never ask for less than gas times price", () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 9n), fc.bigInt(1n, 10n ** 24n), (gas, atto) => {
        const [coin] = requiredFees([{ denom: "apyr", atto }], gas);
        const amount = coin?.amount ?? 0n;
        assert.ok(amount * 10n ** 18n >= gas * atto);
        assert.ok((amount - 1n) * 10n ** 18n < gas * atto);
      }),
    );
  });
});
