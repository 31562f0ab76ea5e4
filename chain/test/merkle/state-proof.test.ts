import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { bytesFromText, concatBytes, createPrng, hexFromBytes } from "@pyralog/chain/base";
import { verifyStateProof, type StateClaim } from "@pyralog/chain/merkle";
import {
  commitmentProofMessage,
  type CommitmentProof,
  type ExistenceProof,
} from "../../src/merkle/ics23/index.ts";
import { Fixture, put } from "./state-model.ts";

function claimOf(fixture: Fixture, text: string): StateClaim {
  const key = bytesFromText(text);
  const value = fixture.model.get(key);
  const { root } = fixture.state.latest();
  const claim = { root, key, proof: fixture.state.latest().prove(key) };
  return value === undefined ? claim : { ...claim, value };
}

function aFixture(keys: number): Fixture {
  const fixture = new Fixture();
  fixture.commit(Array.from({ length: keys }, (_, at) => put(`key ${at}`, `value ${at}`)));
  return fixture;
}

/** The claim with its proof taken apart, changed and encoded again. */
function changed(
  claim: StateClaim,
  change: (proof: CommitmentProof) => Partial<CommitmentProof>,
): StateClaim {
  const proof = commitmentProofMessage.decode(claim.proof);
  return { ...claim, proof: commitmentProofMessage.encode({ ...proof, ...change(proof) }) };
}

function flipped(bytes: Uint8Array): Uint8Array {
  return bytes.with(0, (bytes[0] ?? 0) ^ 1);
}

/** Every way to change one field of one existence proof. */
function changesOf(proof: ExistenceProof): readonly ExistenceProof[] {
  const { key, value, leaf, path } = proof;
  assert.ok(leaf !== undefined);
  const { prefix } = leaf;
  const ops = path.flatMap((op, at) => {
    const sibling = op.prefix.length > 0 ? "prefix" : "suffix";
    const other = { ...op, prefix: op.suffix, suffix: op.prefix };
    return [
      { ...proof, path: path.with(at, { ...op, [sibling]: flipped(op[sibling]) }) },
      { ...proof, path: path.with(at, { ...op, hash: 2 }) },
      { ...proof, path: path.with(at, other) },
      { ...proof, path: path.toSpliced(at, 1) },
    ];
  });
  return [
    ...ops,
    { ...proof, key: flipped(key) },
    { ...proof, value: flipped(value) },
    { ...proof, leaf: undefined },
    { ...proof, leaf: { ...leaf, prefix: flipped(prefix) } },
    { ...proof, leaf: { ...leaf, prefix: concatBytes([prefix, Uint8Array.of(0)]) } },
    { ...proof, leaf: { ...leaf, prehashValue: 0 } },
    { ...proof, leaf: { ...leaf, length: 7 } },
  ];
}

describe("verifyStateProof", () => {
  for (const keys of [1, 2, 3, 200]) {
    it(`accepts what is there and what is not in a state of ${keys}, and no change to it`, () => {
      const fixture = aFixture(keys);
      for (let at = 0; at < 40; at++) {
        const claim = claimOf(fixture, at % 2 === 0 ? `key ${at % keys}` : `absent ${at}`);
        assert.equal(verifyStateProof(claim), true);
        assert.equal(verifyStateProof({ ...claim, root: flipped(claim.root) }), false);
        assert.equal(verifyStateProof({ ...claim, key: bytesFromText("another") }), false);
        const value = bytesFromText("another");
        assert.equal(verifyStateProof({ ...claim, value }), false);
        const { root, key, proof } = claim;
        assert.equal(verifyStateProof({ root, key, proof }), claim.value === undefined);
      }
    });
  }

  it("refuses an existence proof after a change to any of its fields", () => {
    const claim = claimOf(aFixture(200), "key 7");
    const { exist } = commitmentProofMessage.decode(claim.proof);
    assert.ok(exist !== undefined && exist.path.length > 5);
    for (const other of changesOf(exist)) {
      assert.equal(verifyStateProof(changed(claim, () => ({ exist: other }))), false);
    }
  });

  it("refuses an absence proof after a change to any field of either neighbour", () => {
    const claim = claimOf(aFixture(200), "absent 1");
    const { nonexist } = commitmentProofMessage.decode(claim.proof);
    assert.ok(nonexist?.left !== undefined && nonexist.right !== undefined);
    const { left, right } = nonexist;
    const others = [
      ...changesOf(left).map((side) => ({ ...nonexist, left: side })),
      ...changesOf(right).map((side) => ({ ...nonexist, right: side })),
      { ...nonexist, left: undefined },
      { ...nonexist, right: undefined },
      { ...nonexist, left: undefined, right: undefined },
      { ...nonexist, left: right, right: left },
      { ...nonexist, key: flipped(nonexist.key) },
    ];
    for (const other of others) {
      assert.equal(verifyStateProof(changed(claim, () => ({ nonexist: other }))), false);
    }
  });

  it("refuses neighbours that have others between them", () => {
    const fixture = aFixture(200);
    const claims = Array.from({ length: 60 }, (_, at) => claimOf(fixture, `absent ${at}`));
    const proofs = claims.map(({ proof }) => commitmentProofMessage.decode(proof).nonexist);
    for (const [at, claim] of claims.entries()) {
      for (const other of proofs) {
        const [left, right] = [proofs[at]?.left, other?.right];
        const own = proofs[at]?.right;
        if (left === undefined || right === undefined || own === undefined) continue;
        const isOwn = hexFromBytes(right.key) === hexFromBytes(own.key);
        const mixed = changed(claim, () => ({ nonexist: { key: claim.key, left, right } }));
        assert.equal(verifyStateProof(mixed), isOwn);
      }
    }
  });

  it("refuses any other encoding of a good proof", () => {
    const claim = claimOf(aFixture(20), "key 1");
    const { proof } = claim;
    const unknown = concatBytes([proof, Uint8Array.of(0x50, 1)]);
    const twice = concatBytes([proof, proof]);
    const empty = new Uint8Array(0);
    // The outer length as a varint of one byte more.
    const padded = concatBytes([
      proof.subarray(0, 2),
      Uint8Array.of((proof[2] ?? 0) | 0x80, 0),
      proof.subarray(3),
    ]);
    for (const other of [unknown, twice, empty, padded, proof.subarray(0, -1)]) {
      assert.equal(verifyStateProof({ ...claim, proof: other }), false);
    }
    const prng = createPrng(1);
    for (let turn = 0; turn < 2000; turn++) {
      const at = prng.below(proof.length);
      const other = proof.with(at, (proof[at] ?? 0) ^ (1 << prng.below(8)));
      assert.equal(verifyStateProof({ ...claim, proof: other }), false, `byte ${at}`);
    }
  });

  it("refuses to find anything absent from an empty state, as ICS-23 does", () => {
    const fixture = new Fixture();
    assert.equal(verifyStateProof(claimOf(fixture, "key")), false);
  });
});
