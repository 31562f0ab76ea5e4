import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createPrng, finish, hexFromBytes, type Prng } from "@pyralog/chain/base";
import { KeyHashes } from "../../../src/merkle/state/key-hashes.ts";
import { StateTree } from "../../../src/merkle/state/state-tree.ts";
import type { Root, TreeBatch } from "../../../src/merkle/state/tree-batch.ts";
import { TreeUpdate } from "../../../src/merkle/state/tree-update.ts";
import { rootOfLeaves, sha256, type PlacedLeaf } from "../state-model.ts";

/** Takes keys of 32 bytes for their own hashes, so that a test can lay paths as it likes. */
class ChosenPaths extends KeyHashes {
  override put(index: number, key: Uint8Array): void {
    this.bytes.set(key, index * 32);
  }
}

/** Paths that part at any depth: a known path with a bit flipped and noise below it. */
function aPath(prng: Prng, known: readonly Uint8Array[]): Uint8Array {
  const path = prng.chance(1, 4)
    ? prng.bytes(32)
    : (known[prng.below(known.length)] ?? prng.bytes(32)).slice();
  const depth = prng.chance(1, 3) ? prng.below(256) : prng.below(60);
  path[depth >> 3] = (path[depth >> 3] ?? 0) ^ (1 << (7 - (depth & 7)));
  return path;
}

interface Change {
  readonly key: Uint8Array;
  readonly isPut: boolean;
}

const nothing: Root = { ref: 0, hash: new Uint8Array(32) };

function apply(
  tree: StateTree,
  step: { readonly root: Root; readonly changes: readonly Change[] },
): Root {
  const { root, changes } = step;
  const count = changes.length;
  const [hashes, leafHashes] = [new ChosenPaths(count + 1), new ChosenPaths(count)];
  const leaves = new Uint32Array(count);
  for (const [at, { key, isPut }] of changes.entries()) {
    hashes.put(at, key);
    leafHashes.put(at, sha256(key, Uint8Array.of(at)));
    if (isPut) leaves[at] = tree.leaves.create(hashes, at);
  }
  const batch: TreeBatch = {
    count,
    hashes,
    leafHashes,
    leaves,
    replaced: new Uint32Array(count),
    adopt: (leaf, entry) => {
      tree.adopt(leaf, changes[entry]?.key ?? new Uint8Array(0));
    },
    inherit: (leaf, before) => {
      tree.inherit(leaf, before);
    },
  };
  const update = new TreeUpdate({ tree, batch, root });
  const updated = finish(update.run());
  for (const ref of tree.workspace.retired.refs()) tree.recycle(ref);
  for (const leaf of tree.workspace.removed.refs()) tree.release(leaf);
  return updated;
}

function note(model: Map<string, PlacedLeaf>, changes: readonly Change[]): void {
  for (const [at, { key, isPut }] of changes.entries()) {
    if (isPut) model.set(hexFromBytes(key), { path: key, hash: sha256(key, Uint8Array.of(at)) });
    else model.delete(hexFromBytes(key));
  }
}

describe("TreeUpdate", () => {
  it("makes the root of DESIGN's form for paths that part at any depth, and leaks no node", () => {
    for (let seed = 0; seed < 150; seed++) {
      const prng = createPrng(seed);
      const tree = new StateTree();
      const model = new Map<string, PlacedLeaf>();
      let root = nothing;
      for (let step = 0; step < 12; step++) {
        const known = [...model.values()].map(({ path }) => path);
        const changes = new Map<string, Change>();
        for (let count = prng.below(12); count > 0; count--) {
          const isKnown = known.length > 0 && prng.chance(1, 2);
          const key = isKnown
            ? (known[prng.below(known.length)] ?? new Uint8Array(32))
            : aPath(prng, known);
          changes.set(hexFromBytes(key), { key, isPut: prng.chance(3, 5) });
        }
        const list = [...changes.values()];
        root = apply(tree, { root, changes: list });
        note(model, list);
        assert.equal(
          hexFromBytes(root.hash),
          hexFromBytes(rootOfLeaves([...model.values()])),
          `seed ${seed}, step ${step}`,
        );
      }
      const all = [...model.values()].map(({ path }) => ({ key: path, isPut: false }));
      assert.deepEqual(apply(tree, { root, changes: all }), nothing);
      assert.equal(tree.used, 0, `seed ${seed}`);
      assert.equal(tree.keys.arena.used, 0);
    }
  });

  it("needs no more inner nodes than leaves, however long the paths they share", () => {
    const tree = new StateTree();
    const base = new Uint8Array(32);
    const changes = [base, base.with(31, 1)].map((key) => ({ key, isPut: true }));
    apply(tree, { root: nothing, changes });
    assert.ok(tree.used <= 2 + Math.ceil(256 / 25));
  });

  it("stops on a batch that names a key twice", () => {
    const change = { key: new Uint8Array(32), isPut: true };
    assert.throws(() => apply(new StateTree(), { root: nothing, changes: [change, change] }), {
      message: "Broken claim: a batch names each key once.",
    });
  });
});
