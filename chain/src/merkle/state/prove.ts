import { commitmentProofMessage, stateSpec, type ExistenceProof } from "../ics23/index.ts";
import { empty, type Ref } from "./refs.ts";
import type { StateCore } from "./state-core.ts";

const nothing = new Uint8Array(0);

/** An encoded CommitmentProof of the key's value under a root, or of its absence. */
export function encodeProof(
  core: StateCore,
  claim: { readonly root: Ref; readonly key: Uint8Array },
): Uint8Array {
  const { root, key } = claim;
  const leaf = core.tree.find(root, key);
  if (leaf !== empty) {
    const exist = existence(core, { root, leaf });
    return commitmentProofMessage.encode({ exist, nonexist: undefined });
  }
  const { left, right } = core.tree.neighbours(root, key);
  const nonexist = {
    key,
    left: left === empty ? undefined : existence(core, { root, leaf: left }),
    right: right === empty ? undefined : existence(core, { root, leaf: right }),
  };
  return commitmentProofMessage.encode({ exist: undefined, nonexist });
}

function existence(
  core: StateCore,
  place: { readonly root: Ref; readonly leaf: Ref },
): ExistenceProof {
  const key = core.tree.keyOf(place.leaf).slice();
  const { hash } = stateSpec.inner;
  const path = core.tree
    .siblings(place.root, place.leaf)
    .map(({ side, hash: sibling }) =>
      side === 0
        ? { hash, prefix: nothing, suffix: sibling }
        : { hash, prefix: sibling, suffix: nothing },
    );
  return { key, value: core.value(place.leaf), leaf: stateSpec.leaf, path };
}
