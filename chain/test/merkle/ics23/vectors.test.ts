import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "mocha";
import { bytesFromBase64, bytesFromHex, bytesFromText, hexFromBytes } from "@pyralog/chain/base";
import {
  applyHash,
  applyInner,
  applyLeaf,
  commitmentProofMessage,
  fitsSpec,
  isLeftEmpty,
  isRightEmpty,
  leafFitsSpec,
  rootOf,
  verifyMembership,
  verifyNonMembership,
  type ExistenceProof,
  type InnerOp,
  type LeafOp,
  type ProofSpec,
} from "../../../src/merkle/ics23/index.ts";

/** Go's JSON of protobuf messages: absent where zero, bytes in base64. */
interface OpJson {
  readonly hash?: number;
  readonly prehash_key?: number;
  readonly prehash_value?: number;
  readonly length?: number;
  readonly prefix?: string;
  readonly suffix?: string;
}

interface ProofJson {
  readonly key?: string;
  readonly value?: string;
  readonly leaf?: OpJson;
  readonly path?: readonly OpJson[];
}

interface SpecJson {
  readonly leaf_spec?: OpJson;
  readonly inner_spec?: {
    readonly child_order?: readonly number[];
    readonly child_size?: number;
    readonly min_prefix_length?: number;
    readonly max_prefix_length?: number;
    readonly empty_child?: string;
    readonly hash?: number;
  };
  readonly max_depth?: number;
  readonly min_depth?: number;
}

function textOf(name: string): string {
  const url = new URL(`../../../../testnet/vectors/ics23/${name}.json`, import.meta.url);
  return readFileSync(url, "utf8");
}

const bytesOf = (base64?: string | null): Uint8Array => bytesFromBase64(base64 ?? "");

function leafOf(op: OpJson): LeafOp {
  return {
    hash: op.hash ?? 0,
    prehashKey: op.prehash_key ?? 0,
    prehashValue: op.prehash_value ?? 0,
    length: op.length ?? 0,
    prefix: bytesOf(op.prefix),
  };
}

function innerOf(op: OpJson): InnerOp {
  return { hash: op.hash ?? 0, prefix: bytesOf(op.prefix), suffix: bytesOf(op.suffix) };
}

function proofOf({ key, value, leaf, path = [] }: ProofJson): ExistenceProof {
  const leafOp = leaf === undefined ? undefined : leafOf(leaf);
  return { key: bytesOf(key), value: bytesOf(value), leaf: leafOp, path: path.map(innerOf) };
}

function specOf(spec: SpecJson): ProofSpec {
  const inner = spec.inner_spec ?? {};
  return {
    leaf: leafOf(spec.leaf_spec ?? {}),
    inner: {
      childOrder: inner.child_order ?? [],
      childSize: inner.child_size ?? 0,
      prefixLengthMin: inner.min_prefix_length ?? 0,
      prefixLengthMax: inner.max_prefix_length ?? 0,
      emptyChild: bytesOf(inner.empty_child),
      hash: inner.hash ?? 0,
    },
    depthMax: spec.max_depth ?? 0,
    depthMin: spec.min_depth ?? 0,
    prehashKeyBeforeComparison: false,
  };
}

const leafDefault = leafOf({ hash: 1, prehash_value: 1, length: 1, prefix: "AA==" });
const innerDefault = { childOrder: [0, 1], emptyChild: new Uint8Array(0), hash: 1 };
const rest = { depthMax: 0, depthMin: 0, prehashKeyBeforeComparison: false };

/** cosmos/ics23, go/proof.go. */
const specs: ReadonlyMap<string, ProofSpec> = new Map([
  [
    "iavl",
    {
      ...rest,
      leaf: leafDefault,
      inner: { ...innerDefault, childSize: 33, prefixLengthMin: 4, prefixLengthMax: 12 },
    },
  ],
  [
    "tendermint",
    {
      ...rest,
      leaf: leafDefault,
      inner: { ...innerDefault, childSize: 32, prefixLengthMin: 1, prefixLengthMax: 1 },
    },
  ],
  [
    "smt",
    {
      leaf: leafOf({ hash: 1, prehash_key: 1, prehash_value: 1, prefix: "AA==" }),
      inner: {
        ...innerDefault,
        childSize: 32,
        prefixLengthMin: 1,
        prefixLengthMax: 1,
        emptyChild: new Uint8Array(32),
      },
      depthMax: 256,
      depthMin: 0,
      prehashKeyBeforeComparison: true,
    },
  ],
]);

interface WholeProof {
  readonly root: string;
  readonly key: string;
  readonly value?: string;
  readonly proof: string;
}

/** The verdict on a whole proof, of existence where there is a value. */
function holds(spec: ProofSpec, vector: WholeProof): boolean {
  const [root, key, value] = [vector.root, vector.key, vector.value ?? ""].map(bytesFromHex);
  assert.ok(root !== undefined && key !== undefined && value !== undefined);
  const { exist, nonexist } = commitmentProofMessage.decode(bytesFromHex(vector.proof));
  if (value.length > 0) {
    return exist !== undefined && verifyMembership({ spec, proof: exist }, { root, key, value });
  }
  return nonexist !== undefined && verifyNonMembership({ spec, proof: nonexist }, { root, key });
}

