import type { KeyHashes } from "./key-hashes.ts";
import type { Ref } from "./refs.ts";

export interface TreeBatch {
  readonly count: number;
  /** The hashed key of each entry, and one slot more for the update's own use. */
  readonly hashes: KeyHashes;
  /** The leaf to put; `empty` deletes. Set to `empty` where the tree has that very leaf already. */
  readonly leaves: Uint32Array;
  /** The hash of each leaf to put. */
  readonly leafHashes: KeyHashes;
  /** Filled in: the leaf that an entry replaces or deletes. */
  readonly replaced: Uint32Array;
  /** The entry's leaf goes in, and the tree has had no such key. */
  adopt(leaf: Ref, entry: number): void;
  /** The entry's leaf goes in for another one of the same key. */
  inherit(leaf: Ref, before: Ref): void;
}

export interface Root {
  readonly ref: Ref;
  readonly hash: Uint8Array;
}
