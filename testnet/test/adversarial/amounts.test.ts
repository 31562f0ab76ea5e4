/** Cases 10, 12, 13 and 16 of the catalogue of attacks: sequences, gas and amounts at their edges. */
import assert from "node:assert/strict";
import { consensusParamsDefault } from "@pyralog/chain/types";
import fc from "fast-check";
import { describe, it } from "mocha";
import {
  alice,
  bob,
  carol,
  Chain,
  coins,
  funds,
  sendMessage,
  stranger,
} from "../../../node/test/app/a-chain.ts";
import { refusalOf } from "./forge.ts";

const gasPrice = 10n ** 9n;
const fee = 200_000n * gasPrice;

describe("sequences at their edges", () => {
  it("case 10: a sequence that was used, or that leaves a gap, gets code 32", () => {
    const chain = new Chain();
    const [first, third, second] = [0n, 2n, 1n].map((sequence) => chain.send({ sequence }));
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    const codes = chain.block(first, third, second, second).map(({ code }) => code);
    assert.deepEqual(codes, [0, 32, 0, 32]);
    assert.deepEqual(
      [first, second, chain.send({ sequence: 2n ** 64n - 1n })].map(
        (tx) => refusalOf(chain, tx)[0],
      ),
      [32, 32, 32],
    );
    assert.equal(chain.check(third).code, 0, "the gap is closed");
  });

  it("case 10: two transactions of one sequence in one block: one is paid for, one gets 32", () => {
    const chain = new Chain();
    const one = chain.send({ amount: coins(1n) });
    const other = chain.send({ amount: coins(2n) });
    assert.deepEqual(
      chain.block(one, other).map(({ code }) => code),
      [0, 32],
    );
    assert.equal(chain.balance(bob), funds + 1n);
  });

  it("case 10: a payer of the fee who did not sign gets code 4", () => {
    const chain = new Chain();
    const [code, log] = refusalOf(chain, chain.send({ payer: bob.address }));
    assert.equal(code, 4, log);
    assert.equal(chain.balance(bob), funds);
    assert.equal(refusalOf(chain, chain.send({ granter: bob.address }))[0], 18);
  });
});

describe("gas at its edges", () => {
  const edges: readonly (readonly [gas: bigint, code: number])[] = [
    [0n, 11],
    [1n, 11],
    [50_000_001n, 41],
    [2n ** 62n, 41],
    [2n ** 63n - 1n, 41],
    [2n ** 63n, 18],
    [2n ** 64n - 1n, 18],
  ];
  for (const [gas, code] of edges) {
    it(`case 12: a gas limit of ${gas} gets code ${code}`, () => {
      const chain = new Chain();
      assert.equal(refusalOf(chain, chain.send({ gas, fee: coins(fee) }))[0], code);
      assert.equal(chain.balance(alice), funds);
    });
  }

  it("case 12: a fee below gas times price gets code 13, and a memo over the limit code 12 or 21", () => {
    const chain = new Chain();
    assert.equal(refusalOf(chain, chain.send({ fee: coins(fee - 1n) }))[0], 13);
    assert.equal(refusalOf(chain, chain.send({ fee: [] }))[0], 13);
    assert.equal(refusalOf(chain, chain.send({ memo: "m".repeat(257) }))[0], 12);
    assert.equal(refusalOf(chain, chain.send({ memo: "m".repeat(1_048_577) }))[0], 21);
  });

  it("case 12: no proposal and no block takes more gas than a block has, however it is summed", () => {
    const block = { ...consensusParamsDefault.block, maxGas: 50_000_000n };
    const chain = new Chain({ consensusParams: { ...consensusParamsDefault, block } });
    const greedy = [alice, bob, carol].map((from) =>
      chain.send({ from, to: alice, gas: 20_000_000n }),
    );
    const { txs } = chain.prepare(greedy);
    assert.equal(txs.length, 2, "forty of fifty million are taken");
    assert.equal(chain.process(txs), true);
    assert.equal(chain.process(greedy), false, "a block over its gas is refused");
  });
});

