/**
 * A verifier of ICS-23 proofs for any spec (cosmos/ics23, go/proof.go): existence by recomputing
 * the root, absence by two existing neighbours between which nothing fits.
 */
import { compareBytes, equalBytes } from "#base";
import type { ExistenceProof, InnerOp, LeafOp, NonExistenceProof } from "./messages.ts";
import { applyHashOrNone, applyInner, applyLeaf } from "./ops.ts";
import type { InnerSpec, ProofSpec } from "./spec.ts";

export interface MembershipClaim {
  readonly root: Uint8Array;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

const depthMaxDefault = 128;

export function verifyMembership(
  judged: { readonly spec: ProofSpec; readonly proof: ExistenceProof },
  claim: MembershipClaim,
): boolean {
  const { spec, proof } = judged;
  if (!fitsSpec(proof, spec)) return false;
  if (!equalBytes(proof.key, claim.key) || !equalBytes(proof.value, claim.value)) return false;
  const root = rootOf(proof, spec);
  return root !== undefined && equalBytes(root, claim.root);
}

export function verifyNonMembership(
  judged: { readonly spec: ProofSpec; readonly proof: NonExistenceProof },
  claim: { readonly root: Uint8Array; readonly key: Uint8Array },
): boolean {
  const { spec, proof } = judged;
  const { left, right } = proof;
  for (const side of [left, right]) {
    if (side === undefined) continue;
    const { key, value } = side;
    const isThere = { root: claim.root, key, value };
    if (!verifyMembership({ spec, proof: side }, isThere)) return false;
  }
  return isBetween({ spec, left, right }, claim.key) && areNeighbours({ spec, left, right });
}

interface Neighbours {
  readonly spec: ProofSpec;
  readonly left: ExistenceProof | undefined;
  readonly right: ExistenceProof | undefined;
}

function isBetween({ spec, left, right }: Neighbours, key: Uint8Array): boolean {
  const place = comparable(spec, key);
  const [below, above] = [left, right].map((side) => side && comparable(spec, side.key));
  if (below !== undefined && compareBytes(below, place) >= 0) return false;
  return above === undefined || compareBytes(place, above) < 0;
}

function comparable(spec: ProofSpec, key: Uint8Array): Uint8Array {
  if (!spec.prehashKeyBeforeComparison) return key;
  return applyHashOrNone(spec.leaf.prehashKey, key) ?? key;
}

function areNeighbours({ spec, left, right }: Neighbours): boolean {
  if (left !== undefined && right !== undefined) {
    return areAdjacent(spec.inner, [left.path, right.path]);
  }
  if (left !== undefined) return isLast(spec.inner, left.path);
  return right !== undefined && isFirst(spec.inner, right.path);
}

/** The root that a proof leads to under its own operations, nothing where they cannot be done. */
export function rootOf(proof: ExistenceProof, spec?: ProofSpec): Uint8Array | undefined {
  if (proof.leaf === undefined) return undefined;
  let hash = applyLeaf(proof.leaf, proof);
  for (const op of proof.path) {
    if (hash === undefined) return undefined;
    hash = applyInner(op, hash);
    const isLong = spec !== undefined && hash !== undefined && hash.length > spec.inner.childSize;
    if (isLong && spec.inner.childSize >= 32) return undefined;
  }
  return hash;
}

export function fitsSpec(proof: ExistenceProof, spec: ProofSpec): boolean {
  const { leaf, path } = proof;
  if (leaf === undefined || !leafFitsSpec(leaf, spec.leaf)) return false;
  if (path.length < spec.depthMin) return false;
  if (path.length > (spec.depthMax === 0 ? depthMaxDefault : spec.depthMax)) return false;
  return path.every((op) => innerFitsSpec(op, spec));
}

export function leafFitsSpec(op: LeafOp, spec: LeafOp): boolean {
  return (
    op.hash === spec.hash &&
    op.prehashKey === spec.prehashKey &&
    op.prehashValue === spec.prehashValue &&
    op.length === spec.length &&
    startsWith(op.prefix, spec.prefix)
  );
}

function innerFitsSpec(op: InnerOp, spec: ProofSpec): boolean {
  const { childOrder, childSize, prefixLengthMax, prefixLengthMin, hash } = spec.inner;
  if (op.hash !== hash || startsWith(op.prefix, spec.leaf.prefix)) return false;
  if (op.prefix.length < prefixLengthMin) return false;
  if (op.prefix.length > prefixLengthMax + (childOrder.length - 1) * childSize) return false;
  return childSize > 0 && op.suffix.length % childSize === 0;
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return equalBytes(bytes.subarray(0, prefix.length), prefix);
}

function isFirst(spec: InnerSpec, path: readonly InnerOp[]): boolean {
  return path.every((op) => isAtBranch(spec, { op, branch: 0 }) || isLeftEmpty(spec, op));
}

function isLast(spec: InnerSpec, path: readonly InnerOp[]): boolean {
  const branch = spec.childOrder.length - 1;
  return path.every((op) => isAtBranch(spec, { op, branch }) || isRightEmpty(spec, op));
}

/** Whether two ways from leaf to root part once, side by side, and hug that gap below it. */
function areAdjacent(
  spec: InnerSpec,
  paths: readonly [readonly InnerOp[], readonly InnerOp[]],
): boolean {
  const [left, right] = paths;
  let shared = 0;
  while (isSameOp(left.at(-1 - shared), right.at(-1 - shared))) shared++;
  const [leftOp, rightOp] = [left.at(-1 - shared), right.at(-1 - shared)];
  if (leftOp === undefined || rightOp === undefined) return false;
  const [leftBranch, rightBranch] = [branchOf(spec, leftOp), branchOf(spec, rightOp)];
  if (leftBranch === undefined || rightBranch !== leftBranch + 1) return false;
  const below = (path: readonly InnerOp[]): readonly InnerOp[] => path.slice(0, -1 - shared);
  return isLast(spec, below(left)) && isFirst(spec, below(right));
}

function isSameOp(one: InnerOp | undefined, other: InnerOp | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  return equalBytes(one.prefix, other.prefix) && equalBytes(one.suffix, other.suffix);
}

interface Padding {
  readonly prefixMin: number;
  readonly prefixMax: number;
  readonly suffix: number;
}

function paddingOf(spec: InnerSpec, branch: number): Padding {
  const at = spec.childOrder.indexOf(branch);
  const before = at * spec.childSize;
  return {
    prefixMin: before + spec.prefixLengthMin,
    prefixMax: before + spec.prefixLengthMax,
    suffix: (spec.childOrder.length - 1 - at) * spec.childSize,
  };
}

function isAtBranch(
  spec: InnerSpec,
  place: { readonly op: InnerOp; readonly branch: number },
): boolean {
  const { prefixMin, prefixMax, suffix } = paddingOf(spec, place.branch);
  const { prefix } = place.op;
  const fits = prefix.length >= prefixMin && prefix.length <= prefixMax;
  return fits && place.op.suffix.length === suffix;
}

function branchOf(spec: InnerSpec, op: InnerOp): number | undefined {
  const branch = spec.childOrder.findIndex((_, at) => isAtBranch(spec, { op, branch: at }));
  return branch < 0 ? undefined : branch;
}

/** Everything before the way is empty children. */
export function isLeftEmpty(spec: InnerSpec, op: InnerOp): boolean {
  const branch = branchOf(spec, op);
  if (branch === undefined || branch === 0) return false;
  const start = op.prefix.length - branch * spec.childSize;
  return start >= 0 && areEmpty(spec, { children: op.prefix.subarray(start), count: branch });
}

/** Everything after the way is empty children. */
export function isRightEmpty(spec: InnerSpec, op: InnerOp): boolean {
  const branch = branchOf(spec, op);
  if (branch === undefined) return false;
  const count = spec.childOrder.length - 1 - branch;
  if (count === 0 || op.suffix.length !== count * spec.childSize) return false;
  return areEmpty(spec, { children: op.suffix, count });
}

function areEmpty(
  spec: InnerSpec,
  row: { readonly children: Uint8Array; readonly count: number },
): boolean {
  return Array.from({ length: row.count }).every((_, at) => {
    const from = spec.childOrder.indexOf(at) * spec.childSize;
    return equalBytes(row.children.subarray(from, from + spec.childSize), spec.emptyChild);
  });
}
