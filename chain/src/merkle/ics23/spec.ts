import { bytesFromText } from "#base";
import { sha256 } from "#crypto";
import type { LeafOp } from "./messages.ts";

/** What a kind of tree allows in its proofs. */
export interface ProofSpec {
  readonly leaf: LeafOp;
  readonly inner: InnerSpec;
  /** Zero stands for 128. */
  readonly depthMax: number;
  readonly depthMin: number;
  /** Keys are in the order of their hashes. */
  readonly prehashKeyBeforeComparison: boolean;
}

export interface InnerSpec {
  readonly childOrder: readonly number[];
  readonly childSize: number;
  readonly prefixLengthMin: number;
  readonly prefixLengthMax: number;
  readonly emptyChild: Uint8Array;
  readonly hash: number;
}

export const hashOps = {
  none: 0,
  sha256: 1,
  sha512: 2,
  ripemd160: 4,
  bitcoin: 5,
  sha512Half: 6,
  blake2b: 7,
  blake2s: 8,
} as const;

export const lengthOps = {
  noPrefix: 0,
  varProto: 1,
  fixed32Big: 3,
  fixed32Little: 4,
  fixed64Big: 5,
  fixed64Little: 6,
  require32Bytes: 7,
  require64Bytes: 8,
} as const;

/** The root of a tree without leaves, and what stands for an empty side. */
export const emptyRoot: Uint8Array = new Uint8Array(32);

/** T of the leaf form, DESIGN §6.7. */
export const leafTag: Uint8Array = sha256(bytesFromText("pyralog.state.leaf.v1"));

/** leaf = sha256(T ‖ sha256(key) ‖ sha256(value)), inner = sha256(left ‖ right). */
export const stateSpec: ProofSpec = {
  leaf: {
    hash: hashOps.sha256,
    prehashKey: hashOps.sha256,
    prehashValue: hashOps.sha256,
    length: lengthOps.noPrefix,
    prefix: leafTag,
  },
  inner: {
    childOrder: [0, 1],
    childSize: 32,
    prefixLengthMin: 0,
    prefixLengthMax: 0,
    emptyChild: emptyRoot,
    hash: hashOps.sha256,
  },
  depthMax: 256,
  depthMin: 0,
  prehashKeyBeforeComparison: true,
};
