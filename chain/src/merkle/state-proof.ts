import { equalBytes } from "#base";
import { CodecError } from "#codec";
import { sha256 } from "#crypto";
import {
  commitmentProofMessage,
  stateSpec,
  verifyMembership,
  verifyNonMembership,
  type CommitmentProof,
  type ExistenceProof,
  type InnerOp,
} from "./ics23/index.ts";

export interface StateClaim {
  /** The app hash in the header of the height after the state's. */
  readonly root: Uint8Array;
  /** The whole key: module, "/", key inside the module. */
  readonly key: Uint8Array;
  /** Left out where the claim is that the key is absent. */
  readonly value?: Uint8Array;
  /** An encoded ICS-23 CommitmentProof. */
  readonly proof: Uint8Array;
}

/**
 * Whether the proof shows that the key has that value, or is absent, under that root. Stricter
 * than ICS-23 asks: one encoding, one form of each step, and every way must be the one that the
 * hashed key spells, so that there is exactly one proof of each fact.
 */
export function verifyStateProof({ root, key, value, proof }: StateClaim): boolean {
  const decoded = decodeCanonical(proof);
  if (decoded === undefined || key.length === 0) return false;
  const { exist, nonexist } = decoded;
  if (value !== undefined) {
    if (exist === undefined || nonexist !== undefined || !isOurs(exist)) return false;
    return verifyMembership({ spec: stateSpec, proof: exist }, { root, key, value });
  }
  if (nonexist === undefined || exist !== undefined || !equalBytes(nonexist.key, key)) return false;
  const sides = [nonexist.left, nonexist.right];
  if (!sides.every((side) => side === undefined || isOurs(side))) return false;
  return verifyNonMembership({ spec: stateSpec, proof: nonexist }, { root, key });
}

function decodeCanonical(proof: Uint8Array): CommitmentProof | undefined {
  const decoded = decode(proof);
  if (decoded === undefined) return undefined;
  return equalBytes(commitmentProofMessage.encode(decoded), proof) ? decoded : undefined;
}

function decode(proof: Uint8Array): CommitmentProof | undefined {
  try {
    return commitmentProofMessage.decode(proof, { strict: true, unknown: "reject", depthMax: 4 });
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}

/** A leaf tagged by T alone, one sibling a level, each on the side that the hashed key says. */
function isOurs(proof: ExistenceProof): boolean {
  if (proof.leaf === undefined || proof.path.length > 256) return false;
  if (!equalBytes(proof.leaf.prefix, stateSpec.leaf.prefix)) return false;
  const way = sha256(proof.key);
  return proof.path.every((op, at) => isStep(op, bitAt(way, proof.path.length - 1 - at)));
}

function isStep(op: InnerOp, side: number): boolean {
  const [before, after] = side === 0 ? [0, 32] : [32, 0];
  return op.prefix.length === before && op.suffix.length === after;
}

function bitAt(bytes: Uint8Array, depth: number): number {
  return ((bytes[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1;
}