describe("ICS-23 verifier, on the vectors of cosmos/ics23", () => {
  for (const [kind, spec] of specs) {
    for (const claim of ["exist", "nonexist"]) {
      for (const place of ["left", "middle", "right"]) {
        it(`accepts ${kind}/${claim}_${place}, and refuses it under another root or key`, () => {
          const vector: WholeProof = JSON.parse(textOf(`${kind}/${claim}_${place}`));
          assert.equal(holds(spec, vector), true);
          const root = vector.root.replace(/^../, (byte) => (byte === "00" ? "01" : "00"));
          assert.equal(holds(spec, { ...vector, root }), false);
          const isThere = claim === "exist";
          const key = isThere ? `${vector.key}00` : neighbourOf(vector.proof);
          assert.equal(holds(spec, { ...vector, key }), false);
          if (isThere) assert.equal(holds(spec, { ...vector, value: `${vector.value}00` }), false);
        });
      }
    }
  }

  it("hashes leaves as TestLeafOpData does", () => {
    const cases: Readonly<
      Record<
        string,
        { Op: OpJson; Key: string | null; Value: string | null; IsErr: boolean; Expected: string }
      >
    > = JSON.parse(textOf("TestLeafOpData"));
    for (const [name, each] of Object.entries(cases)) {
      const pair = { key: bytesOf(each.Key), value: bytesOf(each.Value) };
      const hash = applyLeaf(leafOf(each.Op), pair);
      assert.deepEqual(hash, each.IsErr ? undefined : bytesOf(each.Expected), name);
    }
  });

  it("hashes inner nodes as TestInnerOpData does", () => {
    const cases: Readonly<
      Record<string, { Op: OpJson; Child: string | null; IsErr: boolean; Expected: string }>
    > = JSON.parse(textOf("TestInnerOpData"));
    for (const [name, each] of Object.entries(cases)) {
      const hash = applyInner(innerOf(each.Op), bytesOf(each.Child));
      assert.deepEqual(hash, each.IsErr ? undefined : bytesOf(each.Expected), name);
    }
  });

  it("knows the hashes of TestDoHashData", () => {
    const cases: Readonly<
      Record<string, { HashOp: number; Preimage?: string; PreImage?: string; ExpectedHash: string }>
    > = JSON.parse(textOf("TestDoHashData"));
    for (const [name, each] of Object.entries(cases)) {
      const hash = applyHash(each.HashOp, bytesFromText(each.Preimage ?? each.PreImage ?? ""));
      assert.equal(hash && hexFromBytes(hash), each.ExpectedHash, name);
    }
    assert.equal(applyHash(99, new Uint8Array(1)), undefined);
  });

  it("computes the roots of TestExistenceProofData", () => {
    const cases: Readonly<
      Record<string, { Proof: ProofJson; IsErr: boolean; Expected: string | null }>
    > = JSON.parse(textOf("TestExistenceProofData"));
    for (const [name, each] of Object.entries(cases)) {
      const expected = each.IsErr ? undefined : bytesOf(each.Expected);
      assert.deepEqual(rootOf(proofOf(each.Proof)), expected, name);
    }
  });

  it("fits leaves to specs as TestCheckLeafData does", () => {
    const cases: Readonly<Record<string, { Leaf: OpJson; Spec: OpJson; IsErr: boolean }>> =
      JSON.parse(textOf("TestCheckLeafData"));
    for (const [name, each] of Object.entries(cases)) {
      assert.equal(leafFitsSpec(leafOf(each.Leaf), leafOf(each.Spec)), !each.IsErr, name);
    }
  });

  it("fits proofs to specs as TestCheckAgainstSpecData does", () => {
    const cases: Readonly<Record<string, { Proof: ProofJson; Spec: SpecJson; Err: string }>> =
      JSON.parse(textOf("TestCheckAgainstSpecData"));
    for (const [name, each] of Object.entries(cases)) {
      const verdict = fitsSpec(proofOf(each.Proof), specOf(each.Spec));
      assert.equal(verdict, each.Err === "", name);
    }
  });

  it("knows empty branches as TestEmptyBranchData does", () => {
    const cases: readonly { Op: OpJson; Spec: SpecJson; IsLeft: boolean; IsRight: boolean }[] =
      JSON.parse(textOf("TestEmptyBranchData"));
    assert.equal(cases.length, 8);
    for (const each of cases) {
      const { inner } = specOf(each.Spec);
      assert.equal(isLeftEmpty(inner, innerOf(each.Op)), each.IsLeft);
      assert.equal(isRightEmpty(inner, innerOf(each.Op)), each.IsRight);
    }
  });
});

/** A key that the absence proof itself shows to be there. */
function neighbourOf(proof: string): string {
  const { nonexist } = commitmentProofMessage.decode(bytesFromHex(proof));
  return hexFromBytes((nonexist?.left ?? nonexist?.right)?.key ?? new Uint8Array(0));
}
