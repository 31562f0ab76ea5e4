/** What holds for all transactions, in any order, from anybody. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { hexFromBytes } from "@pyralog/chain/base";
import {
  alice,
  bob,
  carol,
  Chain,
  coins,
  funds,
  sendMessage,
  stranger,
  type Person,
} from "./a-chain.ts";

const people = [alice, bob, carol];
const everybody = [...people, stranger];

interface Plan {
  readonly from: number;
  /** Added to the sequence that would be right. */
  readonly skew: number;
  readonly payments: readonly { readonly to: number; readonly amount: bigint }[];
  readonly gas: bigint;
}

const aPayment = fc.record({
  to: fc.nat(everybody.length - 1),
  amount: fc.oneof(
    fc.bigInt(1n, 10n ** 20n),
    fc.bigInt(1n, 2n * funds),
    fc.constant(2n ** 256n - 1n),
  ),
});

const aPlan: fc.Arbitrary<Plan> = fc.record({
  from: fc.nat(people.length - 1),
  skew: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(2) }),
  payments: fc.array(aPayment, { minLength: 1, maxLength: 3 }),
  gas: fc.oneof(fc.constant(300_000n), fc.bigInt(20_000n, 120_000n)),
});

const someBlocks = fc.array(fc.array(aPlan, { maxLength: 6 }), { minLength: 1, maxLength: 4 });

function txOf(chain: Chain, plan: Plan & { readonly sequence: bigint }): Uint8Array {
  const from = people[plan.from] ?? alice;
  const messages = plan.payments.map(({ to, amount }) =>
    sendMessage(from, { to: everybody[to] ?? bob, amount: coins(amount) }),
  );
  const { gas, sequence } = plan;
  return chain.tx({ messages, signers: [from], sequences: [sequence], gas });
}

/**
 * The transactions of each block, with the sequences that their senders then have.
 * @yields the transactions of one block
 */
function* txsOf(
  chain: Chain,
  blocks: readonly (readonly Plan[])[],
): Generator<readonly Uint8Array[]> {
  for (const plans of blocks) {
    const next = new Map<Person, bigint>(
      people.map((person) => [person, sequenceOf(chain, person)]),
    );
    yield plans.map((plan) => {
      const from = people[plan.from] ?? alice;
      const right = next.get(from) ?? 0n;
      if (plan.skew === 0) next.set(from, right + 1n);
      return txOf(chain, { ...plan, sequence: right + BigInt(plan.skew) });
    });
  }
}

function sequenceOf(chain: Chain, person: Person): bigint {
  return chain.height === 0n ? 0n : chain.account(person).sequence;
}

function total(chain: Chain): bigint {
  const collector = "pyr17xpfvakm2amg962yls6f84z3kell8c5ldj5fcs";
  const held = everybody.map((person) => chain.balance(person));
  return [...held, chain.balance(collector)].reduce((sum, amount) => sum + amount, 0n);
}

describe("for all blocks of payments", () => {
  it("no coin appears or vanishes, and every invariant holds after each block", () => {
    fc.assert(
      fc.property(someBlocks, (blocks) => {
        const chain = new Chain();
        for (const txs of txsOf(chain, blocks)) chain.block(...txs);
        assert.equal(total(chain), 3n * funds);
      }),
      { numRuns: 25 },
    );
  });

  it("two nodes get the same bytes, whether they executed ahead or not", () => {
    fc.assert(
      fc.property(someBlocks, (blocks) => {
        const [proposer, follower] = [new Chain(), new Chain()];
        for (const txs of txsOf(proposer, blocks)) {
          for (const tx of txs) proposer.check(tx);
          const chosen = proposer.prepare(txs).txs;
          assert.equal(proposer.process(chosen), true);
          const one = proposer.finalize(chosen);
          const other = follower.finalize(chosen);
          assert.equal(hexFromBytes(one.appHash), hexFromBytes(other.appHash));
          assert.deepEqual(one.txResults, other.txResults);
          proposer.commit();
          follower.commit();
        }
      }),
      { numRuns: 15 },
    );
  });

  it("a transaction either does all that it says, or pays for having tried", () => {
    fc.assert(
      fc.property(aPlan, (plan) => {
        const chain = new Chain();
        chain.block();
        const from = people[plan.from] ?? alice;
        const before = everybody.map((person) => chain.balance(person));
        const [result] = chain.block(txOf(chain, { ...plan, sequence: BigInt(plan.skew) }));
        const fee = plan.gas * 10n ** 9n;
        const admitted = chain.account(from).sequence > 0n;
        for (const [index, person] of everybody.entries()) {
          const received = plan.payments
            .filter(({ to }) => to === index)
            .reduce((sum, { amount }) => sum + amount, 0n);
          const sent = plan.payments.reduce((sum, { amount }) => sum + amount, 0n);
          const moved = result?.code === 0 ? received - (person === from ? sent : 0n) : 0n;
          const paid = person === from && admitted ? fee : 0n;
          assert.equal(chain.balance(person), (before[index] ?? 0n) + moved - paid);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("what the pool lets in, in its order, a block takes", () => {
    fc.assert(
      fc.property(fc.array(aPlan, { maxLength: 8 }), (plans) => {
        const chain = new Chain();
        const admitted = [...txsOf(chain, [plans])]
          .flat()
          .filter((tx) => chain.check(tx).code === 0);
        const { txs, poisonous } = chain.prepare(admitted);
        assert.deepEqual(poisonous, []);
        assert.deepEqual(txs, admitted);
      }),
      { numRuns: 25 },
    );
  });
});

describe("for all bytes", () => {
  it("decoding ends with a code, and never with an exception", () => {
    const chain = new Chain();
    const good = chain.send();
    const mutated = fc
      .array(fc.record({ at: fc.nat(good.length - 1), byte: fc.nat(255) }), { maxLength: 4 })
      .map((edits) => {
        const bytes = good.slice();
        for (const { at, byte } of edits) bytes[at] = byte;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), mutated), (bytes) => {
        const { code, log } = chain.check(bytes);
        assert.ok(code === 0 || log.length > 0);
        assert.equal(chain.finalize([bytes]).loud?.length, 0);
      }),
      { numRuns: 200 },
    );
  });
});