describe("amounts at their edges", () => {
  const badAmounts: readonly (readonly [string, number])[] = [
    ["-1", 10],
    ["-0", 10],
    ["0", 10],
    ["", 10],
    [" 1", 10],
    ["+1", 10],
    ["1e3", 10],
    ["1.0", 10],
    ["0x10", 10],
    ["٣", 10],
    ["NaN", 10],
    ["1_000", 10],
    [(2n ** 256n).toString(), 10],
    ["9".repeat(1000), 10],
  ];
  for (const [amount, code] of badAmounts) {
    it(`case 13: an amount of ${JSON.stringify(amount.slice(0, 20))} gets code ${code}`, () => {
      const chain = new Chain();
      const tx = chain.send({ amount: [{ denom: "apyr", amount }] });
      assert.equal(refusalOf(chain, tx)[0], code);
      assert.equal(chain.balance(bob), funds);
    });
  }

  it("case 13: coins that are unsorted, doubled, too many or oddly named get code 10 or 2", () => {
    const chain = new Chain();
    const many = Array.from({ length: 10_000 }, (_, index) => ({
      denom: `coin${String(index).padStart(5, "0")}`,
      amount: "1",
    }));
    const odd = ["A", "1abc", "apyr ", "a b", "__proto__", "../x", "apýr", "a".repeat(129), ""];
    for (const amount of [
      [...coins(1n, "bbb"), ...coins(1n, "aaa")],
      [...coins(1n), ...coins(1n)],
      [...coins(1n), ...coins("-1", "zzz")],
      ...odd.map((denom) => coins(1n, denom)),
      many,
    ]) {
      const [code, log] = refusalOf(chain, chain.send({ amount }));
      assert.ok(code === 10 || (amount === many && code === 2), `${code}: ${log.slice(0, 100)}`);
    }
  });

  it("case 13: whatever stands for an amount, no coin appears and nobody's balance is negative", () => {
    const text = fc.oneof(
      fc.bigInt({ min: -(2n ** 260n), max: 2n ** 260n }).map(String),
      fc.string({ maxLength: 8 }),
      fc.stringMatching(/^[-+0-9eE.x]{1,12}$/),
    );
    fc.assert(
      fc.property(text, fc.constantFrom(bob, stranger), (amount, to) => {
        const chain = new Chain();
        const tx = chain.send({ to, amount: [{ denom: "apyr", amount }] });
        const [result] = chain.block(tx);
        const moved = result?.code === 0 ? BigInt(amount) : 0n;
        assert.ok(moved >= 0n && moved <= funds);
        assert.equal(chain.balance(to), (to === bob ? funds : 0n) + moved);
      }),
      { numRuns: 60 },
    );
  });

  it("case 13: an amount that would overflow the one who receives it fails with its message", () => {
    const chain = new Chain();
    const most = (2n ** 256n - 1n).toString();
    const outputs = [alice, carol].map((to) => sendMessage(bob, { to, amount: coins(most) }));
    const tx = chain.tx({ messages: outputs, signers: [bob] });
    const [result] = chain.block(tx);
    assert.equal(result?.code, 5);
    assert.equal(chain.balance(bob), funds - fee);
  });
});

describe("what users hand in, before the end of a block", () => {
  it("case 16: a block of nothing but refused and mutated transactions ends, and a hundred follow", () => {
    const chain = new Chain();
    const good = chain.send();
    const mutated = Array.from({ length: 200 }, (_, index) => {
      const bytes = good.slice();
      const at = (index * 7) % bytes.length;
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (index % 8));
      return bytes;
    });
    const { loud } = chain.finalize(mutated);
    assert.deepEqual(loud, [], "nothing failed in a way that no rule foresees");
    chain.commit();
    for (let block = 0; block < 100; block++) chain.block();
    assert.equal(chain.block(chain.send())[0]?.code, 0);
  });
});
