/**
 * A reference to a subtree: an even number for an inner node, an odd one for a leaf, zero for an
 * empty subtree. So walking a tree does not touch a node to learn its kind.
 */
export type Ref = number;

export const empty: Ref = 0;

export const isLeaf = (ref: Ref): boolean => (ref & 1) === 1;

export const isInner = (ref: Ref): boolean => ref !== 0 && (ref & 1) === 0;

export const wordsPerHash = 8;
