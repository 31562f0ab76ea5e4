import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { AssertionFailure } from "@pyralog/chain/base";
import { partWire } from "@pyralog/chain/codec";
import {
  checkPartBasic,
  decodePart,
  decodePartSetHeader,
  encodePart,
  encodePartSetHeader,
  partBytesMax,
  PartSet,
  partSetFromBytes,
  type Part,
} from "@pyralog/chain/types";
import { codeOf } from "./code-of.ts";
import { aHash } from "./values.ts";

function someBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => index % 251);
}

function partsOf(length: number): { readonly set: PartSet; readonly parts: readonly Part[] } {
  const { header, parts } = partSetFromBytes(someBytes(length));
  return { set: new PartSet(header), parts };
}

describe("a part set", () => {
  it("gives the bytes back from its parts in any order, each counted once", () => {
    const lengths = fc.integer({ min: 1, max: 3 * partBytesMax });
    fc.assert(
      fc.property(lengths, fc.infiniteStream(fc.nat()), (length, order) => {
        const { set, parts } = partsOf(length);
        const shuffled = parts.toSorted(() => ((order.next().value ?? 0) % 2) - 0.5);
        for (const part of [...shuffled, ...shuffled]) {
          const known = set.has(part.index);
          assert.equal(set.add(part), known ? "known" : "added");
        }
        assert.ok(set.complete);
        assert.equal(set.count, parts.length);
        assert.equal(set.byteLength, length);
        assert.deepEqual(set.bytes(), someBytes(length));
      }),
      { numRuns: 10 },
    );
  });

  it("splits at 65536 bytes: one byte more is one part more", () => {
    assert.equal(partsOf(partBytesMax).parts.length, 1);
    assert.equal(partsOf(partBytesMax + 1).parts.length, 2);
    assert.equal(partsOf(0).parts.length, 0);
  });

  it("knows which parts it has", () => {
    const { set, parts } = partsOf(2 * partBytesMax + 1);
    assert.deepEqual(set.bits, [false, false, false]);
    assert.equal(set.add(parts[1] ?? assert.fail()), "added");
    assert.deepEqual(set.bits, [false, true, false]);
    assert.ok(!set.complete && set.has(1) && !set.has(0) && !set.has(99));
    assert.equal(set.parts[1], parts[1]);
    assert.throws(() => set.bytes(), AssertionFailure);
  });

  it("takes no part with other bytes, another place, total or proof", () => {
    const { set, parts } = partsOf(3 * partBytesMax);
    const [first, second] = parts;
    assert.ok(first !== undefined && second !== undefined);
    const { proof } = first;
    const wrong: readonly Part[] = [
      { ...first, bytes: someBytes(9) },
      { ...first, index: 1 },
      { ...first, index: 3 },
      { ...first, index: -1 },
      { ...first, proof: second.proof },
      { ...first, proof: { ...proof, total: 4 } },
      { ...first, proof: { ...proof, aunts: [] } },
      { ...first, proof: { ...proof, leafHash: aHash("other") } },
    ];
    for (const part of wrong) assert.equal(set.add(part), "invalid");
    assert.equal(set.count, 0);
  });

  it("does not take the part of another set for one that it has", () => {
    const { set, parts } = partsOf(3 * partBytesMax);
    const other = partSetFromBytes(someBytes(3 * partBytesMax).map((byte) => byte ^ 1));
    for (const part of parts) set.add(part);
    for (const part of other.parts) assert.equal(set.add(part), "invalid");
    for (const part of parts) assert.equal(set.add(part), "known");
  });

  it("has a header that is decoded to what was encoded, with a bounded total", () => {
    const header = { total: 1601, hash: aHash("parts") };
    assert.deepEqual(decodePartSetHeader(encodePartSetHeader(header)), header);
    const more = encodePartSetHeader({ ...header, total: 1602 });
    assert.equal(
      codeOf(() => decodePartSetHeader(more)),
      "VALUE_RANGE",
    );
    const odd = encodePartSetHeader({ ...header, hash: header.hash.subarray(1) });
    assert.equal(
      codeOf(() => decodePartSetHeader(odd)),
      "LENGTH",
    );
  });
});

const refusal = (part: Part): string => codeOf(() => decodePart(encodePart(part)));

describe("a part", () => {
  const { parts } = partsOf(2 * partBytesMax + 5);
  const [first, , last] = parts;
  assert.ok(first !== undefined && last !== undefined);

  it("is decoded to what was encoded", () => {
    for (const part of parts) assert.deepEqual(decodePart(encodePart(part)), part);
  });

  it("is full unless it is the last", () => {
    const short = { ...first, bytes: first.bytes.subarray(1) };
    assert.equal(refusal(short), "PART_LENGTH");
    assert.equal(
      codeOf(() => checkPartBasic(short)),
      "PART_LENGTH",
    );
    assert.equal(refusal({ ...last, bytes: someBytes(partBytesMax) }), "accepted");
    assert.equal(refusal({ ...last, bytes: someBytes(partBytesMax + 1) }), "PART_LENGTH");
  });

  it("stands where its proof says (ASA-2025-002)", () => {
    assert.equal(refusal({ ...last, index: 3 }), "PART_INDEX");
  });

  it("has a proof within its measures", () => {
    const { proof } = last;
    const hash = aHash("aunt");
    const aunts = Array.from({ length: 100 }, () => hash);
    assert.equal(refusal({ ...last, proof: { ...proof, aunts } }), "accepted");
    const wrong = [
      { ...proof, aunts: [...aunts, hash] },
      { ...proof, aunts: [hash.subarray(1)] },
      { ...proof, leafHash: hash.subarray(1) },
      { ...proof, total: 2 },
    ];
    for (const other of wrong) assert.equal(refusal({ ...last, proof: other }), "PROOF_INVALID");
    const wire = partWire.decode(encodePart(last));
    for (const total of [-1n, 2n ** 53n]) {
      const huge = partWire.encode({ ...wire, proof: { ...wire.proof, total } });
      assert.equal(
        codeOf(() => decodePart(huge)),
        "PROOF_INVALID",
      );
    }
  });
});
