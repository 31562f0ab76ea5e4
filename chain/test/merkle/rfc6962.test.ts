import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, it } from "mocha";
import { bytesFromHex, defined, emptyBytes, hexFromBytes } from "@pyralog/chain/base";
import {
  merkleInnerHash,
  merkleProofs,
  merkleRoot,
  verifyMerkleProof,
} from "@pyralog/chain/merkle";

interface Vectors {
  readonly cases: readonly {
    readonly name: string;
    readonly leaves_hex?: readonly string[];
    readonly inner?: readonly string[];
    readonly root_hex: string;
  }[];
}

const path = new URL("../../../testnet/vectors/cometbft/merkle.json", import.meta.url);
const { cases }: Vectors = JSON.parse(readFileSync(path, "utf8"));

const someLeaves = fc.uniqueArray(fc.uint8Array({ maxLength: 40 }), {
  minLength: 1,
  maxLength: 40,
  selector: hexFromBytes,
});

describe("RFC 6962 tree", () => {
  for (const { name, leaves_hex: leaves, inner, root_hex: root } of cases) {
    it(`has CometBFT's root for the vector "${name}"`, () => {
      const [left, right, ...bytes] = [...(inner ?? ["", ""]), ...(leaves ?? [])].map(bytesFromHex);
      if (inner !== undefined) {
        const hash = merkleInnerHash(left ?? emptyBytes, right ?? emptyBytes);
        assert.equal(hexFromBytes(hash), root);
        return;
      }
      assert.equal(hexFromBytes(merkleRoot(bytes)), root);
      assert.equal(hexFromBytes(merkleProofs(bytes).root), root);
    });
  }

  it("takes leaves of any length, in the scratch memory or beyond it", () => {
    for (const length of [0, 1, 1022, 1023, 1024, 70_000]) {
      const leaves = [new Uint8Array(length).fill(9), new Uint8Array(length).fill(8)];
      const { root, proofs } = merkleProofs(leaves);
      assert.deepEqual(merkleRoot(leaves), root);
      assert.equal(proofs.length, 2);
    }
  });

  it("proves each leaf at its index, and at no other", () => {
    fc.assert(
      fc.property(someLeaves, fc.nat(), (leaves, chosen) => {
        const { root, proofs } = merkleProofs(leaves);
        assert.deepEqual(merkleRoot(leaves), root);
        const other = chosen % leaves.length;
        for (const [index, proof] of proofs.entries()) {
          const leaf = leaves[index] ?? emptyBytes;
          assert.equal(verifyMerkleProof({ root, leaf, proof }), true);
          const moved = { ...proof, index: other };
          assert.equal(verifyMerkleProof({ root, leaf, proof: moved }), other === index);
        }
      }),
    );
  });

  it("refuses a proof after any change to root, leaf, size or aunts", () => {
    const leaves = [1, 2, 3, 4, 5].map((byte) => Uint8Array.of(byte));
    const { root, proofs } = merkleProofs(leaves);
    const [leaf, proof] = [defined(leaves[4], "five"), defined(proofs[4], "five")];
    const aunt = new Uint8Array(32);
    for (const wrong of [
      { root: aunt, leaf, proof },
      { root, leaf: aunt, proof },
      { root, leaf, proof: { ...proof, leafHash: aunt } },
      { root, leaf, proof: { ...proof, total: 6 } },
      { root, leaf, proof: { ...proof, total: 5.5 } },
      { root, leaf, proof: { ...proof, index: -1 } },
      { root, leaf, proof: { ...proof, index: 5 } },
      { root, leaf, proof: { ...proof, aunts: [] } },
      { root, leaf, proof: { ...proof, aunts: [...proof.aunts, aunt] } },
      { root, leaf, proof: { ...proof, aunts: [aunt.subarray(1)] } },
      { root, leaf, proof: { ...proof, aunts: Array.from({ length: 101 }, () => aunt) } },
    ]) {
      assert.equal(verifyMerkleProof(wrong), false);
    }
    assert.equal(verifyMerkleProof({ root, leaf, proof }), true);
  });
});
