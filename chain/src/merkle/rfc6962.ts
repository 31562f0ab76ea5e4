/**
 * The Merkle tree of RFC 6962 as CometBFT uses it: leaf = sha256(0 ‖ bytes), inner = sha256(1 ‖
 * left ‖ right), no leaves = sha256 of nothing. Splitting at the largest power of two below the
 * count is the same as pairing neighbours level by level and carrying an odd last one up.
 */
import { concatBytes, emptyBytes, equalBytes } from "#base";
import { DigestArea, sha256 } from "#crypto";

/** From the leaf to the root's child. The same shape as `MerkleProof` of the chain's types. */
export interface LeafProof {
  readonly total: number;
  readonly index: number;
  readonly leafHash: Uint8Array;
  readonly aunts: readonly Uint8Array[];
}

/** A tree of more than 2^100 leaves is a lie. */
const auntsMax = 100;

const leafPrefix = Uint8Array.of(0);
const innerPrefix = Uint8Array.of(1);
const inner = new Uint8Array(65).fill(1, 0, 1);
const leafScratch = new Uint8Array(1024);

export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha256(emptyBytes);
  const level = new DigestArea(leaves.length);
  for (const [slot, leaf] of leaves.entries()) level.put(slot, leafPreimage(leaf));
  let count = leaves.length;
  while (count > 1) count = shrink(level, count);
  return level.bytes.slice(0, 32);
}

/** Hashes the pairs of a level into the front of the same memory: slot i is read before. */
function shrink(level: DigestArea, count: number): number {
  const pairs = count >> 1;
  for (let pair = 0; pair < pairs; pair++) {
    inner.set(level.bytes.subarray(pair * 64, pair * 64 + 64), 1);
    level.put(pair, inner);
  }
  if (count % 2 === 0) return pairs;
  level.bytes.copyWithin(pairs * 32, (count - 1) * 32, count * 32);
  return pairs + 1;
}

function leafPreimage(leaf: Uint8Array): Uint8Array {
  if (leaf.length >= leafScratch.length) return concatBytes([leafPrefix, leaf]);
  leafScratch.set(leaf, 1);
  return leafScratch.subarray(0, leaf.length + 1);
}

/** The hash above two others. */
export function merkleInnerHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concatBytes([innerPrefix, left, right]));
}

/** The root and, for each leaf in order, the proof that it is there. */
export function merkleProofs(leaves: readonly Uint8Array[]): {
  readonly root: Uint8Array;
  readonly proofs: readonly LeafProof[];
} {
  const levels = [leaves.map((leaf) => sha256(leafPreimage(leaf)))];
  for (let last = levels[0] ?? []; last.length > 1; levels.push(last)) last = levelAbove(last);
  const proofs = leaves.map((_, index) => proofAt(levels, index));
  return { root: levels.at(-1)?.[0] ?? sha256(emptyBytes), proofs };
}

function levelAbove(level: readonly Uint8Array[]): Uint8Array[] {
  const above: Uint8Array[] = [];
  for (let at = 0; at < level.length; at += 2) {
    const [left = emptyBytes, right] = level.slice(at, at + 2);
    above.push(right === undefined ? left : merkleInnerHash(left, right));
  }
  return above;
}

function proofAt(levels: readonly (readonly Uint8Array[])[], index: number): LeafProof {
  const aunts: Uint8Array[] = [];
  let place = index;
  for (const level of levels) {
    const aunt = level[place ^ 1];
    if (aunt !== undefined) aunts.push(aunt);
    place >>= 1;
  }
  const total = levels[0]?.length ?? 0;
  return { total, index, leafHash: levels[0]?.[index] ?? emptyBytes, aunts };
}

/** Whether the leaf stands at the proof's index in a tree of that root and of exactly that size. */
export function verifyMerkleProof(claim: {
  readonly root: Uint8Array;
  readonly leaf: Uint8Array;
  readonly proof: LeafProof;
}): boolean {
  const { root, leaf, proof } = claim;
  if (!isWellFormed(proof)) return false;
  if (!equalBytes(proof.leafHash, sha256(leafPreimage(leaf)))) return false;
  const found = rootFromAunts(proof);
  return found !== undefined && equalBytes(found, root);
}

function isWellFormed({ total, index, aunts }: LeafProof): boolean {
  if (!Number.isSafeInteger(total) || !Number.isSafeInteger(index)) return false;
  if (index < 0 || index >= total || aunts.length > auntsMax) return false;
  return aunts.every((aunt) => aunt.length === 32);
}

function rootFromAunts({ total, index, leafHash, aunts }: LeafProof): Uint8Array | undefined {
  let [hash, count, place, used] = [leafHash, total, index, 0];
  while (count > 1) {
    const isRight = place % 2 === 1;
    if (isRight || place + 1 < count) {
      const aunt = aunts[used++];
      if (aunt === undefined) return undefined;
      hash = isRight ? merkleInnerHash(aunt, hash) : merkleInnerHash(hash, aunt);
    }
    count = Math.ceil(count / 2);
    place = Math.floor(place / 2);
  }
  return used === aunts.length ? hash : undefined;
}
