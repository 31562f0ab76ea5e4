import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { bytesFromText, hexFromBytes, textFromBytes } from "@pyralog/chain/base";
import {
  createPower,
  createValidatorSetFrom,
  incrementProposerPriority,
  type JsonNode,
  type Validator,
} from "@pyralog/chain/types";
import { averagePriority, rotate } from "../../src/types/proposer-priority.ts";
import { readVectors } from "./read-vectors.ts";
import { aSigner, aValidatorSet, anyAddress } from "./values.ts";

const cases = readVectors("cometbft/proposer_priority.json").get("cases").list();
const { publicKey } = aSigner("nobody");

function ofKind(kind: string): readonly JsonNode[] {
  return cases.filter((entry) => entry.get("kind").text() === kind);
}

function validatorOf(node: JsonNode): Validator {
  const named = node.get("address_utf8");
  return {
    address: anyAddress(named.absent ? node.get("address").hex() : bytesFromText(named.text())),
    publicKey,
    power: createPower(BigInt(node.get("power").int32())),
    proposerPriority: BigInt(node.get("priority").int32()),
  };
}

function proposersOf(entry: JsonNode, count: number): readonly Validator[] {
  let set = createValidatorSetFrom(entry.get("validators").list().map(validatorOf));
  return Array.from({ length: count }, () => {
    const { proposer } = set;
    set = incrementProposerPriority(set, 1);
    return proposer;
  });
}

describe("the published proposer priorities", () => {
  it("are 24 cases", () => {
    const kinds = ["sequence", "sequence_hex", "counts", "priorities", "avg"];
    assert.equal(kinds.flatMap(ofKind).length, 24);
    assert.equal(cases.length, 24);
  });

  it("give the sequences of proposers, 99 rounds among them", () => {
    for (const entry of ofKind("sequence")) {
      const want = entry.get("proposers").list();
      assert.equal(want.length, 99);
      const got = proposersOf(entry, want.length).map(({ address }) => textFromBytes(address));
      assert.deepEqual(
        got,
        want.map((name) => name.text()),
      );
    }
    for (const entry of ofKind("sequence_hex")) {
      const want = entry.get("proposers").list();
      const got = proposersOf(entry, want.length).map(({ address }) => hexFromBytes(address));
      assert.deepEqual(
        got,
        want.map((name) => name.text()),
      );
    }
  });

  it("give each validator its share of the turns", () => {
    for (const entry of ofKind("counts")) {
      const proposers = proposersOf(entry, entry.get("rounds").int32());
      const counts = entry
        .get("validators")
        .list()
        .map(validatorOf)
        .map(({ address }) => {
          const name = hexFromBytes(address);
          return proposers.filter((proposer) => hexFromBytes(proposer.address) === name).length;
        });
      assert.deepEqual(
        counts,
        entry
          .get("counts")
          .list()
          .map((count) => count.int32()),
      );
    }
  });

  it("are reached from given priorities, by the given proposer", () => {
    assert.equal(ofKind("priorities").length, 14);
    for (const entry of ofKind("priorities")) {
      const validators = entry.get("raw_set").list().map(validatorOf);
      const powerTotal = validators.reduce((sum, { power }) => sum + power, 0n);
      const turn = rotate({ validators, powerTotal, times: entry.get("times").int32() });
      assert.deepEqual(
        turn.validators.map(({ proposerPriority }) => proposerPriority),
        entry
          .get("want_priorities")
          .list()
          .map((priority) => BigInt(priority.int32())),
      );
      const want = entry.get("want_proposer");
      if (!want.absent) assert.equal(hexFromBytes(turn.proposer.address), want.text());
    }
  });

  it("have the averages, rounded down", () => {
    for (const entry of ofKind("avg")) {
      const priorities = entry.get("priorities").list();
      assert.equal(
        averagePriority(priorities.map((node) => node.int64())),
        entry.get("want").int64(),
      );
    }
    assert.equal(averagePriority([-1n, 0n]), -1n);
  });
});

describe("proposer priorities", () => {
  it("stay within two totals of one another, and sum up to less than the number of places", () => {
    const powers = fc.array(fc.bigInt({ min: 1n, max: 10n ** 15n }), {
      minLength: 1,
      maxLength: 9,
    });
    fc.assert(
      fc.property(powers, fc.integer({ min: 1, max: 40 }), (some, times) => {
        const { set } = aValidatorSet(some);
        const later = incrementProposerPriority(set, times);
        const priorities = later.validators.map(({ proposerPriority }) => proposerPriority);
        const sum = priorities.reduce((total, priority) => total + priority, 0n);
        const [least = 0n, ...rest] = priorities.toSorted((a, b) => (a < b ? -1 : 1));
        assert.ok((rest.at(-1) ?? least) - least <= 2n * set.powerTotal);
        assert.ok(sum > -BigInt(some.length) && sum < BigInt(some.length));
      }),
      { numRuns: 30 },
    );
  });

  it("move by several turns as by single ones, where no window is passed", () => {
    const { set } = aValidatorSet([5n, 3n, 1n]);
    const single = incrementProposerPriority(incrementProposerPriority(set, 1), 1);
    const double = incrementProposerPriority(set, 2);
    assert.deepEqual(single.validators, double.validators);
    assert.deepEqual(single.proposer, double.proposer);
  });

  it("do not overflow at the greatest powers", () => {
    const { set } = aValidatorSet([2n ** 60n - 1n]);
    const later = incrementProposerPriority(set, 100);
    assert.equal(later.proposer.proposerPriority, 0n);
  });
});
